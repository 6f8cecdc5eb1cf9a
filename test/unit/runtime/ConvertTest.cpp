// convert between all stored dtypes, at every CPU level.
#include "ElementwiseCalls.h"

#include "tgc/runtime/core/Half.h"

namespace tgc {
namespace {

/// The element by one rounding (mpfr: any type exactly, then nearest even).
template <class To> To fromExact(long double x) {
  if constexpr (std::is_same_v<To, I1>) {
    return x != 0 ? I1::Yes : I1::No; // NaN too
  } else if constexpr (std::is_integral_v<To>) {
    using Limits = std::numeric_limits<To>;
    if (std::isnan(x))
      return 0;
    if (x >= static_cast<long double>(Limits::max()))
      return Limits::max();
    if (x <= static_cast<long double>(Limits::min()))
      return Limits::min();
    return static_cast<To>(x);
  } else if constexpr (std::is_same_v<To, Half>) {
    // Double holds what decides: 64 bits to 53 by rounding to odd.
    double d = static_cast<double>(x);
    if (std::isfinite(d) && d != x) {
      if (std::fabs(static_cast<long double>(d)) > std::fabs(x))
        d = std::nextafter(d, 0.0);
      d = fromBits<double>(toBits(d) | 1);
    }
    return halfFromDouble(d);
  } else {
    return static_cast<To>(x);
  }
}

/// The element exactly: x87's long double has 64 bits.
template <class From> long double exactOf(From x) {
  if constexpr (std::is_same_v<From, Half>)
    return floatFromHalf(x);
  else
    return static_cast<long double>(x);
}

template <class To, class From>
void expectConverted(const std::vector<From> &x) {
  for (CpuLevel level : cpuLevels()) {
    std::vector<To> got = runKernel<To>(level, OpKind::Convert,
                                        ConvertAttrs{dtypeOfElement<To>()}, x);
    for (size_t i = 0; i < x.size(); ++i) {
      To expected;
      if constexpr (std::is_integral_v<From> && std::is_integral_v<To>)
        expected = static_cast<To>(x[i]); // wraps
      else if constexpr (std::is_same_v<From, To>)
        expected = x[i];
      else
        expected = fromExact<To>(exactOf(x[i]));
      bool same;
      if constexpr (std::is_same_v<To, Half>)
        same = got[i] == expected || (std::isnan(floatFromHalf(got[i])) &&
                                      std::isnan(floatFromHalf(expected)));
      else
        same = sameElement(got[i], expected);
      ASSERT_TRUE(same) << dtypeName(dtypeOfElement<From>()) << " "
                        << double(exactOf(x[i])) << " to "
                        << dtypeName(dtypeOfElement<To>()) << " at "
                        << levelName(level);
    }
  }
}

template <class From> void expectConvertedToAll(const std::vector<From> &x) {
  expectConverted<I1>(x);
  expectConverted<uint8_t>(x);
  expectConverted<int32_t>(x);
  expectConverted<int64_t>(x);
  expectConverted<Half>(x);
  expectConverted<float>(x);
  expectConverted<double>(x);
}

TEST(ConvertTest, FromBool) {
  expectConvertedToAll(std::vector<I1>{I1::No, I1::Yes, I1::Yes, I1::No});
}

TEST(ConvertTest, FromEveryByte) {
  std::vector<uint8_t> x;
  for (int i = 0; i < 256; ++i)
    x.push_back(static_cast<uint8_t>(i));
  expectConvertedToAll(x);
}

template <class I> std::vector<I> integers() {
  std::vector<I> x = {0,
                      1,
                      I(-1),
                      255,
                      256,
                      I(-256),
                      65503,
                      65504,
                      65505,
                      65519,
                      65520,
                      I(-65520),
                      65536,
                      2047,
                      2049,
                      4098,
                      std::numeric_limits<I>::min(),
                      std::numeric_limits<I>::max()};
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i)
    x.push_back(static_cast<I>(random() >> (random() % 64)));
  for (int bit = 20; bit < std::numeric_limits<I>::digits; ++bit) // ties
    for (int low = -3; low <= 3; ++low)
      x.push_back((I{1} << bit) + (I{1} << (bit - 12)) + low);
  return x;
}
TEST(ConvertTest, FromIntegers) {
  expectConvertedToAll(integers<int32_t>());
  expectConvertedToAll(integers<int64_t>());
}

TEST(ConvertTest, FromEveryHalf) {
  std::vector<Half> x;
  for (int i = 0; i < 65536; ++i)
    x.push_back(Half{static_cast<uint16_t>(i)});
  expectConvertedToAll(x);
}

/// Around every half and every tie between two, and around integer limits.
template <class F> std::vector<F> floats() {
  std::vector<F> x = specialFloats<F>();
  for (int i = 0; i < 0x7c00; ++i) {
    F a = floatFromHalf(Half{static_cast<uint16_t>(i)});
    F b = i == 0x7bff ? F(65536)
                      : floatFromHalf(Half{static_cast<uint16_t>(i + 1)});
    appendNeighbours(x, -a, 1);
    appendNeighbours(x, (a + b) / 2, 1);
  }
  for (double limit : {0x1p7, 0x1p8, 0x1p31, 0x1p32, 0x1p63, 0x1p64})
    for (double sign : {1.0, -1.0}) {
      appendNeighbours(x, static_cast<F>(sign * limit), 3);
      appendNeighbours(x, static_cast<F>(sign * limit - 0.5), 3);
      appendNeighbours(x, static_cast<F>(sign * limit - 1), 3);
    }
  for (F v : anyFloats<F>(20'000, 4))
    x.push_back(v);
  std::mt19937_64 random(2);
  for (int i = 0; i < 20'000; ++i) {
    double scale = std::ldexp(1.0, static_cast<int>(random() % 70) - 3);
    x.push_back(static_cast<F>((random() * 0x1p-63 - 1) * scale));
  }
  return x;
}
TEST(ConvertTest, FromFloats) {
  expectConvertedToAll(floats<float>());
  expectConvertedToAll(floats<double>());
}

TEST(ConvertTest, RowsOfTheSemantics) {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (CpuLevel level : cpuLevels()) {
    EXPECT_EQ(runKernel<uint8_t>(level, OpKind::Convert, ConvertAttrs{u8},
                                 std::vector<float>{300, -inf, nan, 2.9f}),
              (std::vector<uint8_t>{255, 0, 0, 2}));
    EXPECT_EQ(
        runKernel<int32_t>(level, OpKind::Convert, ConvertAttrs{i32},
                           std::vector<float>{inf, -inf, nan, -2.9f}),
        (std::vector<int32_t>{std::numeric_limits<int32_t>::max(),
                              std::numeric_limits<int32_t>::min(), 0, -2}));
    EXPECT_EQ(runKernel<uint8_t>(level, OpKind::Convert, ConvertAttrs{u8},
                                 std::vector<int32_t>{-1}),
              (std::vector<uint8_t>{255}));
    EXPECT_EQ(runKernel<I1>(level, OpKind::Convert, ConvertAttrs{i1},
                            std::vector<float>{nan, -0.0f, 1e-45f}),
              (std::vector<I1>{I1::Yes, I1::No, I1::Yes}));
    // One rounding: through f32 this would be 1.
    EXPECT_EQ(runKernel<Half>(level, OpKind::Convert, ConvertAttrs{f16},
                              std::vector<double>{1 + 0x1p-11 + 0x1p-40})[0]
                  .bits,
              0x3c01);
  }
}

} // namespace
} // namespace tgc
