// Eager calls: what a small op costs, and the kernels of each CPU level.
#include "Benchmarks.h"

#include "tgc/runtime/kernels/KernelTable.h"
#include "tgc/runtime/parallel/ParallelFor.h"

#include <functional>

namespace tgc {
namespace {

struct Level {
  const char *name;
  CpuLevel level;
};
constexpr Level levels[] = {{"baseline", CpuLevel::Baseline},
                            {"v3", CpuLevel::V3},
                            {"v4", CpuLevel::V4}};

struct Call {
  std::string name;
  std::function<Tensor()> run;
  double flops, bytes; // of one call
};

/// The call on one thread, at a level.
void runCall(benchmark::State &state, const Call &call, CpuLevel level) {
  const CpuLevel levelBefore = currentCpuLevel();
  const int32_t threadsBefore = tgc_set_num_threads(1);
  setCpuLevel(level);
  for (auto _ : state)
    benchmark::DoNotOptimize(call.run());
  setCpuLevel(levelBefore);
  tgc_set_num_threads(threadsBefore);
  setRates(state, call.flops, call.bytes);
}

void registerAll() {
  const Tensor four = randomTensor({4});
  const Tensor square = randomTensor({512, 512});
  const Tensor vector = randomTensor({1 << 16});
  // Calls whose cost is the way to the kernel.
  const Call small[] = {
      {"tanh/4", [=] { return tanh(four); }, 0, 0},
      {"add/4", [=] { return four + four; }, 0, 0},
  };
  for (const Call &call : small)
    withExtremes(benchmark::RegisterBenchmark(call.name.c_str(), runCall, call,
                                              bestCpuLevel()));
  const Call kernels[] = {
      {"tanh/65536", [=] { return tanh(vector); }, 0, 8.0 * (1 << 16)},
      {"add/65536", [=] { return vector + vector; }, 0, 12.0 * (1 << 16)},
      {"dot/512x512x512", [=] { return dot_general(square, square, {1}, {0}); },
       2.0 * 512 * 512 * 512, 0},
      {"sum_rows/512x512", [=] { return reduce(square, ReduceKind::add, {1}); },
       0, 4.0 * 512 * 512},
      {"sum_columns/512x512",
       [=] { return reduce(square, ReduceKind::add, {0}); }, 0,
       4.0 * 512 * 512},
  };
  for (const Call &call : kernels)
    for (const Level &level : levels)
      if (level.level <= bestCpuLevel())
        withExtremes(
            benchmark::RegisterBenchmark((call.name + "/" + level.name).c_str(),
                                         runCall, call, level.level));
}

} // namespace
} // namespace tgc

int main(int argc, char **argv) {
  return tgc::runBenchmarks(argc, argv, tgc::registerAll);
}
