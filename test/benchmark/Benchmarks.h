// Inputs, counters and main that the benchmarks share.
#ifndef TGC_TEST_BENCHMARK_BENCHMARKS_H
#define TGC_TEST_BENCHMARK_BENCHMARKS_H

#include "tgc/frontend/api/runtime.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <random>

namespace tgc {

/// f32 from [-1, 1), the same for every call.
inline Tensor randomTensor(const Dims &dims) {
  int64_t count = 1;
  for (const Dim &dim : dims)
    count *= int64_t(dim);
  std::mt19937 random(1);
  std::vector<float> values(static_cast<size_t>(count));
  for (float &value : values)
    value = static_cast<float>(random() >> 8) * 0x1p-23f - 1;
  return from_span<float>(values, dims);
}

/// Adds the rates of a benchmark whose iteration does `flops` floating-point
/// operations and moves `bytes`, each once; 0: not shown.
inline void setRates(benchmark::State &state, double flops, double bytes) {
  using benchmark::Counter;
  if (flops > 0)
    state.counters["FLOP/s"] =
        Counter(flops, Counter::kIsIterationInvariantRate);
  if (bytes > 0)
    state.counters["B/s"] = Counter(bytes, Counter::kIsIterationInvariantRate);
}

/// Adds the least and the greatest of several repetitions to the aggregates:
/// on a busy machine the least time and the greatest rate say most.
inline benchmark::internal::Benchmark *
withExtremes(benchmark::internal::Benchmark *benchmark) {
  using Values = std::vector<double>;
  return benchmark
      ->ComputeStatistics(
          "min", [](const Values &v) { return *std::ranges::min_element(v); })
      ->ComputeStatistics(
          "max", [](const Values &v) { return *std::ranges::max_element(v); });
}

/// main of a benchmark program; `registerAll` comes after the flags are read.
inline int runBenchmarks(int argc, char **argv, void (*registerAll)()) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  registerAll();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

} // namespace tgc

#endif // TGC_TEST_BENCHMARK_BENCHMARKS_H
