// Tensors made from sizes and numbers, against NumPy's values.
#include "tgc/frontend/api/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace tgc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <class F> std::string errorOf(F f) {
  try {
    f();
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

TEST(CreationTest, FillsEveryStoredDType) {
  for (DType dtype : {i1, u8, i32, i64, f16, f32, f64}) {
    EXPECT_EQ(zeros({2, 0}, dtype).shape(), Dims({2, 0}));
    EXPECT_EQ(zeros({2}, dtype).dtype(), dtype);
    const Tensor wide = convert(
        concatenate(
            {zeros({1}, dtype), ones({2}, dtype), full({1}, true, dtype)}, 0),
        f64);
    EXPECT_THAT(wide.data<double>(), ElementsAre(0, 1, 1, 1)) << dtype;
  }
  EXPECT_EQ(zeros({2}).dtype(), f32);
  EXPECT_EQ(ones({}).item<float>(), 1);
  EXPECT_THAT(errorOf([] { zeros({2}, c64); }),
              HasSubstr("tgc.zeros: dtype 'c64' has no storage"));
  EXPECT_THAT(errorOf([] { ones({-1}); }),
              HasSubstr("tgc.ones (in tgc.broadcast_in_dim): attribute 'sizes' "
                        "in dimension 0 is -1; expected 0 or more"));
}

TEST(CreationTest, FullTakesTheLiteralsDType) {
  EXPECT_EQ(full({2}, 7).dtype(), i64);
  EXPECT_EQ(full({2}, 2.5).dtype(), f32);
  EXPECT_EQ(full({2}, true).dtype(), i1);
  EXPECT_THAT(full({2}, 7, u8).data<uint8_t>(), ElementsAre(7, 7));
  EXPECT_THAT(full({2}, tensor(2.5)).data<float>(), ElementsAre(2.5f, 2.5f));
  EXPECT_THAT(full({2}, tensor(2.5), i64).data<int64_t>(), ElementsAre(2, 2));
  EXPECT_EQ(full({1}, std::numeric_limits<uint64_t>::max(), f64).item<double>(),
            18446744073709551616.0);
  EXPECT_THAT(errorOf([] { full({2}, 300, u8); }),
              HasSubstr("tgc.full: the literal 300 does not fit u8"));
  EXPECT_THAT(errorOf([] { full({2}, tensor({1, 2})); }),
              HasSubstr("tgc.full: operand 0 ('value') has rank 1; expected a "
                        "scalar"));
}

TEST(CreationTest, LikeKeepsShapeAndDType) {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}, i32);
  EXPECT_TRUE(array_equal(zeros_like(x), zeros({2, 3}, i32)));
  EXPECT_TRUE(array_equal(ones_like(x, f64), ones({2, 3}, f64)));
  EXPECT_TRUE(array_equal(full_like(x, 7), full({2, 3}, 7, i32)));
  EXPECT_THAT(errorOf([&] { full_like(x, 2.5); }),
              HasSubstr("tgc.full_like: the literal 2.5 does not fit i32"));
  EXPECT_THAT(errorOf([] { zeros_like(Tensor()); }),
              HasSubstr("tgc.zeros_like: operand 0 ('x') is an empty tensor"));
}

TEST(CreationTest, Eye) {
  EXPECT_THAT(eye(2).data<float>(), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(eye(2, 3, i64).data<int64_t>(), ElementsAre(1, 0, 0, 0, 1, 0));
  EXPECT_THAT(eye(2, 1, i1).data<bool>(), ElementsAre(true, false));
  EXPECT_EQ(eye(0).shape(), Dims({0, 0}));
}

TEST(CreationTest, IntegerRanges) {
  EXPECT_THAT(arange(4).data<int64_t>(), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(arange(2, 5).data<int64_t>(), ElementsAre(2, 3, 4));
  EXPECT_THAT(arange(1, 10, 4).data<int64_t>(), ElementsAre(1, 5, 9));
  EXPECT_THAT(arange(1, 9, 4).data<int64_t>(), ElementsAre(1, 5));
  EXPECT_THAT(arange(5, 0, -2).data<int64_t>(), ElementsAre(5, 3, 1));
  EXPECT_THAT(arange(5, 1, -2).data<int64_t>(), ElementsAre(5, 3));
  EXPECT_THAT(arange(-3).data<int64_t>(), IsEmpty());
  EXPECT_THAT(arange(0, 3, -1).data<int64_t>(), IsEmpty());
  EXPECT_THAT(arange(3, u8).data<uint8_t>(), ElementsAre(0, 1, 2));
  EXPECT_THAT(arange(1, 4, 1, f32).data<float>(), ElementsAre(1, 2, 3));
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(arange(most - 2, most).data<int64_t>(),
              ElementsAre(most - 2, most - 1));
  EXPECT_THAT(errorOf([] { arange(300, u8); }),
              HasSubstr("tgc.arange: the literal 299 does not fit u8"));
  EXPECT_THAT(errorOf([] { arange(1, 2, 0); }),
              HasSubstr("tgc.arange: 'step' is 0; expected a number other"));
  EXPECT_NE(errorOf([&] { arange(-most, most); }), "no error");
}

TEST(CreationTest, FloatingRanges) {
  EXPECT_THAT(arange(2.5).data<float>(), ElementsAre(0, 1, 2));
  EXPECT_THAT(arange(1, 2, 0.25).data<float>(),
              ElementsAre(1, 1.25f, 1.5f, 1.75f));
  EXPECT_THAT(arange(1.0f, -1, -1).data<float>(), ElementsAre(1, 0));
  // numpy.arange(0, 1, 0.1)
  EXPECT_THAT(arange(0, 1, 0.1, f64).data<double>(),
              ElementsAre(0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5,
                          0.6000000000000001, 0.7000000000000001, 0.8, 0.9));
  EXPECT_THAT(errorOf([] { arange(0, 1, 0.0); }),
              HasSubstr("tgc.arange: 'step' is 0"));
  EXPECT_THAT(errorOf([] { arange(std::numeric_limits<double>::infinity()); }),
              HasSubstr("tgc.arange: 'stop' is inf; expected a finite number"));
  EXPECT_THAT(errorOf([] { arange(0, 1e300, 0.5); }),
              HasSubstr("too many for 64 bits"));
}

TEST(CreationTest, Linspace) {
  EXPECT_THAT(linspace(2, 3, 5).data<float>(),
              ElementsAre(2, 2.25f, 2.5f, 2.75f, 3));
  // numpy.linspace(0, 1, 11): the last element is stop itself.
  EXPECT_THAT(linspace(0, 1, 11, f64).data<double>(),
              ElementsAre(0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5,
                          0.6000000000000001, 0.7000000000000001, 0.8, 0.9, 1));
  EXPECT_THAT(linspace(5, -5, 1).data<float>(), ElementsAre(5));
  EXPECT_THAT(linspace(5, -5, 2).data<float>(), ElementsAre(5, -5));
  EXPECT_THAT(linspace(0, 1, 0).data<float>(), IsEmpty());
  EXPECT_EQ(linspace(0, 0.1, 7, f64).data<double>()[6], 0.1);
  EXPECT_THAT(errorOf([] { linspace(0, 1, 3, i64); }),
              HasSubstr("tgc.linspace: attribute 'dtype' is i64; expected a "
                        "float"));
  EXPECT_THAT(errorOf([] { linspace(0, 1, -1); }),
              HasSubstr("tgc.linspace (in tgc.iota): attribute 'sizes' in "
                        "dimension 0 is -1"));
}

} // namespace
} // namespace tgc
