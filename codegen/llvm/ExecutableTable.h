// The constant that describes a compiled program inside its object file.
#ifndef TGC_CODEGEN_LLVM_EXECUTABLETABLE_H
#define TGC_CODEGEN_LLVM_EXECUTABLETABLE_H

#include "tgc/codegen/memory/ProgramPlan.h"

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace tgc {
class Weights;
}

namespace tgc::codegen {

struct TargetInfo;

/// "tgc_executable_NAME", "tgc_weights_NAME".
std::string tableSymbol(const std::string &name);
std::string weightsSymbol(const std::string &name);

/// The instruction sets switched on in `target`, as the table stamps them:
/// "+avx2,+fma".
std::string requiredFeatures(const TargetInfo &target);

/// Appends to `module` the constant `tgc_executable_NAME` (runtime/executable/
/// ExecutableAbi.h) with the program's `run`, and the weak function
/// `tgc_query`. Weights are the hidden symbol `tgc_weights_NAME`:
/// `embedded`, or, if that is null, external and weak: the JIT or an object
/// linked beside this one (codegen/aot/WeightsObject.h) defines it, else it is
/// null.
void emitExecutableTable(const ProgramPlan &plan, const std::string &name,
                         const TargetInfo &target, llvm::Function *run,
                         const Weights *embedded, llvm::Module &module);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_LLVM_EXECUTABLETABLE_H
