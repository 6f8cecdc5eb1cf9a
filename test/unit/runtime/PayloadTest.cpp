// Bounded functions of one operand against MPFR, at every CPU level.
#include "ElementwiseCalls.h"

#include <algorithm>
#include <cfloat>
#include <cstdlib>
#include <functional>

namespace tgc {
namespace {

using Reference = std::function<void(mpfr_ptr, mpfr_srcptr)>;

struct Function {
  OpKind kind;
  Reference exact;
  double low, high; // where it is interesting
  std::vector<double> difficult;
};

void logisticExact(mpfr_ptr r, mpfr_srcptr x) {
  mpfr_t e;
  mpfr_init2(e, 160);
  mpfr_neg(e, x, MPFR_RNDN);
  mpfr_exp(e, e, MPFR_RNDN);
  mpfr_add_ui(e, e, 1, MPFR_RNDN);
  mpfr_ui_div(r, 1, e, MPFR_RNDN);
  mpfr_clear(e);
}

template <int (*fn)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)>
void exactly(mpfr_ptr r, mpfr_srcptr x) {
  fn(r, x, MPFR_RNDN);
}

/// Where a branch of the formula begins, results overflow, become denormal or
/// cancel. Doubles next to multiples of pi/2, and 6381956970095103 * 2^797,
/// the closest of all (Muller, Elementary Functions).
const std::vector<Function> &functions() {
  static const double ln2 = std::log(2.0), pi = std::acos(-1.0);
  static const std::vector<double> angles = {pi / 4,
                                             pi / 2,
                                             pi,
                                             3 * pi / 2,
                                             22,
                                             355,
                                             0x1p19 * pi,
                                             0x1p20,
                                             0x1p28,
                                             1e22,
                                             16367173 * 0x1p72f,
                                             6381956970095103 * 0x1p797,
                                             0x1p1023};
  static const std::vector<Function> table = {
      {OpKind::Cos, exactly<mpfr_cos>, -40, 40, angles},
      {OpKind::Erf, exactly<mpfr_erf>, -6.5, 6.5, {1, 3.9, 4, 5.8, 6}},
      {OpKind::Exp,
       exactly<mpfr_exp>,
       -110,
       90,
       {ln2 / 2, 88.72284, -87.33655, -103.97208, 709.782712893384,
        -708.3964185322641, -745.1332191019411, -746, 710}},
      {OpKind::Expm1,
       exactly<mpfr_expm1>,
       -20,
       90,
       {ln2 / 2, 1.5 * ln2, -ln2 / 2, -17.3, -24, -37.4, -48, 88.72284,
        709.782712893384}},
      {OpKind::Log,
       exactly<mpfr_log>,
       0,
       20,
       {1, std::sqrt(0.5), std::sqrt(2.0), 2}},
      {OpKind::Log1p,
       exactly<mpfr_log1p>,
       -1,
       20,
       {-1, std::sqrt(0.5) - 1, std::sqrt(2.0) - 1, 1, 0x1p24, 0x1p53}},
      {OpKind::Logistic,
       logisticExact,
       -110,
       40,
       {-0.35, -87.33655, -103.97208, -745.1332191019411, 17, 37}},
      {OpKind::Sin, exactly<mpfr_sin>, -40, 40, angles},
      {OpKind::Tanh, exactly<mpfr_tanh>, -12, 12, {0.625, 9.01, 10, 19.06, 20}},
  };
  return table;
}

template <class F> std::vector<F> inputsOf(const Function &f, int64_t n) {
  std::vector<F> x = specialFloats<F>();
  std::vector<F> any = anyFloats<F>(n, 7);
  x.insert(x.end(), any.begin(), any.end());
  appendRange(x, f.low, f.high, n);
  appendRange(x, -1.0, 1.0, n / 2);
  appendRange(x, f.low * FLT_EPSILON, f.high * FLT_EPSILON, n / 8);
  for (double at : f.difficult) {
    appendNeighbours(x, static_cast<F>(at), 200);
    appendNeighbours(x, static_cast<F>(-at), 200);
  }
  return x;
}

/// At most 2 ULP (semantics.md 8), at every level; the levels with fma agree in
/// every bit, the baseline keeps the same bound.
template <class F> void expectWithinBound(int64_t n) {
  mpfr_t x, y;
  mpfr_init2(x, 53);
  mpfr_init2(y, 64);
  for (const Function &f : functions()) {
    std::string_view name = opInfo(f.kind).mnemonic;
    std::vector<F> in = inputsOf<F>(f, n);
    std::vector<std::vector<F>> out;
    std::vector<double> worst, at;
    for (CpuLevel level : cpuLevels()) {
      out.push_back(runKernel<F>(level, f.kind, {}, in));
      worst.push_back(0);
      at.push_back(0);
    }
    for (size_t i = 0; i < in.size(); ++i) {
      mpfr_set_d(x, static_cast<double>(in[i]), MPFR_RNDN);
      f.exact(y, x);
      long double exact = mpfr_get_ld(y, MPFR_RNDN);
      for (size_t l = 0; l < out.size(); ++l) {
        double ulps = ulpsFrom(exact, out[l][i]);
        if (ulps > worst[l]) {
          worst[l] = ulps;
          at[l] = in[i];
        }
      }
      if (out.size() == 3)
        ASSERT_TRUE(sameElement(out[1][i], out[2][i]))
            << name << "(" << in[i] << ") differs between v3 and v4";
    }
    for (size_t l = 0; l < out.size(); ++l) {
      EXPECT_LE(worst[l], 2) << name << "(" << std::hexfloat << at[l] << ") at "
                             << levelName(cpuLevels()[l]);
      ::testing::Test::RecordProperty(std::string(name) + "_" +
                                          levelName(cpuLevels()[l]),
                                      std::to_string(worst[l]));
    }
  }
  mpfr_clear(x);
  mpfr_clear(y);
}

TEST(PayloadTest, FloatsAreWithinTwoUlps) { expectWithinBound<float>(30'000); }
TEST(PayloadTest, DoublesAreWithinTwoUlps) {
  expectWithinBound<double>(30'000);
}

template <class F> void expectSpecialValues() {
  using Limits = std::numeric_limits<F>;
  constexpr F inf = Limits::infinity(), nan = Limits::quiet_NaN();
  struct Row {
    OpKind kind;
    F x, y;
  };
  const Row rows[] = {
      {OpKind::Exp, F(0), 1},
      {OpKind::Exp, F(-0.0), 1},
      {OpKind::Exp, inf, inf},
      {OpKind::Exp, -inf, 0},
      {OpKind::Exp, nan, nan},
      {OpKind::Expm1, F(0), 0},
      {OpKind::Expm1, F(-0.0), F(-0.0)},
      {OpKind::Expm1, inf, inf},
      {OpKind::Expm1, -inf, -1},
      {OpKind::Expm1, nan, nan},
      {OpKind::Log, F(0), -inf},
      {OpKind::Log, F(-0.0), -inf},
      {OpKind::Log, 1, 0},
      {OpKind::Log, -1, nan},
      {OpKind::Log, inf, inf},
      {OpKind::Log, -inf, nan},
      {OpKind::Log, nan, nan},
      {OpKind::Log1p, F(0), 0},
      {OpKind::Log1p, F(-0.0), F(-0.0)},
      {OpKind::Log1p, -1, -inf},
      {OpKind::Log1p, -2, nan},
      {OpKind::Log1p, inf, inf},
      {OpKind::Log1p, -inf, nan},
      {OpKind::Log1p, nan, nan},
      {OpKind::Sin, F(0), 0},
      {OpKind::Sin, F(-0.0), F(-0.0)},
      {OpKind::Sin, inf, nan},
      {OpKind::Sin, -inf, nan},
      {OpKind::Sin, nan, nan},
      {OpKind::Cos, F(0), 1},
      {OpKind::Cos, F(-0.0), 1},
      {OpKind::Cos, inf, nan},
      {OpKind::Cos, -inf, nan},
      {OpKind::Cos, nan, nan},
      {OpKind::Tanh, F(0), 0},
      {OpKind::Tanh, F(-0.0), F(-0.0)},
      {OpKind::Tanh, inf, 1},
      {OpKind::Tanh, -inf, -1},
      {OpKind::Tanh, nan, nan},
      {OpKind::Logistic, F(0), F(0.5)},
      {OpKind::Logistic, F(-0.0), F(0.5)},
      {OpKind::Logistic, inf, 1},
      {OpKind::Logistic, -inf, 0},
      {OpKind::Logistic, nan, nan},
      {OpKind::Erf, F(0), 0},
      {OpKind::Erf, F(-0.0), F(-0.0)},
      {OpKind::Erf, inf, 1},
      {OpKind::Erf, -inf, -1},
      {OpKind::Erf, nan, nan},
  };
  for (CpuLevel level : cpuLevels())
    for (const Row &row : rows) {
      F y = runKernel<F>(level, row.kind, {}, std::vector<F>{row.x})[0];
      EXPECT_TRUE(sameElement(y, row.y))
          << opInfo(row.kind).mnemonic << "(" << row.x << ") = " << y << " at "
          << levelName(level) << "; expected " << row.y;
    }
}

TEST(PayloadTest, SpecialValuesAreAnnexF) {
  expectSpecialValues<float>();
  expectSpecialValues<double>();
}

/// One huge argument takes the whole vector through the other reduction; its
/// neighbours must not notice.
TEST(PayloadTest, HugeAngleLeavesItsNeighboursAlone) {
  for (CpuLevel level : cpuLevels())
    for (OpKind kind : {OpKind::Sin, OpKind::Cos}) {
      std::vector<double> x;
      appendRange(x, -500.0, 500.0, 64);
      std::vector<double> alone = runKernel<double>(level, kind, {}, x);
      for (size_t huge = 0; huge < x.size(); huge += 5)
        x[huge] = 1e300;
      std::vector<double> mixed = runKernel<double>(level, kind, {}, x);
      for (size_t i = 0; i < x.size(); ++i)
        if (i % 5 != 0)
          EXPECT_TRUE(sameElement(alone[i], mixed[i])) << x[i];
    }
}

/// All floats against the double kernel, whose error does not show in float
/// ULPs: every 911th by default, all with TGC_EXHAUSTIVE set (minutes).
TEST(PayloadTest, EveryFloatIsWithinTwoUlps) {
  const int64_t step = std::getenv("TGC_EXHAUSTIVE") ? 1 : 911;
  const CpuLevel best = cpuLevels().back();
  const int64_t block = 1 << 20, count = (int64_t{1} << 32) / step;
  for (const Function &f : functions()) {
    std::vector<double> worst(cpuLevels().size());
    for (int64_t begin = 0; begin < count; begin += block) {
      std::vector<float> x(std::min(block, count - begin));
      for (size_t i = 0; i < x.size(); ++i)
        x[i] = fromBits<float>(static_cast<uint32_t>((begin + i) * step));
      std::vector<double> wide(x.begin(), x.end());
      std::vector<double> exact = runKernel<double>(best, f.kind, {}, wide);
      for (size_t l = 0; l < worst.size(); ++l) {
        std::vector<float> y = runKernel<float>(cpuLevels()[l], f.kind, {}, x);
        for (size_t i = 0; i < x.size(); ++i)
          worst[l] = std::max(worst[l], ulpsFrom<float>(exact[i], y[i]));
      }
    }
    for (size_t l = 0; l < worst.size(); ++l) {
      EXPECT_LE(worst[l], 2)
          << opInfo(f.kind).mnemonic << " at " << levelName(cpuLevels()[l]);
      RecordProperty(std::string(opInfo(f.kind).mnemonic) + "_" +
                         levelName(cpuLevels()[l]),
                     std::to_string(worst[l]));
    }
  }
}

} // namespace
} // namespace tgc
