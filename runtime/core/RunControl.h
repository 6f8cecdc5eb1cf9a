// What a run obeys on every route: cancellation, a time limit, threads.
#ifndef TGC_RUNTIME_CORE_RUNCONTROL_H
#define TGC_RUNTIME_CORE_RUNCONTROL_H

#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/core/Status.h"
#include "tgc/runtime/parallel/ParallelFor.h"

#include "absl/strings/str_cat.h"

#include <atomic>
#include <chrono>
#include <string>

namespace tgc {

/// Whether and why a run under way should end, asked before every op or chunk
/// of one, by any thread.
class RunControl {
public:
  /// `cancel` may be null. The time starts now.
  RunControl(const std::atomic<bool> *cancel, const Limits &limits)
      : cancel(cancel), seconds(limits.run_time) {}

  bool polls() const { return cancel || seconds > 0; }

  /// Once true, true for the rest of the run.
  bool stopped() {
    if (reason.load(std::memory_order_relaxed) != Reason::None)
      return true;
    if (cancel && cancel->load(std::memory_order_relaxed))
      reason = Reason::Cancelled;
    else if (seconds > 0 &&
             std::chrono::duration<double>(Clock::now() - start).count() >=
                 seconds)
      reason = Reason::Late;
    return reason.load(std::memory_order_relaxed) != Reason::None;
  }

  /// Ok, Cancelled or DeadlineExceeded, naming the program.
  absl::Status status(const std::string &name) const {
    switch (reason.load()) {
    case Reason::None:
      return absl::OkStatus();
    case Reason::Cancelled:
      return absl::CancelledError(
          absl::StrCat(name, ": the run was cancelled"));
    case Reason::Late:
      return absl::DeadlineExceededError(absl::StrCat(
          name, ": the run took longer than ", seconds,
          " s (Limits::run_time)\n  fix: raise the limit (--time-limit)"));
    }
    return absl::OkStatus();
  }

private:
  using Clock = std::chrono::steady_clock;
  enum class Reason { None, Cancelled, Late };
  const std::atomic<bool> *cancel;
  double seconds;
  Clock::time_point start = Clock::now();
  std::atomic<Reason> reason{Reason::None};
};

/// Sets this thread's number of threads for one run; 0: as it is.
class ThreadsScope {
public:
  explicit ThreadsScope(int32_t threads)
      : changed(threads > 0),
        previous(changed ? tgc_set_num_threads(threads) : 0) {}
  ~ThreadsScope() {
    if (changed)
      tgc_set_num_threads(previous);
  }
  ThreadsScope(const ThreadsScope &) = delete;
  ThreadsScope &operator=(const ThreadsScope &) = delete;

private:
  bool changed;
  int32_t previous;
};

} // namespace tgc

#endif // TGC_RUNTIME_CORE_RUNCONTROL_H
