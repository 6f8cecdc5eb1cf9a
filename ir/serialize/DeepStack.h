// A stack for code that recurses as deep as its input nests.
#ifndef TGC_IR_SERIALIZE_DEEPSTACK_H
#define TGC_IR_SERIALIZE_DEEPSTACK_H

#include "tgc/runtime/core/Status.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace tgc::ir {

/// Calls `work` on a thread with a stack of 64 MiB and a guard page, whatever
/// the caller's has left, and waits for it; the thread takes no signals.
/// Errors: ResourceExhausted if the host has no room for the thread.
absl::Status onDeepStack(llvm::function_ref<void()> work);

} // namespace tgc::ir

#endif // TGC_IR_SERIALIZE_DEEPSTACK_H
