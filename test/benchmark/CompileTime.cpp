// What compiling costs: the phases of a few programs, in ms.
#include "Benchmarks.h"

#include "tgc/frontend/api/tgc.h"

#include <algorithm>
#include <functional>

namespace tgc {
namespace {

/// Time: all of tgc::compile. Counters: for each phase the least of the
/// iterations, in ms.
void runCompile(benchmark::State &state,
                const std::function<Program()> &program) {
  const Program compiled = program();
  std::map<std::string, double> least;
  for (auto _ : state) {
    const Executable executable = compile(compiled);
    state.PauseTiming();
    for (const CompileReport::Phase &phase : executable.report().phases) {
      double ms = phase.seconds * 1e3;
      auto [it, added] = least.emplace(phase.name, ms);
      it->second = std::min(it->second, ms);
    }
    state.ResumeTiming();
  }
  for (const auto &[name, ms] : least)
    state.counters[name] = ms;
}

void registerAll() {
  auto add = [](const char *name, std::function<Program()> program) {
    withExtremes(
        benchmark::RegisterBenchmark(name, runCompile, std::move(program)))
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  };
  add("chain/32768", [] {
    TensorSpec x{f32, {32768}};
    return trace([](const Tensor &a, const Tensor &b,
                    const Tensor &c) { return relu(a * b + c) * 0.5; },
                 {x, x, x});
  });
  add("softmax/64x1024", [] {
    return trace([](const Tensor &x) { return softmax(x, -1); },
                 {{f32, {64, 1024}}});
  });
  auto dot = [](const Tensor &a, const Tensor &b) {
    return dot_general(a, b, {1}, {0});
  };
  add("dot/128x768x768",
      [=] { return trace(dot, {{f32, {128, 768}}, {f32, {768, 768}}}); });
  add("dot/named_sizes", [=] {
    return trace(dot,
                 {{f32, {dim("m"), dim("k")}}, {f32, {dim("k"), dim("n")}}});
  });
  add("digits", [] {
    return Program::load(TGC_SOURCE_DIR "/examples/digits/digits.onnx");
  });
}

} // namespace
} // namespace tgc

int main(int argc, char **argv) {
  return tgc::runBenchmarks(argc, argv, tgc::registerAll);
}
