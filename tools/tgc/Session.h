// One run of the tool: flags, diagnostics, progress, exit code.
#ifndef TGC_TOOLS_TGC_SESSION_H
#define TGC_TOOLS_TGC_SESSION_H

#include "tgc/frontend/api/Error.h"
#include "tgc/tools/tgc/Flags.h"

#include "nlohmann/json_fwd.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tgc::tool {

enum ExitCode {
  Ok = 0,
  InputError = 1,
  UsageError = 2,
  Differs = 3,
  RunError = 4,
  InternalError = 5,
  Interrupted = 130,
};

/// A message to the user: on stderr, and in the JSON document.
struct Diagnostic {
  std::string severity, id, text; // text: one line, then "  fix: …"
};

/// State of the process: results go to stdout, all else to stderr.
class Session {
public:
  explicit Session(Flags flags);

  void error(std::string_view id, std::string_view text);
  void warning(std::string_view id, std::string_view text);
  /// A choice made for the user; silent with -q.
  void note(std::string_view text);

  /// Progress: a phase has ended.
  void phase(std::string_view name, int index, int count, double seconds);
  /// Ends the bar, if one is drawn.
  void endProgress();

  /// Adds "status" and "diagnostics" and prints the document.
  void printJson(nlohmann::ordered_json document, std::string_view schema);
  /// The exit code that belongs to an error id: E01 and SPEC text 2, E02 to
  /// E06 1, E07 and E08 4, E09 5.
  static ExitCode exitCodeOf(std::string_view id);

  const Flags flags;
  std::vector<Diagnostic> diagnostics;

private:
  void print(const Diagnostic &diagnostic);

  bool bar = false, colour = false;
  bool barDrawn = false;
  std::chrono::steady_clock::time_point start;
};

/// The process's error as a diagnostic; returns its exit code.
ExitCode report(Session &session, const Error &error);

// The verbs, one file each.
ExitCode runVerb(Session &session);
ExitCode compileVerb(Session &session);
ExitCode benchVerb(Session &session);
ExitCode inspectVerb(Session &session);
ExitCode optVerb(Session &session);
ExitCode doctorVerb(Session &session);
ExitCode versionVerb(Session &session);
ExitCode helpVerb(Session &session);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_SESSION_H
