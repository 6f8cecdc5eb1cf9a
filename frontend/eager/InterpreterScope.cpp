// The thread's stack of interpreters and of location names.
#include "tgc/frontend/eager/InterpreterScope.h"

#include "tgc/frontend/eager/EagerInterpreter.h"

namespace tgc {
namespace {

// Trivially destructible: nothing runs when a thread ends.
thread_local Interpreter *top = nullptr;
thread_local const LocationScope *topLocation = nullptr;

} // namespace

Interpreter &currentInterpreter() { return top ? *top : eagerInterpreter(); }

InterpreterScope::InterpreterScope(Interpreter &interpreter) : previous(top) {
  top = &interpreter;
}

InterpreterScope::~InterpreterScope() { top = previous; }

LocationScope::LocationScope(std::string prefix, std::string name,
                             std::string file, unsigned line)
    : prefix(std::move(prefix)), name(std::move(name)), file(std::move(file)),
      line(line), outer(topLocation) {
  topLocation = this;
}

LocationScope::~LocationScope() { topLocation = outer; }

const LocationScope *LocationScope::current() { return topLocation; }

} // namespace tgc
