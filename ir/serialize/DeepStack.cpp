// Threads by pthread: std::thread has no stack size, LLVM's ends the process
// where there is no room.
#include "tgc/ir/serialize/DeepStack.h"

#include <csignal>
#include <pthread.h>

namespace tgc::ir {

absl::Status onDeepStack(llvm::function_ref<void()> work) {
  constexpr size_t bytes = size_t{64} << 20;
  pthread_attr_t attributes;
  pthread_t thread;
  int failed = pthread_attr_init(&attributes);
  if (failed == 0) {
    failed = pthread_attr_setstacksize(&attributes, bytes);
    // A thread starts with its maker's mask.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (failed == 0)
      failed = pthread_create(
          &thread, &attributes,
          [](void *context) -> void * {
            (*static_cast<llvm::function_ref<void()> *>(context))();
            return nullptr;
          },
          &work);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
  }
  if (failed != 0)
    return absl::ResourceExhaustedError(
        "no room for a thread with a stack of 64 MiB\n  fix: free memory or "
        "end other threads");
  pthread_join(thread, nullptr);
  return absl::OkStatus();
}

} // namespace tgc::ir
