// binary16 conversions, over all halves and at every rounding point.
#include "tgc/runtime/core/Half.h"

#include <cmath>
#include <gtest/gtest.h>

namespace tgc {
namespace {

bool isNan(uint32_t bits) { return (bits & 0x7fffu) > 0x7c00u; }

/// The value by its definition.
double valueOf(uint32_t bits) {
  double sign = (bits & 0x8000u) ? -1 : 1;
  int exponent = static_cast<int>((bits >> 10) & 0x1fu);
  double mantissa = bits & 0x3ffu;
  if (exponent == 0)
    return sign * std::ldexp(mantissa, -24);
  if (exponent == 0x1f)
    return sign * INFINITY;
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

TEST(HalfTest, ConvertsEveryHalfExactlyAndBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    Half half{static_cast<uint16_t>(bits)};
    float value = floatFromHalf(half);
    if (isNan(bits)) {
      EXPECT_TRUE(std::isnan(value));
      EXPECT_EQ(std::signbit(value), (bits & 0x8000u) != 0);
      EXPECT_EQ(halfFromFloat(value).bits, bits | 0x200u) << bits;
      continue;
    }
    EXPECT_EQ(static_cast<double>(value), valueOf(bits)) << bits;
    EXPECT_EQ(std::signbit(value), (bits & 0x8000u) != 0);
    EXPECT_EQ(halfFromFloat(value).bits, bits);
    EXPECT_EQ(halfFromDouble(static_cast<double>(value)).bits, bits);
  }
}

TEST(HalfTest, RoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x7bff; ++bits) {
    double low = valueOf(bits), high = valueOf(bits + 1);
    double middle = (low + high) / 2; // exact
    uint32_t even = bits & 1 ? bits + 1 : bits;
    EXPECT_EQ(halfFromFloat(static_cast<float>(middle)).bits, even);
    EXPECT_EQ(
        halfFromFloat(std::nextafter(static_cast<float>(middle), 0.0f)).bits,
        bits);
    EXPECT_EQ(
        halfFromFloat(std::nextafter(static_cast<float>(middle), 1e9f)).bits,
        bits + 1);
    // Nearer to the middle than f32 can tell.
    EXPECT_EQ(halfFromDouble(middle).bits, even);
    EXPECT_EQ(halfFromDouble(std::nextafter(middle, 0)).bits, bits);
    EXPECT_EQ(halfFromDouble(std::nextafter(middle, 1e9)).bits, bits + 1);
    EXPECT_EQ(halfFromDouble(-std::nextafter(middle, 1e9)).bits,
              (bits + 1) | 0x8000u);
  }
}

TEST(HalfTest, OverflowsToInfinityAtHalfAStep) {
  EXPECT_EQ(halfFromFloat(65519.996f).bits, 0x7bff);
  EXPECT_EQ(halfFromFloat(65520).bits, 0x7c00);
  EXPECT_EQ(halfFromDouble(65519.99999999999).bits, 0x7bff);
  EXPECT_EQ(halfFromDouble(-1e300).bits, 0xfc00);
  EXPECT_EQ(halfFromDouble(INFINITY).bits, 0x7c00);
  EXPECT_EQ(halfFromDouble(5e-324).bits, 0);
  EXPECT_EQ(halfFromDouble(-5e-324).bits, 0x8000);
  EXPECT_EQ(halfFromDouble(0x1p-25).bits, 0);
  EXPECT_EQ(halfFromDouble(0x1.0000000000001p-25).bits, 1);
}

} // namespace
} // namespace tgc
