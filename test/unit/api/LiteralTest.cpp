// Literals and scalars at the edges of their dtypes.
#include "tgc/frontend/api/runtime.h"

#include <gtest/gtest.h>
#include <limits>

namespace tgc {
namespace {

constexpr uint64_t most = std::numeric_limits<uint64_t>::max();

TEST(LiteralTest, UnsignedValuesBeyondInt64KeepTheirValue) {
  EXPECT_EQ(tensor(most, f32).item<float>(), 18446744073709551616.0f);
  EXPECT_EQ(tensor(most, f64).item<double>(), 18446744073709551616.0);
  EXPECT_THROW((void)tensor(most), Error);
  EXPECT_THROW((void)(tensor({1}) + most), Error);
  EXPECT_THROW((void)zeros({most}), Error);
}

TEST(LiteralTest, IntegersRoundOnceToFloat) {
  // Above 2^53 double would round first, to the tie that float rounds down.
  int64_t x = (int64_t{1} << 53) + (int64_t{1} << 29) + 1;
  EXPECT_EQ(tensor(x, f32).item<float>(), static_cast<float>(x));
  EXPECT_EQ((tensor({0.0}) + x).item<float>(), static_cast<float>(x));
}

TEST(LiteralTest, ValuesBeyondTheDTypeAreErrors) {
  EXPECT_THROW((void)tensor(1e300, f32), Error);
  EXPECT_EQ(tensor(std::numeric_limits<double>::infinity(), f32).item<float>(),
            std::numeric_limits<float>::infinity());
  EXPECT_THROW((void)tensor(256, DType::u8), Error);
  EXPECT_THROW((void)tensor(2, DType::i1), Error);
  EXPECT_THROW((void)tensor(1.5, i64), Error);
}

TEST(LiteralTest, NestedBracesGiveTheirShape) {
  EXPECT_EQ(tensor({1}).shape(), Dims({1}));
  EXPECT_EQ(tensor({{1, 2}, {3, 4}}).shape(), Dims({2, 2}));
  EXPECT_EQ(tensor({{{1, 2}}}).shape(), Dims({1, 1, 2}));
  EXPECT_EQ(tensor({{1}, {2}}).shape(), Dims({2, 1}));
  EXPECT_EQ(tensor({}).shape(), Dims({0}));
  EXPECT_EQ(tensor({{}, {}}).shape(), Dims({2, 0}));
  EXPECT_EQ(tensor(1).rank(), 0);
  EXPECT_EQ(tensor({1, 2.5}).dtype(), f32);
  EXPECT_EQ(tensor({true, false}).dtype(), i1);
}

TEST(ArrayEqualTest, ComparesHalvesByValue) {
  Tensor zeros = tensor({0.0, 1.0}, f16), minus = tensor({-0.0, 1.0}, f16);
  EXPECT_TRUE(array_equal(zeros, minus));
  EXPECT_FALSE(array_equal(zeros, tensor({0.0, 1.0})));
}

} // namespace
} // namespace tgc
