// Compiled kernels, as tgc::trace, tgc::compile and Executable::run make and
// call them, on one thread and on two.
#include "Benchmarks.h"

#include "tgc/frontend/api/tgc.h"

#include <functional>

namespace tgc {
namespace {

/// A program, what it runs on, and what one run does.
struct Case {
  std::string name;
  std::function<Program()> program;
  std::vector<Dims> inputs;
  double flops = 0, bytes = 0;
};

/// A function of as many tensors as it has inputs.
template <class F>
Case traced(std::string name, F f, std::vector<Dims> inputs) {
  auto program = [f, inputs] {
    std::vector<TensorSpec> specs;
    for (const Dims &dims : inputs)
      specs.push_back({f32, dims});
    return trace(f, specs);
  };
  return {std::move(name), program, std::move(inputs)};
}

Case withFlops(Case made, double flops) {
  made.flops = flops;
  return made;
}
Case withBytes(Case made, double bytes) {
  made.bytes = bytes;
  return made;
}

// Maps.

/// 4 ops, 3 operands and a result of n elements.
Case chain(int64_t n) {
  auto f = [](const Tensor &a, const Tensor &b, const Tensor &c) {
    return relu(a * b + c) * 0.5;
  };
  return withBytes(traced("chain/" + std::to_string(n), f, {{n}, {n}, {n}}),
                   16.0 * static_cast<double>(n));
}

Case map(const char *name, Tensor (*f)(const Tensor &), int64_t n) {
  return withBytes(
      traced(std::string(name) + "/" + std::to_string(n), f, {{n}}),
      8.0 * static_cast<double>(n));
}

Case transposed(int64_t n) {
  auto f = [](const Tensor &x) { return transpose(x, {1, 0}); };
  return withBytes(traced("transpose/" + std::to_string(n), f, {{n, n}}),
                   8.0 * static_cast<double>(n * n));
}

// Reductions and rows.

std::string sizeName(int64_t rows, int64_t columns) {
  return std::to_string(rows) + "x" + std::to_string(columns);
}

Case sum(const char *name, int64_t dim, int64_t rows, int64_t columns) {
  auto f = [dim](const Tensor &x) { return reduce(x, ReduceKind::add, {dim}); };
  return withBytes(traced(std::string(name) + "/" + sizeName(rows, columns), f,
                          {{rows, columns}}),
                   4.0 * static_cast<double>(rows * columns));
}

Case overRows(const char *name, Tensor (*f)(const Tensor &), int64_t rows,
              int64_t columns) {
  return withBytes(traced(std::string(name) + "/" + sizeName(rows, columns), f,
                          {{rows, columns}}),
                   8.0 * static_cast<double>(rows * columns));
}

// Products and convolutions.

/// m x k times k x n; `weights`: the right side is a constant.
Case dot(int64_t m, int64_t k, int64_t n, bool weights = false) {
  std::string name = std::string(weights ? "dot_weights/" : "dot/") +
                     sizeName(m, k) + "x" + std::to_string(n);
  double flops = 2.0 * static_cast<double>(m) * static_cast<double>(k * n);
  if (!weights) {
    auto f = [](const Tensor &a, const Tensor &b) {
      return dot_general(a, b, {1}, {0});
    };
    return withFlops(traced(name, f, {{m, k}, {k, n}}), flops);
  }
  auto f = [k, n](const Tensor &a) {
    return dot_general(a, randomTensor({k, n}), {1}, {0});
  };
  return withFlops(traced(name, f, {{m, k}}), flops);
}

struct Image {
  int64_t side, features;
  bool channelsLast;
};

/// A convolution of stride 1 with weights, one image, padded to keep its side.
/// depthwise: a kernel for each feature.
Case convolved(const Image &image, int64_t features, int64_t window,
               bool depthwise = false) {
  int64_t inputs = depthwise ? 1 : image.features;
  std::string name = std::string(depthwise ? "depthwise/" : "convolution/") +
                     (image.channelsLast ? "nhwc/" : "nchw/") +
                     sizeName(window, window) + "/" +
                     sizeName(image.side, image.side) + "x" +
                     std::to_string(image.features) +
                     (depthwise ? "" : "->" + std::to_string(features));
  ConvolutionOptions options;
  options.lo = options.hi = {window / 2, window / 2};
  if (depthwise)
    options.feature_group_count = image.features;
  if (image.channelsLast) {
    options.lhs_spec = options.out_spec = {0, 3, 1, 2};
    options.rhs_spec = {3, 2, 0, 1};
  }
  Dims kernel = image.channelsLast ? Dims{window, window, inputs, features}
                                   : Dims{features, inputs, window, window};
  auto f = [=](const Tensor &x) {
    return convolution(x, randomTensor(kernel), options);
  };
  Dims input = image.channelsLast
                   ? Dims{1, image.side, image.side, image.features}
                   : Dims{1, image.features, image.side, image.side};
  return withFlops(traced(name, f, {input}),
                   2.0 *
                       static_cast<double>(image.side * image.side * features *
                                           inputs * window * window));
}

// Whole programs.

Case digits(int64_t batch) {
  auto program = [batch] {
    LoadOptions options;
    options.dims = {{"batch", batch}};
    return Program::load(TGC_SOURCE_DIR "/examples/digits/digits.onnx",
                         options);
  };
  return {"digits/" + std::to_string(batch), program, {{batch, 1, 8, 8}}};
}

std::vector<Case> cases() {
  auto exponential = [](const Tensor &x) { return exp(x); };
  auto tangent = [](const Tensor &x) { return tanh(x); };
  auto softmaxOf = [](const Tensor &x) { return softmax(x, -1); };
  auto layerNormOf = [](const Tensor &x) { return layer_norm(x, {}, {}); };
  auto geluOf = [](const Tensor &x) { return gelu(x); };
  const Image wide{56, 64, true}, deep{14, 256, true}, thick{56, 256, true};
  const Image wideFirst{56, 64, false}, deepFirst{14, 256, false},
      thickFirst{56, 256, false};
  const Image many{56, 128, true}, manyFirst{56, 128, false};
  return {
      traced("call/4", [](const Tensor &x) { return x + 1.0; }, {{4}}),
      chain(2048),  // in L1
      chain(32768), // in L2
      chain(1 << 23),
      map("exp", exponential, 32768),
      map("tanh", tangent, 32768),
      map("gelu", geluOf, 32768),
      transposed(256), // in L2
      transposed(4096),
      sum("sum_rows", 1, 64, 1024), // in L2
      sum("sum_rows", 1, 16384, 1024),
      sum("sum_columns", 0, 64, 1024),
      sum("sum_columns", 0, 16384, 1024),
      overRows("softmax", softmaxOf, 64, 1024),
      overRows("softmax", softmaxOf, 16384, 1024),
      overRows("layer_norm", layerNormOf, 64, 1024),
      dot(128, 128, 128),
      dot(256, 256, 256),
      dot(512, 512, 512),
      dot(1024, 1024, 1024),
      dot(127, 1000, 777),
      dot(128, 768, 768),
      dot(1, 1024, 1024),
      dot(1, 1024, 1024, true),
      dot(8, 1024, 1024, true),
      dot(128, 768, 768, true),
      convolved(wide, 64, 3),
      convolved(deep, 256, 3),
      convolved(thick, 64, 1),
      convolved(many, 128, 3, true),
      convolved(wideFirst, 64, 3),
      convolved(deepFirst, 256, 3),
      convolved(thickFirst, 64, 1),
      convolved(manyFirst, 128, 3, true),
      digits(1),
      digits(64),
  };
}

/// Compiled when first asked for, so that a filter saves the others' time.
struct Prepared {
  Executable run;
  std::vector<Tensor> inputs;
};

void runCase(benchmark::State &state, const Case &made, int threads,
             std::shared_ptr<std::unique_ptr<Prepared>> cache) {
  if (!*cache) {
    std::vector<Tensor> inputs;
    for (const Dims &dims : made.inputs)
      inputs.push_back(randomTensor(dims));
    *cache = std::make_unique<Prepared>(
        Prepared{compile(made.program()), std::move(inputs)});
  }
  const Prepared &prepared = **cache;
  RunOptions options;
  options.threads = threads;
  // Also takes the memory that later runs use again.
  benchmark::DoNotOptimize(prepared.run.run(prepared.inputs, options));
  for (auto _ : state)
    benchmark::DoNotOptimize(prepared.run.run(prepared.inputs, options));
  setRates(state, made.flops, made.bytes);
}

void registerAll() {
  for (const Case &made : cases()) {
    auto cache = std::make_shared<std::unique_ptr<Prepared>>();
    for (int threads : {1, 2}) {
      std::string name = made.name + "/threads:" + std::to_string(threads);
      auto *registered = withExtremes(benchmark::RegisterBenchmark(
          name.c_str(), [=](benchmark::State &state) {
            runCase(state, made, threads, cache);
          }));
      // CPU time is the caller's alone.
      if (threads > 1)
        registered->UseRealTime();
    }
  }
}

} // namespace
} // namespace tgc

int main(int argc, char **argv) {
  return tgc::runBenchmarks(argc, argv, tgc::registerAll);
}
