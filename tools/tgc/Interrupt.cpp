// The handler of SIGINT: the library installs none.
#include "tgc/tools/tgc/Interrupt.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/tools/tgc/Session.h"

#include <csignal>
#include <unistd.h>

namespace tgc::tool {
namespace {

std::atomic<bool> deferred{false}, interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void onInterrupt(int) {
  interrupted = true;
  if (deferred)
    return;
  constexpr char text[] = "error[TGC-E0803]: interrupted\n";
  [[maybe_unused]] ssize_t written =
      write(STDERR_FILENO, text, sizeof(text) - 1);
  _exit(Interrupted);
}

} // namespace

void catchInterrupt() {
  struct sigaction action = {};
  if (sigaction(SIGINT, nullptr, &action) != 0 || action.sa_handler == SIG_IGN)
    return;
  action = {};
  action.sa_handler = onInterrupt;
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
}

void deferInterrupt() { deferred = true; }

const std::atomic<bool> &interruptFlag() { return interrupted; }

void checkInterrupt() {
  if (interrupted)
    throwStatus(absl::CancelledError("interrupted"), {});
}

} // namespace tgc::tool
