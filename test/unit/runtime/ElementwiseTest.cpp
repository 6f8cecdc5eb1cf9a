// Exact elementwise kernels against C++ scalars, at every CPU level.
#include "ElementwiseCalls.h"

#include "tgc/runtime/parallel/ParallelFor.h"

#include <functional>

namespace tgc {
namespace {

template <class T>
void expectSame(const std::vector<T> &got, const std::vector<T> &expected,
                const std::string &what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (size_t i = 0; i < got.size(); ++i)
    if constexpr (std::is_same_v<T, Half>)
      ASSERT_EQ(got[i].bits, expected[i].bits) << what << " at " << i;
    else
      ASSERT_TRUE(sameElement(got[i], expected[i]))
          << what << " at " << i << ": " << +got[i] << ", expected "
          << +expected[i];
}
template <>
void expectSame(const std::vector<I1> &got, const std::vector<I1> &expected,
                const std::string &what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (size_t i = 0; i < got.size(); ++i)
    ASSERT_EQ(static_cast<int>(got[i]), static_cast<int>(expected[i]))
        << what << " at " << i;
}

std::string text(CpuLevel level, OpKind kind) {
  return std::string(opInfo(kind).mnemonic) + " at " + levelName(level);
}

template <class T> std::vector<T> edges() {
  if constexpr (std::is_same_v<T, I1>) {
    return {I1::No, I1::Yes};
  } else if constexpr (std::is_integral_v<T>) {
    constexpr T min = std::numeric_limits<T>::min(),
                max = std::numeric_limits<T>::max();
    std::vector<T> x = {min, max, T(min + 1), T(max - 1), T(-1), 0,         1,
                        2,   7,   T(-7),      100,        46341, T(max / 3)};
    std::mt19937_64 random(5);
    for (int i = 0; i < 40; ++i)
      x.push_back(static_cast<T>(random() >> (random() % 60)));
    return x;
  } else {
    std::vector<T> x = specialFloats<T>();
    for (T v : anyFloats<T>(60, 9))
      x.push_back(v);
    std::mt19937_64 random(6);
    std::normal_distribution<double> normal(0, 100);
    for (int i = 0; i < 60; ++i)
      x.push_back(static_cast<T>(normal(random)));
    for (T v :
         {0.49999997, 1.49999999, 4.5, 5.5, 8388607.5, 4503599627370495.5})
      x.insert(x.end(), {v, -v});
    return x;
  }
}

template <class Out, class T>
void expectUnary(OpKind kind, const OpAttrs &attrs,
                 const std::function<Out(T)> &f) {
  std::vector<T> x = edges<T>();
  std::vector<Out> expected;
  for (T v : x)
    expected.push_back(f(v));
  for (CpuLevel level : cpuLevels())
    expectSame(runKernel<Out>(level, kind, attrs, x), expected,
               text(level, kind));
}

template <class Out, class T>
void expectBinary(OpKind kind, const OpAttrs &attrs,
                  const std::function<Out(T, T)> &f) {
  std::vector<T> x, y;
  std::vector<Out> expected;
  for (T a : edges<T>())
    for (T b : edges<T>()) {
      x.push_back(a);
      y.push_back(b);
      expected.push_back(f(a, b));
    }
  for (CpuLevel level : cpuLevels())
    expectSame(runKernel<Out>(level, kind, attrs, x, y), expected,
               text(level, kind));
}

template <class F> void floatUnary() {
  expectUnary<F, F>(OpKind::Abs, {}, [](F x) { return std::fabs(x); });
  expectUnary<F, F>(OpKind::Negate, {}, [](F x) { return -x; });
  expectUnary<F, F>(OpKind::Ceil, {}, [](F x) { return std::ceil(x); });
  expectUnary<F, F>(OpKind::Floor, {}, [](F x) { return std::floor(x); });
  expectUnary<F, F>(OpKind::Sqrt, {}, [](F x) { return std::sqrt(x); });
  expectUnary<F, F>(OpKind::Rsqrt, {}, [](F x) { return 1 / std::sqrt(x); });
  expectUnary<F, F>(OpKind::Round, RoundAttrs{RoundMode::even},
                    [](F x) { return std::rint(x); });
  expectUnary<F, F>(OpKind::Round, RoundAttrs{RoundMode::away},
                    [](F x) { return std::round(x); });
  expectUnary<I1, F>(OpKind::IsFinite, {},
                     [](F x) { return std::isfinite(x) ? I1::Yes : I1::No; });
  expectUnary<F, F>(OpKind::Sign, {}, [](F x) {
    return std::isnan(x) || x == 0 ? x : std::copysign(F(1), x);
  });
}
TEST(ElementwiseTest, UnaryFloats) {
  floatUnary<float>();
  floatUnary<double>();
}

template <class F> void floatBinary() {
  expectBinary<F, F>(OpKind::Add, {}, [](F x, F y) { return x + y; });
  expectBinary<F, F>(OpKind::Subtract, {}, [](F x, F y) { return x - y; });
  expectBinary<F, F>(OpKind::Multiply, {}, [](F x, F y) { return x * y; });
  expectBinary<F, F>(OpKind::Divide, {}, [](F x, F y) { return x / y; });
  expectBinary<F, F>(OpKind::Rem, {}, [](F x, F y) { return std::fmod(x, y); });
  auto larger = [](F x, F y) {
    if (std::isnan(x) || std::isnan(y))
      return std::numeric_limits<F>::quiet_NaN();
    if (x == y)
      return std::signbit(x) ? y : x;
    return x > y ? x : y;
  };
  expectBinary<F, F>(OpKind::Maximum, {}, larger);
  expectBinary<F, F>(OpKind::Minimum, {},
                     [&](F x, F y) { return -larger(-x, -y); });
}
TEST(ElementwiseTest, BinaryFloats) {
  floatBinary<float>();
  floatBinary<double>();
}

/// Every quotient of exponents, so that long division takes every length.
template <class F> void expectExactRemainders() {
  std::vector<F> x, y, expected;
  std::vector<F> a = anyFloats<F>(200'000, 21), b = anyFloats<F>(200'000, 22);
  for (size_t i = 0; i < a.size(); ++i) {
    x.push_back(a[i]);
    // Half of the divisors close to x, where one digit does.
    y.push_back(i % 2 ? b[i] : a[i] * std::ldexp(F(0.7), -int(i % 40)));
    expected.push_back(std::fmod(x.back(), y.back()));
  }
  for (CpuLevel level : cpuLevels())
    expectSame(runKernel<F>(level, OpKind::Rem, {}, x, y), expected,
               text(level, OpKind::Rem));
}
TEST(ElementwiseTest, RemainderOfFloatsIsExact) {
  expectExactRemainders<float>();
  expectExactRemainders<double>();
}

template <class I> void integers() {
  using U = std::make_unsigned_t<I>;
  constexpr I min = std::numeric_limits<I>::min();
  auto divide = [](I x, I y) {
    return y == 0 ? I(-1) : y == -1 ? static_cast<I>(U(0) - U(x)) : I(x / y);
  };
  expectUnary<I, I>(OpKind::Abs, {}, [](I x) {
    return x < 0 ? static_cast<I>(U(0) - U(x)) : x;
  });
  expectUnary<I, I>(OpKind::Negate, {},
                    [](I x) { return static_cast<I>(U(0) - U(x)); });
  expectUnary<I, I>(OpKind::Sign, {},
                    [](I x) { return static_cast<I>((x > 0) - (x < 0)); });
  expectUnary<I, I>(OpKind::BitwiseNot, {},
                    [](I x) { return static_cast<I>(~x); });
  expectBinary<I, I>(OpKind::Add, {},
                     [](I x, I y) { return static_cast<I>(U(x) + U(y)); });
  expectBinary<I, I>(OpKind::Subtract, {},
                     [](I x, I y) { return static_cast<I>(U(x) - U(y)); });
  expectBinary<I, I>(OpKind::Multiply, {},
                     [](I x, I y) { return static_cast<I>(U(x) * U(y)); });
  expectBinary<I, I>(OpKind::Divide, {}, divide);
  expectBinary<I, I>(OpKind::Rem, {}, [](I x, I y) {
    return y == 0 ? x : y == -1 ? I(0) : I(x % y);
  });
  expectBinary<I, I>(OpKind::Maximum, {},
                     [](I x, I y) { return std::max(x, y); });
  expectBinary<I, I>(OpKind::Minimum, {},
                     [](I x, I y) { return std::min(x, y); });
  expectBinary<I, I>(OpKind::BitwiseAnd, {},
                     [](I x, I y) { return static_cast<I>(x & y); });
  expectBinary<I, I>(OpKind::BitwiseOr, {},
                     [](I x, I y) { return static_cast<I>(x | y); });
  expectBinary<I, I>(OpKind::BitwiseXor, {},
                     [](I x, I y) { return static_cast<I>(x ^ y); });
  // The rows of semantics.md 4.
  for (CpuLevel level : cpuLevels()) {
    EXPECT_EQ(runKernel<I>(level, OpKind::Divide, {},
                           std::vector<I>{7, -7, min},
                           std::vector<I>{0, 0, -1}),
              (std::vector<I>{-1, -1, min}));
    EXPECT_EQ(runKernel<I>(level, OpKind::Rem, {}, std::vector<I>{7, -7, min},
                           std::vector<I>{0, 3, -1}),
              (std::vector<I>{7, -1, 0}));
    EXPECT_EQ(runKernel<I>(level, OpKind::Abs, {}, std::vector<I>{min}),
              (std::vector<I>{min}));
  }
}
TEST(ElementwiseTest, Integers) {
  integers<int32_t>();
  integers<int64_t>();
}

TEST(ElementwiseTest, Booleans) {
  auto of = [](bool b) { return b ? I1::Yes : I1::No; };
  auto both = [&](I1 x, I1 y) { return of(x == I1::Yes && y == I1::Yes); };
  auto either = [&](I1 x, I1 y) { return of(x == I1::Yes || y == I1::Yes); };
  expectBinary<I1, I1>(OpKind::Add, {}, either);
  expectBinary<I1, I1>(OpKind::Maximum, {}, either);
  expectBinary<I1, I1>(OpKind::BitwiseOr, {}, either);
  expectBinary<I1, I1>(OpKind::Multiply, {}, both);
  expectBinary<I1, I1>(OpKind::Minimum, {}, both);
  expectBinary<I1, I1>(OpKind::BitwiseAnd, {}, both);
  expectBinary<I1, I1>(OpKind::BitwiseXor, {},
                       [&](I1 x, I1 y) { return of(x != y); });
  expectUnary<I1, I1>(OpKind::BitwiseNot, {},
                      [&](I1 x) { return of(x == I1::No); });
}

template <class T> bool holds(CompareDirection direction, T x, T y) {
  switch (direction) {
  case CompareDirection::EQ:
    return x == y;
  case CompareDirection::NE:
    return x != y;
  case CompareDirection::LT:
    return x < y;
  case CompareDirection::LE:
    return x <= y;
  case CompareDirection::GT:
    return x > y;
  case CompareDirection::GE:
    return x >= y;
  }
  return false;
}
constexpr CompareDirection directions[] = {
    CompareDirection::EQ, CompareDirection::NE, CompareDirection::LT,
    CompareDirection::LE, CompareDirection::GT, CompareDirection::GE};

template <class T> void compares() {
  for (CompareDirection direction : directions)
    for (bool total : {false, true})
      expectBinary<I1, T>(
          OpKind::Compare, CompareAttrs{direction, total}, [&](T x, T y) {
            if constexpr (std::is_floating_point_v<T>) {
              // Where two differ as totally ordered, their places do.
              auto place = [](T v) {
                int64_t bits = static_cast<int64_t>(toBits(std::fabs(v)));
                return std::signbit(v) ? -1 - bits : bits;
              };
              if (total)
                return holds(direction, place(x), place(y)) ? I1::Yes : I1::No;
            }
            return holds(direction, x, y) ? I1::Yes : I1::No;
          });
}
TEST(ElementwiseTest, Compare) {
  compares<I1>();
  compares<int32_t>();
  compares<int64_t>();
  compares<float>();
  compares<double>();
}

template <class T> void clamps() {
  std::vector<T> lo, x, hi, expected;
  auto larger = [](T a, T b) {
    return a != a || b != b ? T(a + b) : a > b ? a : b;
  };
  auto smaller = [](T a, T b) {
    return a != a || b != b ? T(a + b) : a < b ? a : b;
  };
  std::vector<T> values = {T(-9), T(-1), T(1), T(3), T(100)};
  if constexpr (std::is_floating_point_v<T>)
    values.insert(values.end(), {std::numeric_limits<T>::quiet_NaN(),
                                 std::numeric_limits<T>::infinity()});
  for (T a : values)
    for (T b : values)
      for (T c : values) {
        lo.push_back(a);
        x.push_back(b);
        hi.push_back(c);
        expected.push_back(smaller(larger(b, a), c));
      }
  for (CpuLevel level : cpuLevels())
    expectSame(runKernel<T>(level, OpKind::Clamp, {}, lo, x, hi), expected,
               text(level, OpKind::Clamp));
}
TEST(ElementwiseTest, Clamp) {
  clamps<int32_t>();
  clamps<int64_t>();
  clamps<float>();
  clamps<double>();
}

/// Bits move, those of a signalling NaN too.
template <class T> void selects() {
  std::vector<I1> pred;
  std::vector<T> x(77), y(77), expected;
  std::mt19937_64 random(3);
  for (size_t i = 0; i < x.size(); ++i) {
    uint64_t a = random(), b = random();
    if constexpr (std::is_same_v<T, I1>)
      a &= 1, b &= 1;
    std::memcpy(&x[i], &a, sizeof(T));
    std::memcpy(&y[i], &b, sizeof(T));
    pred.push_back(random() % 2 ? I1::Yes : I1::No);
  }
  if constexpr (std::is_same_v<T, float>)
    x[0] = fromBits<float>(0x7f800001), pred[0] = I1::Yes;
  for (size_t i = 0; i < x.size(); ++i)
    expected.push_back(pred[i] == I1::Yes ? x[i] : y[i]);
  for (CpuLevel level : cpuLevels()) {
    std::vector<T> got = runKernel<T>(level, OpKind::Select, {}, pred, x, y);
    EXPECT_EQ(std::memcmp(got.data(), expected.data(), sizeof(T) * got.size()),
              0)
        << levelName(level);
  }
}
TEST(ElementwiseTest, Select) {
  selects<I1>();
  selects<uint8_t>();
  selects<int32_t>();
  selects<int64_t>();
  selects<Half>();
  selects<float>();
  selects<double>();
}

/// The prefix of a longer tensor: partial vectors compute as full ones do, and
/// write nothing beyond the end.
TEST(ElementwiseTest, EveryLengthGivesTheSameBits) {
  std::vector<float> x = specialFloats<float>();
  appendRange(x, -30.0, 30.0, 100);
  for (CpuLevel level : cpuLevels())
    for (OpKind kind : {OpKind::Exp, OpKind::Sin, OpKind::Floor}) {
      std::vector<float> all = runKernel<float>(level, kind, {}, x);
      for (size_t n = 0; n <= x.size(); ++n) {
        std::vector<float> padded(n + 1, 42.0f);
        KernelTensor in = {x.data(), f32, nullptr, 1, int64_t(n)};
        KernelTensor out = {padded.data(), f32, nullptr, 1, int64_t(n)};
        OpAttrs attrs;
        EXPECT_EQ(kernelFor(kind, level)({kind, &in, 1, &out, 1, &attrs}), -1);
        EXPECT_EQ(padded[n], 42.0f);
        padded.pop_back();
        expectSame(padded, {all.begin(), all.begin() + n}, text(level, kind));
      }
    }
}

TEST(ElementwiseTest, ThreadsGiveTheSameBits) {
  std::vector<double> x, y;
  appendRange(x, -9.0, 9.0, 100'003);
  appendRange(y, 0.5, 99.0, 100'003);
  for (CpuLevel level : cpuLevels())
    for (OpKind kind : {OpKind::Add, OpKind::Rem}) {
      int32_t before = tgc_set_num_threads(1);
      std::vector<double> one = runKernel<double>(level, kind, {}, x, y);
      tgc_set_num_threads(3);
      std::vector<double> three = runKernel<double>(level, kind, {}, x, y);
      tgc_set_num_threads(before);
      expectSame(three, one, text(level, kind));
      EXPECT_EQ(three[100'002],
                kind == OpKind::Add ? 108.0 : std::fmod(9.0, 99.0));
    }
}

} // namespace
} // namespace tgc
