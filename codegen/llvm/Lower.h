// From loops and vectors to LLVM IR.
#ifndef TGC_CODEGEN_LLVM_LOWER_H
#define TGC_CODEGEN_LLVM_LOWER_H

#include "tgc/runtime/core/Status.h"

#include "mlir/IR/OwningOpRef.h"

#include <vector>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
} // namespace llvm
namespace mlir {
class MLIRContext;
class ModuleOp;
} // namespace mlir

namespace tgc::codegen {

/// Loads the dialects that emitters write and lowering reads.
void loadDialects(mlir::MLIRContext &context);

/// Converts `module` (func, scf, cf, arith, math, vector with 1-D vectors,
/// index, ub, LLVM) in place to the LLVM dialect and removes common
/// subexpressions. The IR is verified before and after. Errors: Internal,
/// without the diagnostics, which go to the context's handler.
absl::Status lowerToLLVM(mlir::ModuleOp module);

/// LLVM IR of a module in the LLVM dialect, for `machine`. Errors: as above.
absl::StatusOr<std::unique_ptr<llvm::Module>>
translate(mlir::ModuleOp module, llvm::LLVMContext &context,
          const llvm::TargetMachine &machine);

/// Takes functions out of `module` into new modules until it and they are
/// `parts` modules of about equal work; the new ones. What is no function stays
/// and is copied into each. With more than one part functions become visible
/// across modules.
std::vector<mlir::OwningOpRef<mlir::ModuleOp>>
splitModule(mlir::ModuleOp module, size_t parts);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_LLVM_LOWER_H
