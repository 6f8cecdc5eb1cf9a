// What a Program handle points to.
#ifndef TGC_FRONTEND_COMPILE_PROGRAMIMPL_H
#define TGC_FRONTEND_COMPILE_PROGRAMIMPL_H

#include "tgc/frontend/api/Program.h"
#include "tgc/runtime/core/Status.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <mutex>

namespace tgc {

/// A module in a context of its own: programs share no state.
struct ProgramImpl {
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::ModuleOp get() const { return module.get(); }
  /// Uniquing in the context is not thread-safe without threading support:
  /// whoever walks or prints takes this.
  mutable std::mutex mutex;
};

/// A context with tgc's dialects and no threads.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// Inputs to bake, by name: each makes its value when the type that the model
/// declares is known.
using InputConstants =
    std::map<std::string,
             std::function<absl::StatusOr<Tensor>(const TensorSpec &declared)>>;

/// Program::load with `constants` instead of those of `options`; with `trusted`
/// load_trusted.
absl::StatusOr<Program> loadProgram(const std::string &path,
                                    const LoadOptions &options,
                                    const InputConstants &constants,
                                    bool trusted);

/// The function of that name; for "" main or the only public one. Errors:
/// NotFound listing the names there are.
absl::StatusOr<mlir::func::FuncOp> findFunction(mlir::ModuleOp module,
                                                std::string_view name);

/// Name, dtypes and sizes of a function's arguments and results.
Signature signatureOf(mlir::func::FuncOp function);

} // namespace tgc

#endif // TGC_FRONTEND_COMPILE_PROGRAMIMPL_H
