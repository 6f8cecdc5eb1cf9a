// The thread pool: coverage, nesting, concurrency, limits, signals, forks.
#include "tgc/runtime/parallel/ParallelFor.h"
#include "tgc/runtime/parallel/CpuCount.h"
#include "tgc/runtime/parallel/FloatEnvironment.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace tgc {
namespace {

template <class Body> void parallelFor(int64_t n, int64_t grain, Body body) {
  tgc_parallel_for(
      n, grain,
      [](void *context, int64_t begin, int64_t end) {
        (*static_cast<Body *>(context))(begin, end);
      },
      &body);
}

class Threads {
public:
  explicit Threads(int32_t n) : before(tgc_set_num_threads(n)) {}
  ~Threads() { tgc_set_num_threads(before); }

private:
  int32_t before;
};

/// Waits in every range until `wanted` threads are in one; returns how many
/// came. A machine under load gets ten seconds.
int64_t threadsThatMeet(int64_t wanted, int64_t ranges) {
  std::atomic<int64_t> arrived{0};
  std::mutex mutex;
  std::set<std::thread::id> ids;
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  parallelFor(ranges, 1, [&](int64_t, int64_t) {
    {
      std::lock_guard lock(mutex);
      if (ids.insert(std::this_thread::get_id()).second)
        ++arrived;
    }
    while (arrived < wanted && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
  });
  return static_cast<int64_t>(ids.size());
}

TEST(ParallelForTest, CoversTheSpaceOnce) {
  for (int32_t threads : {1, 2, 5}) {
    Threads scope(threads);
    for (int64_t n : {-3, 0, 1, 2, 7, 64, 1000, 99'991})
      for (int64_t grain : {int64_t{1}, int64_t{3}, int64_t{1000},
                            std::numeric_limits<int64_t>::max()}) {
        std::vector<std::atomic<int>> hits(n > 0 ? static_cast<size_t>(n) : 0);
        std::atomic<bool> whole{true};
        parallelFor(n, grain, [&](int64_t begin, int64_t end) {
          whole = whole && begin < end && end <= n &&
                  (end == n || (end - begin) % grain == 0);
          for (int64_t i = begin; i < end; ++i)
            ++hits[static_cast<size_t>(i)];
        });
        EXPECT_TRUE(whole) << n << " by " << grain;
        for (auto &hit : hits)
          ASSERT_EQ(hit, 1);
      }
  }
}

TEST(ParallelForTest, ResultsAreVisibleAfterwards) {
  Threads scope(5);
  std::vector<int64_t> squares(10'000);
  for (int64_t round = 1; round <= 200; ++round) {
    parallelFor(10'000, 7, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        squares[static_cast<size_t>(i)] = i * round;
    });
    int64_t sum = 0;
    for (int64_t s : squares)
      sum += s;
    ASSERT_EQ(sum, round * 49'995'000);
  }
}

TEST(ParallelForTest, UsesAsManyThreadsAsAskedFor) {
  for (int32_t threads : {1, 2, 5}) {
    Threads scope(threads);
    EXPECT_EQ(tgc_num_threads(), threads);
    EXPECT_EQ(threadsThatMeet(threads, 40), threads);
    // Two ranges are work for two.
    EXPECT_EQ(threadsThatMeet(std::min(threads, 2), 2), std::min(threads, 2));
  }
}

// Workers asleep, about to sleep, and asleep since an earlier region, in every
// mixture: a lost wake-up would leave a range waiting for its partners.
TEST(ParallelForTest, EveryRegionWakesItsWorkers) {
  for (int64_t round = 0; round < 2000; ++round) {
    int32_t threads = static_cast<int32_t>(2 + round * 7 % 5);
    Threads scope(threads);
    if (round % 3 == 0)
      std::this_thread::sleep_for(std::chrono::microseconds(round % 120));
    ASSERT_EQ(threadsThatMeet(threads, threads), threads) << round;
  }
}

TEST(ParallelForTest, SettingIsPerThread) {
  Threads scope(3);
  std::thread([] {
    EXPECT_EQ(tgc_set_num_threads(2), 0);
    EXPECT_EQ(tgc_num_threads(), 2);
  }).join();
  EXPECT_EQ(tgc_num_threads(), 3);
  EXPECT_EQ(tgc_set_num_threads(0), 3);
  EXPECT_EQ(tgc_num_threads(), std::min(availableCpus(), 1024));
  EXPECT_EQ(tgc_set_num_threads(-7), 0);
  EXPECT_EQ(tgc_set_num_threads(1 << 30), 0);
  EXPECT_EQ(tgc_set_num_threads(3), 1024);
}

TEST(ParallelForTest, NestedRegionsRunSerially) {
  Threads scope(4);
  std::atomic<int64_t> total{0};
  std::atomic<bool> serial{true};
  parallelFor(16, 1, [&](int64_t, int64_t) {
    auto self = std::this_thread::get_id();
    int calls = 0;
    parallelFor(100, 1, [&](int64_t begin, int64_t end) {
      serial = serial && std::this_thread::get_id() == self;
      ++calls;
      total += end - begin;
    });
    serial = serial && calls == 1;
  });
  EXPECT_TRUE(serial);
  EXPECT_EQ(total, 1600);
  // A region that is serial for lack of ranges does not nest either.
  parallelFor(1, 1, [&](int64_t, int64_t) {
    parallelFor(100, 1, [&](int64_t begin, int64_t end) {
      EXPECT_EQ(end - begin, 100);
    });
  });
}

TEST(ParallelForTest, SeveralCallersDoNotDeadlock) {
  std::vector<std::thread> callers;
  std::atomic<int64_t> total{0};
  for (int c = 0; c < 6; ++c)
    callers.emplace_back([&] {
      Threads scope(3);
      for (int round = 0; round < 300; ++round)
        parallelFor(50, 1, [&](int64_t begin, int64_t end) {
          total.fetch_add(end - begin);
        });
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(total, 6 * 300 * 50);
}

TEST(ParallelForTest, StartsAgainAfterShutdown) {
  Threads scope(3);
  tgc_parallel_shutdown(); // also when nothing runs
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(threadsThatMeet(3, 12), 3);
    tgc_parallel_shutdown();
  }
  parallelFor(4, 1, [](int64_t, int64_t) { tgc_parallel_shutdown(); });
  EXPECT_EQ(threadsThatMeet(3, 12), 3);
}

TEST(ParallelForTest, WorkersBlockSignals) {
  Threads scope(3);
  tgc_parallel_shutdown();
  auto caller = std::this_thread::get_id();
  std::atomic<int> blocked{0}, workers{0};
  std::atomic<int64_t> arrived{0};
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  parallelFor(3, 1, [&](int64_t, int64_t) {
    ++arrived;
    while (arrived < 3 && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    if (std::this_thread::get_id() == caller)
      return;
    ++workers;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    if (sigismember(&mask, SIGINT) && sigismember(&mask, SIGTERM) &&
        sigismember(&mask, SIGALRM))
      ++blocked;
  });
  EXPECT_EQ(workers, 2);
  EXPECT_EQ(blocked, 2);
  sigset_t mask; // and the caller is as it was
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_FALSE(sigismember(&mask, SIGINT));
}

#if !defined(__SANITIZE_THREAD__)
TEST(ParallelForTest, WorksInAForkedChild) {
  Threads scope(3);
  EXPECT_EQ(threadsThatMeet(3, 12), 3);
  pid_t child = fork();
  if (child == 0) {
    std::atomic<int64_t> total{0};
    for (int round = 0; round < 20; ++round)
      parallelFor(100, 1, [&](int64_t begin, int64_t end) {
        total.fetch_add(end - begin);
      });
    _exit(total == 2000 && threadsThatMeet(3, 12) == 3 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(threadsThatMeet(3, 12), 3);
}
#endif

#if defined(__SSE__)
TEST(ParallelForTest, FloatEnvironmentIsSetAndRestored) {
  unsigned before = _mm_getcsr();
  unsigned foreign = 0x7f80 | 0x8040 | 0x1f80; // toward zero, FTZ, DAZ
  _mm_setcsr(foreign);
  {
    FloatEnvironment environment;
    EXPECT_EQ(_mm_getcsr() & ~0x3fu, 0x1f80u);
  }
  EXPECT_EQ(_mm_getcsr() & ~0x3fu, foreign & ~0x3fu);
  // New workers do not inherit the caller's.
  tgc_parallel_shutdown();
  Threads scope(3);
  auto caller = std::this_thread::get_id();
  std::atomic<int64_t> arrived{0};
  std::atomic<bool> standard{true};
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  parallelFor(3, 1, [&](int64_t, int64_t) {
    ++arrived;
    while (arrived < 3 && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    if (std::this_thread::get_id() != caller)
      standard = standard && (_mm_getcsr() & ~0x3fu) == 0x1f80u;
  });
  _mm_setcsr(before);
  EXPECT_TRUE(standard);
}
#endif

class CgroupTest : public testing::Test {
protected:
  CgroupTest() {
    std::string pattern = testing::TempDir() + "cgroupXXXXXX";
    root = mkdtemp(pattern.data());
  }
  ~CgroupTest() override { std::filesystem::remove_all(root); }

  void write(const std::string &path, const std::string &text) {
    std::filesystem::path file = root + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  std::string root;
};

TEST_F(CgroupTest, ReadsVersion2) {
  EXPECT_EQ(cgroupCpus(root), 0);
  write("/proc/self/cgroup", "0::/a/b\n");
  EXPECT_EQ(cgroupCpus(root), 0);
  write("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  EXPECT_EQ(cgroupCpus(root), 0);
  write("/sys/fs/cgroup/a/b/cpu.max", "350000 100000\n");
  EXPECT_EQ(cgroupCpus(root), 4);
  write("/sys/fs/cgroup/a/cpu.max", "200000 100000\n"); // a parent's
  EXPECT_EQ(cgroupCpus(root), 2);
  write("/sys/fs/cgroup/cpu.max", "1 100000\n");
  EXPECT_EQ(cgroupCpus(root), 1);
  write("/sys/fs/cgroup/cpu.max", "nonsense");
  EXPECT_EQ(cgroupCpus(root), 2);
}

TEST_F(CgroupTest, ReadsVersion1) {
  write("/proc/self/cgroup",
        "5:memory:/m\n4:cpu,cpuacct:/docker/x\n3:cpuset:/s\nbroken\n0::/\n");
  write("/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us", "-1\n");
  write("/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroupCpus(root), 0);
  write("/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us", "150000\n");
  EXPECT_EQ(cgroupCpus(root), 2);
}

TEST(CpuCountTest, IsAtLeastOne) { EXPECT_GE(availableCpus(), 1); }

} // namespace
} // namespace tgc
