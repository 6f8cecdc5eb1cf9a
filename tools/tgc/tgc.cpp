// tgc: the command line.
#include "tgc/tools/tgc/Session.h"

#include "nlohmann/json.hpp"

#include <cstdlib>
#include <iostream>
#include <sstream>

using namespace tgc::tool;

namespace {

struct Entry {
  std::string_view verb;
  ExitCode (*run)(Session &);
};

constexpr Entry entries[] = {
    {"bench", benchVerb}, {"compile", compileVerb}, {"doctor", doctorVerb},
    {"help", helpVerb},   {"inspect", inspectVerb}, {"opt", optVerb},
    {"run", runVerb},     {"version", versionVerb},
};

/// TGC_FLAGS in front of the arguments after the verb.
std::vector<std::string> arguments(int argc, char **argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  if (const char *extra = std::getenv("TGC_FLAGS"); extra && !args.empty()) {
    std::istringstream words(extra);
    std::vector<std::string> more{std::istream_iterator<std::string>(words),
                                  {}};
    args.insert(args.begin() + 1, more.begin(), more.end());
  }
  return args;
}

ExitCode dispatch(Session &session) {
  for (const Entry &entry : entries)
    if (entry.verb == session.flags.verb)
      return entry.run(session);
  return InternalError;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 2) {
    std::cerr << usageText();
    return UsageError;
  }
  std::string problem;
  std::optional<Flags> flags = parseFlags(arguments(argc, argv), problem);
  if (!flags) {
    Session(Flags{}).error("TGC-E0101", problem);
    return UsageError;
  }
  if (flags->help) {
    std::cout << usageText(flags->verb);
    return Ok;
  }
  Session session(*std::move(flags));
  ExitCode code = Ok;
  try {
    code = dispatch(session);
  } catch (const tgc::Error &error) {
    code = report(session, error);
  } catch (const std::bad_alloc &) {
    session.error("TGC-E0801", "out of memory");
    code = RunError;
  }
  session.endProgress();
  if (code != Ok && session.flags.json)
    session.printJson({}, "tgc." + session.flags.verb + "/1");
  std::cout.flush();
  if (!std::cout) {
    session.error("TGC-E0201", "stdout cannot be written");
    return InputError;
  }
  return code;
}
