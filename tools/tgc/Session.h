// One run of the tool: flags, diagnostics, progress, exit code.
#ifndef TGC_TOOLS_TGC_SESSION_H
#define TGC_TOOLS_TGC_SESSION_H

#include "tgc/frontend/api/Error.h"
#include "tgc/tools/tgc/Flags.h"

#include "nlohmann/json_fwd.hpp"

#include <chrono>
#include <memory>
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
  ~Session();

  void error(std::string_view id, std::string_view text);
  void warning(std::string_view id, std::string_view text);
  /// A choice made for the user; silent with -q.
  void note(std::string_view text);

  /// What was done, for who asked by --log or -v.
  bool logs(LogCategory category, LogLevel level) const;
  void log(LogCategory category, LogLevel level, std::string_view text);

  /// Progress: a phase has ended.
  void phase(std::string_view name, int index, int count, double seconds);
  /// Ends the bar, if one is drawn.
  void endProgress();

  /// With --json: keeps what the verb found, for finishJson.
  void setJson(nlohmann::ordered_json document);
  /// With --json: prints the one document, with "schema", "status" and
  /// "diagnostics" added.
  void finishJson(ExitCode code);
  /// The exit code that belongs to an error id: E01 and SPEC text 2, E02 to
  /// E06 1, E07 and E08 4, E09 5; of E08 Ctrl-C 130.
  static ExitCode exitCodeOf(std::string_view id);

  const Flags flags;
  std::vector<Diagnostic> diagnostics;
  bool loaded = false; // FILE was read: a reproducer can be made

private:
  void print(const Diagnostic &diagnostic);

  bool bar = false, colour = false;
  bool barDrawn = false;
  std::chrono::steady_clock::time_point start;
  std::unique_ptr<nlohmann::ordered_json> json;
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
