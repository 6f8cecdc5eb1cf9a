// The pool behind tgc_parallel_for.
//
// One region uses the workers at a time; who comes second meanwhile runs
// serially, so callers never wait for each other. The caller works too and
// takes ranges until none is left: a worker that wakes late finds the region
// closed and costs nothing. The pool is never destroyed: at exit its threads
// sleep on memory that stays.
#include "tgc/runtime/parallel/ParallelFor.h"
#include "tgc/runtime/core/PerProcess.h"
#include "tgc/runtime/parallel/CpuCount.h"
#include "tgc/runtime/parallel/FloatEnvironment.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <csignal>
#include <ctime>
#include <new>
#include <pthread.h>

namespace {

constexpr int32_t maxThreads = 1024;
constexpr int64_t rangesPerThread = 8;
constexpr int64_t spinNanoseconds = 20'000;

thread_local int32_t threadSetting = 0; // 0: the default
thread_local bool insideRange = false;

/// Marks the thread as inside a range, so that regions do not nest.
class RangeScope {
public:
  RangeScope() : outer(insideRange) { insideRange = true; }
  ~RangeScope() { insideRange = outer; }

private:
  bool outer;
};

void pauseCpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

int64_t nowNanoseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

/// Spins until `ready` or for spinNanoseconds; returns ready().
template <class Ready> bool spinUntil(const Ready &ready) {
  int64_t end = nowNanoseconds() + spinNanoseconds;
  do {
    for (int i = 0; i < 16; ++i) {
      if (ready())
        return true;
      pauseCpu();
    }
  } while (nowNanoseconds() < end);
  return ready();
}

/// A thread that sleeps until a condition on atomics holds. Whoever changes
/// them so that it does calls wake afterwards; all atomics are sequentially
/// consistent, so either the sleeper sees the change or wake sees the sleeper.
class Sleepers {
public:
  template <class Ready> void sleepUntil(const Ready &ready) {
    pthread_mutex_lock(&mutex);
    count.fetch_add(1);
    while (!ready())
      pthread_cond_wait(&cond, &mutex);
    count.fetch_sub(1);
    pthread_mutex_unlock(&mutex);
  }

  /// Wakes `wanted` of them. Who counted itself and saw the old state holds
  /// the mutex until it waits, so taking it once is enough; it is free again
  /// before the signals, lest each one woken stop at it at once.
  void wake(int32_t wanted) {
    int32_t asleep = count.load();
    if (asleep == 0)
      return;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    if (wanted >= asleep)
      pthread_cond_broadcast(&cond);
    else
      for (int32_t i = 0; i < wanted; ++i)
        pthread_cond_signal(&cond);
  }

private:
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
  std::atomic<int32_t> count{0};
};

/// Ranges not yet taken: block b is [b * block, min((b + 1) * block, n)).
struct Region {
  tgc_range_fn fn = nullptr;
  void *context = nullptr;
  int64_t n = 0;
  int64_t block = 0;
  int64_t blocks = 0;
  std::atomic<int64_t> next{0};

  void work() {
    RangeScope scope;
    for (;;) {
      int64_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= blocks)
        return;
      int64_t begin = i * block;
      fn(context, begin, i + 1 == blocks ? n : begin + block);
    }
  }
};

class Pool {
public:
  /// Runs the region on `threads` threads, this one included; false, with
  /// nothing done, if another region has the workers.
  bool run(tgc_range_fn fn, void *context, int64_t n, int64_t block,
           int64_t blocks, int32_t threads) {
    if (busy.exchange(true, std::memory_order_acquire))
      return false;
    startWorkers(threads - 1);
    int32_t helpers = std::min(threads - 1, workers);
    region.fn = fn;
    region.context = context;
    region.n = n;
    region.block = block;
    region.blocks = blocks;
    region.next.store(0, std::memory_order_relaxed);
    seats.store(static_cast<uint32_t>(helpers) << activeBits);
    ticket.fetch_add(1);
    idle.wake(helpers);
    region.work();
    seats.fetch_and(activeMask); // closed: nobody joins from here on
    auto done = [this] { return seats.load() == 0; };
    if (!done() && !(spins() && spinUntil(done)))
      owner.sleepUntil(done);
    busy.store(false, std::memory_order_release);
    return true;
  }

  int32_t defaultThreads() {
    int32_t known = cpus.load();
    if (known == 0) {
      try {
        known = std::min(tgc::availableCpus(), maxThreads);
      } catch (const std::bad_alloc &) { // nothing may leave a C function
        return 1;
      }
      cpus.store(known);
    }
    return known;
  }

