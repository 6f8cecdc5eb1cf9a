// From a module of tgc ops to native code, shared by compile and jit.
#ifndef TGC_FRONTEND_COMPILE_COMPILEMODULE_H
#define TGC_FRONTEND_COMPILE_COMPILEMODULE_H

#include "tgc/frontend/api/Compile.h"
#include "tgc/frontend/eager/ExecutableImpl.h"

#include "mlir/IR/BuiltinOps.h"

namespace tgc {

/// Runs every phase on `module`, which is consumed, for its function `entry`,
/// and links the code into this process. Errors: InvalidArgument for options;
/// those of the phases.
absl::StatusOr<std::shared_ptr<ExecutableImpl>>
compileModule(mlir::ModuleOp module, const std::string &entry,
              const CompileOptions &options);

/// The same, to object files: code, and weights if there are any.
absl::StatusOr<std::vector<std::string>>
compileModuleToObjects(mlir::ModuleOp module, const std::string &entry,
                       const std::string &name, const CompileOptions &options);

} // namespace tgc

#endif // TGC_FRONTEND_COMPILE_COMPILEMODULE_H
