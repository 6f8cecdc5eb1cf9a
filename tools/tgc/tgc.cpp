// tgc: the command line.
#include "tgc/tools/tgc/Interrupt.h"
#include "tgc/tools/tgc/Session.h"

#include "nlohmann/json.hpp"

#include <algorithm>
#include <iostream>

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
  std::optional<Flags> flags = parseFlags({argv + 1, argv + argc}, problem);
  if (!flags) {
    Flags none;
    none.verb = "usage";
    none.json =
        std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
    Session session(std::move(none));
    session.error("TGC-E0101", problem);
    session.finishJson(UsageError);
    return UsageError;
  }
  if (flags->help) {
    std::cout << usageText(flags->verb);
    return Ok;
  }
  Session session(*std::move(flags));
  catchInterrupt();
  ExitCode code = Ok;
  try {
    code = dispatch(session);
  } catch (const tgc::Error &error) {
    code = report(session, error);
  } catch (const std::bad_alloc &) {
    session.error("TGC-E0801", "out of memory");
    code = RunError;
  } catch (const std::exception &error) {
    session.error("TGC-E0901",
                  std::string(error.what()) +
                      "\n  fix: this is a defect of tgc: please report it with "
                      "the command and the file");
    code = InternalError;
  }
  session.endProgress();
  session.finishJson(code);
  std::cout.flush();
  if (!std::cout) {
    session.error("TGC-E0201", "stdout cannot be written");
    return InputError;
  }
  return code;
}