  void shutdown() {
    while (busy.exchange(true, std::memory_order_acquire)) {
      timespec wait{0, 100'000};
      nanosleep(&wait, nullptr);
    }
    stop.store(true);
    ticket.fetch_add(1);
    idle.wake(maxThreads);
    for (int32_t i = 0; i < workers; ++i)
      pthread_join(handles[i], nullptr);
    workers = 0;
    stop.store(false);
    cpus.store(0);
    busy.store(false, std::memory_order_release);
  }

private:
  // seats: workers that may still join << activeBits | workers that have.
  static constexpr uint32_t activeBits = 16;
  static constexpr uint32_t activeMask = (1u << activeBits) - 1;

  /// A pool larger than the machine must not burn the CPUs that it waits for.
  bool spins() { return workers < defaultThreads(); }

  bool join() {
    uint32_t seen = seats.load();
    while (seen > activeMask)
      if (seats.compare_exchange_weak(seen, seen - (1u << activeBits) + 1))
        return true;
    return false;
  }

  void leave() {
    if (seats.fetch_sub(1) == 1)
      owner.wake(1);
  }

  static void *workerMain(void *argument) {
    tgc::FloatEnvironment environment; // a new thread has its creator's
    Pool &pool = *static_cast<Pool *>(argument);
    for (;;) {
      uint32_t seen = pool.ticket.load();
      if (pool.stop.load())
        return nullptr;
      if (pool.join()) {
        pool.region.work();
        pool.leave();
        continue;
      }
      auto called = [&] { return pool.ticket.load() != seen; };
      if (!(pool.mayIdleSpin.load() && spinUntil(called)))
        pool.idle.sleepUntil(called);
    }
  }

  /// Brings the pool to `wanted` workers, or to as many as the system gives.
  void startWorkers(int32_t wanted) {
    if (workers >= wanted)
      return;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (workers < wanted &&
           pthread_create(&handles[workers], nullptr, workerMain, this) == 0) {
#ifdef __linux__
      pthread_setname_np(handles[workers], "tgc-worker");
#endif
      ++workers;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    mayIdleSpin.store(spins());
  }

  std::atomic<bool> busy{false}; // held by the thread that runs a region
  Region region;                 // written while busy and no seat is taken
  std::atomic<uint32_t> seats{0};
  std::atomic<uint32_t> ticket{0}; // counts regions: what idle workers watch
  std::atomic<bool> stop{false};
  std::atomic<bool> mayIdleSpin{false};
  std::atomic<int32_t> cpus{0};
  Sleepers idle;
  Sleepers owner;
  int32_t workers = 0; // owned by whoever is busy
  pthread_t handles[maxThreads];
};

/// A forked child has no workers, and locks of its parent's other threads: it
/// begins anew.
tgc::PerProcess<Pool> pools;

void runSerially(int64_t n, tgc_range_fn fn, void *context) {
  RangeScope scope;
  fn(context, 0, n);
}

} // namespace

extern "C" {

void tgc_parallel_for(int64_t n, int64_t grain, tgc_range_fn fn,
                      void *context) {
  if (n <= 0)
    return;
  assert(grain >= 1 && "an empty range would never end");
  int64_t pieces = (n - 1) / grain + 1;
  if (pieces == 1 || insideRange || threadSetting == 1)
    return runSerially(n, fn, context);
  int64_t threads = std::min<int64_t>(tgc_num_threads(), pieces);
  if (threads == 1)
    return runSerially(n, fn, context);
  int64_t perBlock = std::max<int64_t>(pieces / (threads * rangesPerThread), 1);
  int64_t blocks = (pieces - 1) / perBlock + 1;
  Pool *pool = pools.get();
  if (!pool || !pool->run(fn, context, n, perBlock * grain, blocks,
                          static_cast<int32_t>(threads)))
    runSerially(n, fn, context);
}

int32_t tgc_set_num_threads(int32_t threads) {
  int32_t before = threadSetting;
  threadSetting = std::clamp(threads, 0, maxThreads);
  return before;
}

int32_t tgc_num_threads(void) {
  if (threadSetting > 0)
    return threadSetting;
  Pool *pool = pools.get();
  return pool ? pool->defaultThreads() : 1;
}

void tgc_parallel_shutdown(void) {
  Pool *pool = pools.known();
  if (pool && !insideRange)
    pool->shutdown();
}

} // extern "C"
