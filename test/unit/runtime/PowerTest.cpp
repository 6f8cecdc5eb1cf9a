// power of floats against MPFR, at every CPU level; of integers against a loop.
#include "ElementwiseCalls.h"

namespace tgc {
namespace {

template <class F> struct Pairs {
  std::vector<F> x, y;
  void add(double a, double b) {
    x.push_back(static_cast<F>(a));
    y.push_back(static_cast<F>(b));
  }
};

/// Any bits; exponents that make results of every magnitude; bases close to 1.
template <class F> Pairs<F> randomPairs(int64_t n) {
  const double range = sizeof(F) == 4 ? 155 : 1080; // of log2 of the result
  std::mt19937_64 random(11);
  auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  Pairs<F> p;
  p.x = anyFloats<F>(n, 1);
  p.y = anyFloats<F>(n, 2);
  for (F x : anyFloats<F>(n, 3)) {
    x = std::fabs(x);
    if (x > 0 && x < std::numeric_limits<F>::infinity() && x != 1)
      p.add(x, uniform(-range, range) / std::log2(x));
  }
  for (int64_t i = 0; i < n; ++i) {
    double x = 1 + uniform(-1, 1) * std::exp2(-uniform(0, 50));
    F base = static_cast<F>(x);
    if (base > 0 && base != 1)
      p.add(base,
            uniform(-range, range) / std::log2(static_cast<double>(base)));
    p.add(uniform(-30, 30),
          static_cast<double>(static_cast<int>(uniform(-60, 60))));
    p.add(uniform(0, 30), uniform(-60, 60));
  }
  return p;
}

/// MPFR has the special values of Annex F too.
template <class F> void expectPower(const Pairs<F> &p, double bound) {
  mpfr_t x, y, r;
  mpfr_init2(x, 53);
  mpfr_init2(y, 53);
  mpfr_init2(r, 64);
  std::vector<std::vector<F>> out;
  for (CpuLevel level : cpuLevels())
    out.push_back(runKernel<F>(level, OpKind::Power, {}, p.x, p.y));
  for (size_t i = 0; i < p.x.size(); ++i) {
    mpfr_set_d(x, p.x[i], MPFR_RNDN);
    mpfr_set_d(y, p.y[i], MPFR_RNDN);
    mpfr_pow(r, x, y, MPFR_RNDN);
    long double exact = mpfr_get_ld(r, MPFR_RNDN);
    for (size_t l = 0; l < out.size(); ++l)
      ASSERT_LE(ulpsFrom(exact, out[l][i]), bound)
          << std::hexfloat << "power(" << p.x[i] << ", " << p.y[i]
          << ") = " << out[l][i] << " at " << levelName(cpuLevels()[l])
          << "; exactly " << exact;
    if (out.size() == 3)
      ASSERT_TRUE(sameElement(out[1][i], out[2][i]))
          << "power(" << p.x[i] << ", " << p.y[i]
          << ") differs between v3 and v4";
  }
  mpfr_clear(x);
  mpfr_clear(y);
  mpfr_clear(r);
}

TEST(PowerTest, FloatsAreWithinFourUlps) {
  expectPower(randomPairs<float>(60'000), 4);
}
TEST(PowerTest, DoublesAreWithinTwoUlps) {
  expectPower(randomPairs<double>(60'000), 2);
}

template <class F> void expectSpecialPairs() {
  Pairs<F> p;
  std::vector<F> special = specialFloats<F>();
  for (F v : {F(-3), F(-1.5), F(7), F(64), F(1024)})
    special.push_back(v);
  for (F x : special)
    for (F y : special)
      p.add(x, y);
  expectPower(p, sizeof(F) == 4 ? 4 : 2);
}
TEST(PowerTest, SpecialValuesAreAnnexF) {
  expectSpecialPairs<float>();
  expectSpecialPairs<double>();
}

template <class I> void expectIntegerPowers() {
  constexpr I min = std::numeric_limits<I>::min(),
              max = std::numeric_limits<I>::max();
  std::vector<I> x, y, expected;
  for (I base : {I(0), I(1), I(-1), I(2), I(-2), I(3), I(-7), I(10), min, max})
    for (I exponent : {I(0), I(1), I(2), I(3), I(5), I(31), I(33), I(63), I(64),
                       I(1000), I(-1), I(-2), I(-3), I(-64)}) {
      x.push_back(base);
      y.push_back(exponent);
      std::make_unsigned_t<I> r = 1;
      for (I i = 0; i < std::abs(exponent); ++i)
        r *= static_cast<std::make_unsigned_t<I>>(base);
      I value = static_cast<I>(r);
      if (exponent < 0) // divide(1, value)
        value = value == 0 ? -1 : value == 1 || value == -1 ? value : 0;
      expected.push_back(value);
    }
  // 2^31 and 2^63 squarings later: an even power of an odd number.
  for (I base : {I(1), I(-1), I(0)}) {
    x.push_back(base);
    y.push_back(min);
    expected.push_back(base == 0 ? -1 : 1);
  }
  for (CpuLevel level : cpuLevels())
    EXPECT_EQ(runKernel<I>(level, OpKind::Power, {}, x, y), expected)
        << levelName(level);
}
TEST(PowerTest, IntegersWrapAndInvert) {
  expectIntegerPowers<int32_t>();
  expectIntegerPowers<int64_t>();
  EXPECT_EQ(runKernel<int32_t>(CpuLevel::Baseline, OpKind::Power, {},
                               std::vector<int32_t>{2, -1, 0},
                               std::vector<int32_t>{-1, -1, -1}),
            (std::vector<int32_t>{0, -1, -1}));
}

} // namespace
} // namespace tgc
