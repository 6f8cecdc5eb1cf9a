// philox4x32-10 and its distributions: published vectors, values computed from
// the formulas in Python, the normal quantile against MPFR.
#include "tgc/runtime/random/Distributions.h"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpfr.h>

namespace tgc {
namespace {

using testing::ElementsAre;

TEST(PhiloxTest, MatchesPublishedVectors) {
  // The known-answer vectors of Random123.
  EXPECT_THAT(philox4x32({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                         {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(PhiloxTest, ReadsWordsByPosition) {
  PhiloxStream stream(rngKey(7));
  const uint32_t words[] = {0xf4607a2d, 0xc009f9dc, 0x1d3aba42, 0x15edac82,
                            0x682e8e9b, 0xcb97bc13, 0x2bfaff6b, 0xf535eea6};
  for (uint64_t i = 0; i < 8; ++i)
    EXPECT_EQ(stream.word(i), words[i]);
  EXPECT_EQ(stream.word(2), words[2]); // back in another block
  EXPECT_EQ(stream.doubleWord(1), 0x15edac821d3aba42u);
  // A counter beyond 32 bits, and a key from both halves of the seed.
  PhiloxStream far(rngKey(0x299f31d0a4093822));
  EXPECT_EQ(far.word(4 * 0x0000000385a308d3u + 1),
            philox4x32({0x85a308d3, 3, 0, 0}, {0xa4093822, 0x299f31d0})[1]);
}

template <class T, class Fill> std::vector<T> filled(int64_t count, Fill fill) {
  std::vector<T> out(static_cast<size_t>(count));
  fill(out.data(), count);
  return out;
}

TEST(PhiloxTest, UniformFollowsItsFormula) {
  EXPECT_THAT(filled<float>(6,
                            [](float *out, int64_t n) {
                              fillUniform(rngKey(7), 0.0f, 1.0f, out, n);
                            }),
              ElementsAre(0xf4607ap-24f, 0xc009f9p-24f, 0x1d3abap-24f,
                          0x15edacp-24f, 0x682e8ep-24f, 0xcb97bcp-24f));
  EXPECT_THAT(filled<float>(6,
                            [](float *out, int64_t n) {
                              fillUniform(rngKey(7), -1.0f, 2.5f, out, n);
                            }),
              ElementsAre(0x1.2ba8d6p+1f, 0x1.a022e8p+0f, -0x1.3364eap-1f,
                          -0x1.66804cp-1f, 0x1.b28bcp-2f, 0x1.c8931p+0f));
  EXPECT_THAT(filled<double>(3,
                             [](double *out, int64_t n) {
                               fillUniform(rngKey(7), 0.0, 1.0, out, n);
                             }),
              ElementsAre(0x1.8013f3b9e8c0fp-1, 0x1.5edac821d3ab8p-4,
                          0x1.972f7826d05d1p-1));
  std::vector<Half> halves = filled<Half>(4, [](Half *out, int64_t n) {
    fillUniform(rngKey(7), Half{0}, Half{0x3c00}, out, n);
  });
  const float expected[] = {0.95458984375f, 0.75f, 0.11376953125f,
                            0.08544921875f};
  for (size_t i = 0; i < 4; ++i)
    EXPECT_EQ(floatFromHalf(halves[i]), expected[i]);
}

TEST(PhiloxTest, UniformStaysBelowItsBound) {
  // One step wide: rounding would give the bound half of the time.
  float low = 1, high = std::nextafter(low, 2.0f);
  for (float x : filled<float>(1000, [&](float *out, int64_t n) {
         fillUniform(rngKey(1), low, high, out, n);
       }))
    EXPECT_EQ(x, low);
  for (Half x : filled<Half>(1000, [&](Half *out, int64_t n) {
         fillUniform(rngKey(1), Half{0xbc00}, Half{0}, out, n); // [-1, 0)
       }))
    EXPECT_LT(floatFromHalf(x), 0);
  EXPECT_EQ(FloatOps<Half>::below(Half{0x3c00}).bits, 0x3bff);
  EXPECT_EQ(FloatOps<Half>::below(Half{0x0000}).bits, 0x8001);
  EXPECT_EQ(FloatOps<Half>::below(Half{0xbc00}).bits, 0xbc01);
}

TEST(PhiloxTest, RandintFollowsItsFormula) {
  auto draw = [](auto zero, int64_t low, uint64_t span, int64_t count) {
    using T = decltype(zero);
    std::vector<uint8_t> bytes(sizeof(T) * static_cast<size_t>(count));
    auto *out = reinterpret_cast<T *>(bytes.data());
    fillRandint(rngKey(7), low, span, out, count);
    return std::vector<int64_t>(out, out + count);
  };
  EXPECT_THAT(draw(int64_t{}, -5, 10, 6), ElementsAre(2, -5, 2, 4, -5, 3));
  EXPECT_THAT(draw(int32_t{}, -5, 10, 6), ElementsAre(2, -5, 2, 4, -5, 3));
  EXPECT_THAT(draw(bool{}, 0, 2, 6), ElementsAre(1, 0, 1, 1, 0, 1));
  // The whole range of i64 less one value.
  auto least = INT64_MIN;
  for (int64_t x : draw(int64_t{}, least, ~uint64_t{0}, 100))
    EXPECT_LT(x, INT64_MAX);
  // Every value of a small range comes, about equally often.
  std::vector<int64_t> counts(10);
  for (int64_t x : draw(uint8_t{}, 0, 10, 10'000))
    ++counts[static_cast<size_t>(x)];
  for (int64_t count : counts)
    EXPECT_NEAR(static_cast<double>(count), 1000, 150); // 5 deviations
}

TEST(PhiloxTest, NormalFollowsItsFormula) {
  // sqrt(2) erfinv(2u - 1) with 40 digits, rounded once.
  EXPECT_THAT(filled<float>(6,
                            [](float *out, int64_t n) {
                              fillNormal(rngKey(7), 0.0f, 1.0f, out, n);
                            }),
              ElementsAre(0x1.b0f012p+0f, 0x1.59957ep-1f, -0x1.34612ap+0f,
                          -0x1.5e3478p+0f, -0x1.e20a26p-3f, 0x1.a6588p-1f));
  std::vector<double> doubles = filled<double>(3, [](double *out, int64_t n) {
    fillNormal(rngKey(7), 0.0, 1.0, out, n);
  });
  const double expected[] = {0x1.599584617457cp-1, -0x1.5e347b9d02a44p+0,
                             0x1.a65878a16f8c0p-1};
  for (size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(doubles[i], expected[i], 1e-15);
}

/// |y - quantile(u)| / |quantile(u)|, from the distribution function of y in
/// MPFR: the error in u over the density.
double quantileError(double u, double y) {
  mpfr_t tail, x, scale;
  mpfr_inits2(200, tail, x, scale, nullptr);
  double side = u < 0.5 ? u : 1 - u; // exact for u of 53 bits
  mpfr_set_d(x, std::fabs(y), MPFR_RNDN);
  mpfr_sqrt_ui(scale, 2, MPFR_RNDN);
  mpfr_div(x, x, scale, MPFR_RNDN);
  mpfr_erfc(tail, x, MPFR_RNDN);
  mpfr_div_ui(tail, tail, 2, MPFR_RNDN);
  mpfr_sub_d(tail, tail, side, MPFR_RNDN);
  double density = std::exp(-y * y / 2) / std::sqrt(2 * M_PI);
  double error = std::fabs(mpfr_get_d(tail, MPFR_RNDN)) / density;
  mpfr_clears(tail, x, scale, nullptr);
  return error / std::fabs(y);
}

TEST(PhiloxTest, NormalQuantileIsAccurate) {
  std::vector<double> points = {0x1p-53, 0x1p-52, 0.5 - 0x1p-53, 0.5 + 0x1p-52,
                                1 - 0x1p-53};
  for (int i = 1; i < 4000; ++i)
    points.push_back(i / 4000.0);
  for (int i = 2; i < 53; ++i)
    for (double m : {1.0, 1.1, 1.4142, 1.5, 1.9})
      points.push_back(std::ldexp(m, -i));
  double worst = 0;
  for (double u : points)
    if (u != 0.5)
      worst = std::max(worst, quantileError(u, normalQuantile(u)));
  EXPECT_LT(worst, 1e-15);
  EXPECT_EQ(normalQuantile(0.5), 0);
  EXPECT_EQ(normalQuantile(0.25), -normalQuantile(0.75));
}

} // namespace
} // namespace tgc
