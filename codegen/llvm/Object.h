// From LLVM IR to object code.
#ifndef TGC_CODEGEN_LLVM_OBJECT_H
#define TGC_CODEGEN_LLVM_OBJECT_H

#include "tgc/runtime/core/Status.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace tgc::codegen {

struct TargetInfo;

/// The one machine that layout, optimization and emission ask: position
/// independent, small code model, no fusing of multiply and add. Errors:
/// Internal if this LLVM has no such target.
absl::StatusOr<std::unique_ptr<llvm::TargetMachine>>
makeTargetMachine(const TargetInfo &target);

/// LLVM's -O2 pipeline, which may call memcpy, memmove and memset only.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

/// Machine code as a relocatable object, or as assembly text. Consumes the
/// module's IR. Errors: Internal if the target cannot emit it.
absl::StatusOr<std::string>
emitCode(llvm::Module &module, llvm::TargetMachine &machine, bool assembly);

/// Names that an object needs from elsewhere, sorted. Errors: Internal for
/// bytes that are no object.
absl::StatusOr<std::vector<std::string>>
undefinedSymbols(const std::string &object);

/// Refuses objects that need more than memcpy, memmove, memset and tgc_*: a
/// libm call would have other bits, and an embedded target has no libc. Errors:
/// Internal naming the symbols.
absl::Status checkUndefinedSymbols(const std::string &object);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_LLVM_OBJECT_H
