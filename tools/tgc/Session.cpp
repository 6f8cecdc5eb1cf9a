// Diagnostics, progress and JSON of one run of the tool.
#include "tgc/tools/tgc/Session.h"

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

void Session::printJson(nlohmann::ordered_json document,
                        std::string_view schema) {
  bool failed = false;
  auto list = nlohmann::ordered_json::array();
  for (const Diagnostic &d : diagnostics) {
    failed |= d.severity == "error";
    list.push_back(
        {{"severity", d.severity}, {"id", d.id}, {"message", d.text}});
  }
  nlohmann::ordered_json head = {{"schema", std::string(schema)},
                                 {"status", failed ? "error" : "ok"}};
  for (auto &[key, value] : document.items())
    head[key] = value;
  head["diagnostics"] = list;
  std::cout << head.dump(2, ' ', false,
                         nlohmann::ordered_json::error_handler_t::replace)
            << '\n';
}

ExitCode Session::exitCodeOf(std::string_view id) {
  if (id == "TGC-E0203" || id.starts_with("TGC-E01"))
    return UsageError;
  if (id.starts_with("TGC-E07") || id.starts_with("TGC-E08"))
    return RunError;
  return id.starts_with("TGC-E09") ? InternalError : InputError;
}

ExitCode report(Session &session, const Error &error) {
  std::string_view text = error.what();
  // what() starts with the id, which the diagnostic's head says already.
  if (text.starts_with(error.id()))
    text.remove_prefix(std::min(text.size(), error.id().size() + 2));
  session.error(error.id(), text);
  if (error.code() == ErrorCode::Internal)
    session.note("this is a defect of tgc: please report it with the command "
                 "and the file");
  return Session::exitCodeOf(error.id());
}

} // namespace tgc::tool
