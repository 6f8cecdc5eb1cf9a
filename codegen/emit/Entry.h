// The compiled `run` of a program.
#ifndef TGC_CODEGEN_EMIT_ENTRY_H
#define TGC_CODEGEN_EMIT_ENTRY_H

#include "tgc/codegen/memory/ProgramPlan.h"

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace tgc::codegen {

/// Appends `int32_t run(const tgc_run_args *)` (runtime/executable/
/// ExecutableAbi.h) to `module`, which declares the functions of the groups:
/// checks the arguments, then per call of a group fills its context and calls
/// it, through the caller's parallel_for where there are more iterations than
/// a grain. Written as LLVM IR: it is straight-line code that needs no
/// lowering. Sizes in it neither trap nor are checked; whoever calls has
/// evaluated all of them. Errors: Internal if a group has no function.
absl::StatusOr<llvm::Function *> emitEntry(const ProgramPlan &plan,
                                           llvm::Module &module);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_ENTRY_H
