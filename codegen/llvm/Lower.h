// From loops and vectors to LLVM IR.
#ifndef TGC_CODEGEN_LLVM_LOWER_H
#define TGC_CODEGEN_LLVM_LOWER_H

#include "tgc/runtime/core/Status.h"

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
/// index, ub, LLVM) in place to the LLVM dialect, removes common
/// subexpressions, and translates it for `machine`. `verify`: checks the IR
/// between the steps. Errors: Internal, without the diagnostics, which go to
/// the context's handler.
absl::StatusOr<std::unique_ptr<llvm::Module>>
lowerToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
            const llvm::TargetMachine &machine, bool verify);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_LLVM_LOWER_H
