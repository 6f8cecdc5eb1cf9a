// A forked child computes, whatever the parent's threads did at the fork.
#include "tgc/frontend/api/runtime.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tgc {
namespace {

TEST(ForkTest, ChildrenOfABusyProcessCompute) {
  Tensor x = from_span(std::span<const float>(std::vector<float>(100'000, 1)),
                       {100'000});
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      while (!done)
        (void)(x + x);
    });
  for (int i = 0; i < 100; ++i) {
    pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(20);
      Tensor y = x + x;
      _exit(y.data<float>()[99'999] == 2 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << "child " << i;
  }
  done = true;
  for (std::thread &thread : threads)
    thread.join();
}

} // namespace
} // namespace tgc
