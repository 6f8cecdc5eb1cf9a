// The orders of sums and products (semantics.md 5, 6) against element by
// element models, and batch invariance (semantics.md 1), on every route.
#include "tgc/frontend/api/Ops.h"
#include "tgc/test/ops/OrderModels.h"
#include "tgc/test/ops/Routes.h"

#include "gtest/gtest.h"

#include <limits>

namespace tgc::test {
namespace {

using Operands = std::span<const Tensor>;

/// A function traced once with named sizes; results for any sizes on every
/// route.
class Everywhere {
public:
  Everywhere(std::function<Tensor(Operands)> call,
             const std::vector<TensorSpec> &specs)
      : call(std::move(call)), program(trace(this->call, specs)),
        executable(compile(program)) {}

  /// All routes give `expected`.
  template <class F>
  void expect(const std::vector<Tensor> &x, const std::vector<F> &expected,
              const std::string &what) const {
    Tensor eager = call(x);
    std::span<const F> got = eager.data<F>();
    ASSERT_EQ(got.size(), expected.size()) << what;
    Tensor model = from_span(std::span<const F>(expected), eager.shape());
    auto check = [&](const Tensor &y, const char *route) {
      ASSERT_EQ(difference(y, model), "") << what << ", " << route;
    };
    check(eager, "eager");
    check(program.interpret(x)[0], "interpreter");
    check(executable.run(x, {.threads = 1})[0], "compiled, 1 thread");
    check(executable.run(x, {.threads = 5})[0], "compiled, 5 threads");
    if (bestCpuLevel() >= CpuLevel::V3) {
      LevelScope level(CpuLevel::V3);
      check(call(x), "eager, x86-64-v3");
    }
  }

private:
  std::function<Tensor(Operands)> call;
  Program program;
  Executable executable;
};

template <class F> std::vector<F> randomFloats(int64_t count, uint64_t seed) {
  Random random(seed);
  Tensor x = randomTensor(dtypeOf<F>, {count}, Domain::Sums, random);
  auto data = x.data<F>();
  return {data.begin(), data.end()};
}
template <class F> Tensor of(const std::vector<F> &values, const Dims &dims) {
  return from_span(std::span<const F>(values), dims);
}

template <class F> F plus(F a, F b) { return a + b; }
template <class F> F times(F a, F b) { return a * b; }

template <class F> void expectSums() {
  Everywhere sums([](Operands x) { return reduce(x[0], ReduceKind::add, {0}); },
                  {{dtypeOf<F>, {dim("n")}}});
  Everywhere products(
      [](Operands x) { return reduce(x[0], ReduceKind::mul, {0}); },
      {{dtypeOf<F>, {dim("n")}}});
  auto check = [&](int64_t n) {
    std::vector<F> x = randomFloats<F>(n, n);
    std::string what = "n = " + std::to_string(n);
    sums.expect<F>({of(x, {n})},
                   {reduceModel(std::span<const F>(x), F(0), plus<F>)}, what);
    products.expect<F>({of(x, {n})},
                       {reduceModel(std::span<const F>(x), F(1), times<F>)},
                       what);
  };
  for (int64_t n = 0; n < 4000 && !testing::Test::HasFailure(); ++n)
    check(n);
  Random random(1);
  for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i)
    check(1 + static_cast<int64_t>(random() % 300'000));
}

TEST(SemanticsOrder, SumsOfF32) { expectSums<float>(); }
TEST(SemanticsOrder, SumsOfF64) { expectSums<double>(); }

/// Reduced dimensions in front, in the middle and apart: layout does not
/// matter, the logical order of the elements does.
TEST(SemanticsOrder, SumsAlongAnyDimensions) {
  for (const std::vector<int64_t> &axes :
       {std::vector<int64_t>{0}, {1}, {2}, {0, 2}, {1, 2}, {0, 1}}) {
    Everywhere sums(
        [=](Operands x) { return reduce(x[0], ReduceKind::add, axes); },
        {{f32, {dim("a"), dim("b"), dim("c")}}});
    for (const std::vector<int64_t> &sizes : {std::vector<int64_t>{7, 5, 67},
                                              {131, 3, 37},
                                              {2, 300, 9},
                                              {19, 1, 1}}) {
      std::vector<float> x = randomFloats<float>(
          sizes[0] * sizes[1] * sizes[2], static_cast<uint64_t>(sizes[2]));
      // Elements of each result, in row-major order of the operand.
      std::vector<std::vector<float>> slices(1);
      int64_t kept[3];
      int64_t results = 1;
      for (int64_t d = 2; d >= 0; --d) {
        bool reduced = std::find(axes.begin(), axes.end(), d) != axes.end();
        kept[d] = reduced ? 0 : results;
        results *= reduced ? 1 : sizes[static_cast<size_t>(d)];
      }
      slices.resize(static_cast<size_t>(results));
      const float *next = x.data();
      for (int64_t i = 0; i < sizes[0]; ++i)
        for (int64_t j = 0; j < sizes[1]; ++j)
          for (int64_t k = 0; k < sizes[2]; ++k)
            slices[static_cast<size_t>(i * kept[0] + j * kept[1] + k * kept[2])]
                .push_back(*next++);
      std::vector<float> expected;
      for (const std::vector<float> &slice : slices)
        expected.push_back(
            reduceModel(std::span<const float>(slice), 0.0f, plus<float>));
      sums.expect({of(x, sizes)}, expected,
                  "dims from " + std::to_string(axes[0]));
    }
  }
}

/// Padded places keep their slot: -0 for add, 1 for mul.
TEST(SemanticsOrder, WindowsKeepTheSlotsOfPadding) {
  constexpr int64_t window = 150, lo = 70, hi = 33, stride = 3, hole = 2;
  for (ReduceKind kind : {ReduceKind::add, ReduceKind::mul}) {
    bool adds = kind == ReduceKind::add;
    float neutral = adds ? -0.0f : 1;
    Everywhere windows(
        [=](Operands x) {
          return reduce_window(x[0], kind, {window},
                               {.strides = {stride},
                                .lo = {lo},
                                .hi = {hi},
                                .window_dilation = {hole}});
        },
        {{f32, {dim("n")}}});
    for (int64_t n : {200, 307, 500}) {
      std::vector<float> x = randomFloats<float>(n, static_cast<uint64_t>(n));
      std::vector<float> expected;
      int64_t span = (window - 1) * hole + 1;
      for (int64_t start = -lo; start + span <= n + hi; start += stride) {
        std::vector<float> slots;
        for (int64_t w = 0; w < window; ++w) {
          int64_t place = start + w * hole;
          slots.push_back(place >= 0 && place < n
                              ? x[static_cast<size_t>(place)]
                              : neutral);
        }
        expected.push_back(reduceModel(std::span<const float>(slots), neutral,
                                       adds ? plus<float> : times<float>));
      }
      windows.expect({of(x, {n})}, expected, std::string(enumName(kind)));
    }
  }
}

template <class F> void expectProducts() {
  Everywhere product(
      [](Operands x) { return dot_general(x[0], x[1], {1}, {0}); },
      {{dtypeOf<F>, {dim("m"), dim("k")}}, {dtypeOf<F>, {dim("k"), dim("n")}}});
  struct Sizes {
    int64_t m, k, n;
  };
  std::vector<Sizes> all;
  for (int64_t k : {0, 1, 2, 255, 256, 257, 511, 512, 513, 1009})
    for (auto [m, n] : {std::pair{1, 1}, {3, 17}, {14, 35}})
      all.push_back({m, k, n});
  for (auto [m, k, n] : all) {
    std::vector<F> a = randomFloats<F>(m * k, 3), b = randomFloats<F>(k * n, 4);
    std::vector<F> expected;
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j) {
        ProductModel<F> sum;
        for (int64_t l = 0; l < k; ++l)
          sum.add(a[static_cast<size_t>(i * k + l)],
                  b[static_cast<size_t>(l * n + j)]);
        expected.push_back(sum.result());
      }
    product.expect({of(a, {m, k}), of(b, {k, n})}, expected,
                   std::to_string(m) + "x" + std::to_string(k) + "x" +
                       std::to_string(n));
  }
}

TEST(SemanticsOrder, ProductsOfF32) { expectProducts<float>(); }
TEST(SemanticsOrder, ProductsOfF64) { expectProducts<double>(); }

/// Kernel positions outer, features inner; padding takes part as +0, holes in
/// x are skipped and keep their number.
TEST(SemanticsOrder, Convolutions) {
  constexpr int64_t features = 67, outputs = 5;
  constexpr int64_t lo = 3, hi = 4, taps = 5;
  for (auto [stride, base, hole] :
       {std::tuple{1, 1, 1}, {2, 3, 1}, {1, 2, 3}}) {
    ConvolutionOptions options{.strides = {stride},
                               .lo = {lo},
                               .hi = {hi},
                               .lhs_dilation = {base},
                               .rhs_dilation = {hole}};
    Everywhere convolutions(
        [=](Operands x) { return convolution(x[0], x[1], options); },
        {{f32, {1, dim("c"), dim("n")}}, {f32, {dim("o"), dim("c"), taps}}});
    for (int64_t n : {9, 23}) {
      std::vector<float> x = randomFloats<float>(features * n, 5);
      std::vector<float> w = randomFloats<float>(outputs * features * taps, 6);
      int64_t size = (n - 1) * base + 1, span = (taps - 1) * hole + 1;
      int64_t results = (size + lo + hi - span) / stride + 1;
      std::vector<float> expected;
      for (int64_t o = 0; o < outputs; ++o)
        for (int64_t p = 0; p < results; ++p) {
          ProductModel<float> sum;
          for (int64_t tap = 0; tap < taps; ++tap)
            for (int64_t c = 0; c < features; ++c) {
              int64_t place = p * stride - lo + tap * hole;
              float weight =
                  w[static_cast<size_t>((o * features + c) * taps + tap)];
              if (place < 0 || place >= size)
                sum.add(0, weight);
              else if (place % base != 0)
                sum.skip();
              else
                sum.add(x[static_cast<size_t>(c * n + place / base)], weight);
            }
          expected.push_back(sum.result());
        }
      convolutions.expect(
          {of(x, {1, features, n}), of(w, {outputs, features, taps})}, expected,
          "stride " + std::to_string(stride) + ", dilations " +
              std::to_string(base) + " and " + std::to_string(hole));
    }
  }
}

/// Row 7 of a batch of 32 is what a batch of 1 gives.
TEST(SemanticsOrder, BatchesDoNotShow) {
  auto model = [](Operands x) {
    Tensor hidden = tgc::tanh(dot_general(x[0], x[1], {1}, {0}));
    Tensor most = reduce(hidden, ReduceKind::max, {1});
    Tensor shifted =
        tgc::exp(hidden - broadcast_in_dim(most, {0}, hidden.shape()));
    return reduce(shifted, ReduceKind::add, {1});
  };
  Tensor batch = of(randomFloats<float>(32 * 300, 7), {32, 300});
  Tensor weight = of(randomFloats<float>(300 * 41, 8), {300, 41});
  Tensor row = slice(batch, {7, 0}, {1, 300}, {1, 1});
  Tensor all = runEverywhere(model, {batch, weight});
  Tensor one = runEverywhere(model, {row, weight});
  EXPECT_EQ(difference(slice(all, {7}, {1}, {1}), one), "");
}

} // namespace
} // namespace tgc::test
