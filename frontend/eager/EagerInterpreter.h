// The interpreter at the bottom of every stack: runs kernels at once.
#ifndef TGC_FRONTEND_EAGER_EAGERINTERPRETER_H
#define TGC_FRONTEND_EAGER_EAGERINTERPRETER_H

#include "tgc/frontend/eager/InterpreterScope.h"

namespace tgc {

Interpreter &eagerInterpreter();

} // namespace tgc

#endif // TGC_FRONTEND_EAGER_EAGERINTERPRETER_H
