// What a thread is in: interpreters, location names, composites.
#include "tgc/frontend/eager/InterpreterScope.h"

#include "tgc/frontend/eager/EagerInterpreter.h"

namespace tgc {
namespace {

// Trivially destructible: nothing runs when a thread ends.
thread_local Interpreter *top = nullptr;
thread_local const LocationScope *topLocation = nullptr;
thread_local const CompositeScope *outermostComposite = nullptr;

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

CompositeScope::CompositeScope(const char *name, std::source_location where)
    : name(name), where(where), isOutermost(!outermostComposite) {
  if (isOutermost)
    outermostComposite = this;
}

CompositeScope::~CompositeScope() {
  if (isOutermost)
    outermostComposite = nullptr;
}

const CompositeScope *CompositeScope::outermost() { return outermostComposite; }

} // namespace tgc
