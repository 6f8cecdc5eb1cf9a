// Object bytes to a program that runs in this process.
#ifndef TGC_CODEGEN_JIT_LINK_H
#define TGC_CODEGEN_JIT_LINK_H

#include "tgc/codegen/Compiler.h"
#include "tgc/runtime/executable/Executable.h"

namespace tgc::codegen {

/// Links a compiled object into memory that is written, then made executable,
/// never both; constants and weights stay read-only. Freed with the last
/// handle. Errors: FailedPrecondition if this CPU lacks what it was compiled
/// for; Internal if it does not link.
absl::StatusOr<std::shared_ptr<const LoadedExecutable>>
linkInProcess(const CompiledObject &compiled);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_JIT_LINK_H
