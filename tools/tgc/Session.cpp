// Diagnostics, progress and JSON of one run of the tool.
#include "tgc/tools/tgc/Session.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace tgc::tool {

Session::Session(Flags f)
    : flags(std::move(f)), start(std::chrono::steady_clock::now()) {
  bool terminal = isatty(STDERR_FILENO);
  bar = flags.progress == "bar" || (flags.progress == "auto" && terminal);
  colour = flags.color == "always" ||
           (flags.color == "auto" && terminal && !std::getenv("NO_COLOR"));
}

Session::~Session() = default; // where the document's type is known

void Session::print(const Diagnostic &diagnostic) {
  endProgress();
  bool isError = diagnostic.severity == "error";
  std::string head = absl::StrCat(
      diagnostic.severity,
      diagnostic.id.empty() ? "" : absl::StrCat("[", diagnostic.id, "]"), ":");
  if (colour)
    head = absl::StrCat(isError ? "\033[1;31m" : "\033[1;33m", head, "\033[0m");
  std::cerr << head << ' ' << diagnostic.text << '\n';
}

void Session::error(std::string_view id, std::string_view text) {
  diagnostics.push_back({"error", std::string(id), std::string(text)});
  print(diagnostics.back());
}

void Session::warning(std::string_view id, std::string_view text) {
  diagnostics.push_back({"warning", std::string(id), std::string(text)});
  if (!flags.quiet)
    print(diagnostics.back());
}

void Session::note(std::string_view text) {
  diagnostics.push_back({"note", "", std::string(text)});
  if (!flags.quiet)
    print(diagnostics.back());
}

bool Session::logs(LogCategory category, LogLevel level) const {
  LogLevel asked = flags.log.of[static_cast<size_t>(category)];
  return std::max(asked, flags.verbose ? LogLevel::Info : LogLevel::None) >=
         level;
}

void Session::log(LogCategory category, LogLevel level, std::string_view text) {
  if (!logs(category, level))
    return;
  endProgress();
  std::cerr << '[' << nameOf(category) << "] " << text << '\n';
}

void Session::phase(std::string_view name, int index, int count,
                    double seconds) {
  if (flags.progress == "json") {
    nlohmann::ordered_json event = {{"event", "phase"},
                                    {"name", std::string(name)},
                                    {"index", index},
                                    {"count", count},
                                    {"seconds", seconds}};
    std::cerr << event.dump() << '\n';
  } else if (flags.progress == "plain") {
    std::fprintf(stderr, "[%d/%d] %.*s %.3f s\n", index + 1, count,
                 static_cast<int>(name.size()), name.data(), seconds);
  } else if (bar && !flags.quiet) {
    double elapsed =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count();
    // Short work needs no bar.
    if (flags.progress == "auto" && elapsed < 1)
      return;
    constexpr int width = 20;
    int full = width * (index + 1) / std::max(count, 1);
    std::fprintf(stderr, "\r[%.*s%*s] %.*s %.1f s", full,
                 "####################", width - full, "",
                 static_cast<int>(name.size()), name.data(), elapsed);
    barDrawn = true;
  }
}

void Session::endProgress() {
  if (barDrawn)
    std::fputs("\r\033[K", stderr);
  barDrawn = false;
}

void Session::setJson(nlohmann::ordered_json document) {
  json = std::make_unique<nlohmann::ordered_json>(std::move(document));
}

void Session::finishJson(ExitCode code) {
  if (!flags.json)
    return;
  nlohmann::ordered_json document = {
      {"schema", absl::StrCat("tgc.", flags.verb, "/1")},
      {"status", code == Ok        ? "ok"
                 : code == Differs ? "differs"
                                   : "error"}};
  if (json)
    document.update(*json);
  auto list = nlohmann::ordered_json::array();
  for (const Diagnostic &d : diagnostics)
    list.push_back(
        {{"severity", d.severity}, {"id", d.id}, {"message", d.text}});
  document["diagnostics"] = list;
  std::cout << document.dump(2, ' ', false,
                             nlohmann::ordered_json::error_handler_t::replace)
            << '\n';
}

ExitCode Session::exitCodeOf(std::string_view id) {
  if (id == "TGC-E0203" || id.starts_with("TGC-E01"))
    return UsageError;
  if (id == "TGC-E0803") // nothing but Ctrl-C cancels
    return Interrupted;
  if (id.starts_with("TGC-E07") || id.starts_with("TGC-E08"))
    return RunError;
  return id.starts_with("TGC-E09") ? InternalError : InputError;
}

ExitCode report(Session &session, const Error &error) {
  std::string text = error.what();
  // what() starts with the id, which the diagnostic's head says already, and
  // names the line of the call, which is one of the tool's.
  if (text.starts_with(error.id()))
    text.erase(0, error.id().size() + 2);
  std::string_view file = error.where().file_name();
  file.remove_prefix(file.rfind('/') + 1); // npos + 1 is 0
  std::string place =
      absl::StrCat(" [", std::string(file), ":", error.where().line(), "]");
  std::string head = text.substr(0, text.find('\n'));
  if (absl::EndsWith(head, place))
    text.erase(head.size() - place.size(), place.size());
  std::string fix;
  if (error.code() == ErrorCode::Internal) {
    const Flags &flags = session.flags;
    fix = "\n  fix: this is a defect of tgc: please report it with ";
    if (!session.loaded)
      absl::StrAppend(&fix, "the command and the file");
    else if (!flags.saveReproducer.empty())
      absl::StrAppend(&fix, "'", flags.saveReproducer, "'");
    else
      absl::StrAppend(&fix, "what this writes:\n    tgc ", flags.verb,
                      " --save-reproducer=reproducer.mlir ", flags.arguments);
  }
  session.error(error.id(), absl::StrCat(text, fix));
  return Session::exitCodeOf(error.id());
}

} // namespace tgc::tool
