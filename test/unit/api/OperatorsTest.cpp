// Operators on tensors and what they refuse, at run time and compile time.
#include "tgc/frontend/api/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace tgc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(OperatorsTest, BitwiseOnIntegersAndBool) {
  const Tensor a = tensor({12, 10}), b = tensor({10, -1});
  EXPECT_THAT((a & b).data<int64_t>(), ElementsAre(8, 10));
  EXPECT_THAT((a | 1).data<int64_t>(), ElementsAre(13, 11));
  EXPECT_THAT((a ^ b).data<int64_t>(), ElementsAre(6, -11));
  EXPECT_THAT((~a).data<int64_t>(), ElementsAre(-13, -11));
  const Tensor p = tensor({true, true, false}),
               q = tensor({true, false, false});
  EXPECT_THAT((p & q).data<bool>(), ElementsAre(true, false, false));
  EXPECT_THAT((p | q).data<bool>(), ElementsAre(true, true, false));
  EXPECT_THAT((p ^ q).data<bool>(), ElementsAre(false, true, false));
  EXPECT_THAT((!p).data<bool>(), ElementsAre(false, false, true));
  EXPECT_THAT((~p).data<bool>(), ElementsAre(false, false, true));
  EXPECT_THAT((a > 11 & b < 0).data<bool>(), ElementsAre(false, false));
  EXPECT_THAT(equal(a, 12).data<bool>(), ElementsAre(true, false));
  EXPECT_THAT(not_equal(a, b).data<bool>(), ElementsAre(true, true));
}

TEST(OperatorsTest, NotIsOfBoolAlone) {
  try {
    (void)!tensor({1, 0});
    FAIL() << "expected an error";
  } catch (const Error &error) {
    EXPECT_THAT(error.what(), HasSubstr("has dtype i64; expected i1"));
    EXPECT_THAT(error.what(), HasSubstr("fix: equal(x, 0)"));
  }
  EXPECT_THROW((void)(tensor({1.5}) & tensor({1.5})), Error);
}

template <class T>
concept HasAndAnd = requires(T x) { x && x; };
template <class T>
concept HasEquals = requires(T x) { x == x; };
static_assert(!HasAndAnd<Tensor>, "it would evaluate both sides");
static_assert(!HasEquals<Tensor>);

// Characters are no numbers, but int8_t and uint8_t are.
static_assert(!std::is_constructible_v<Literal, char>);
static_assert(!std::is_constructible_v<Literal, wchar_t>);
static_assert(!std::is_constructible_v<Literal, char8_t>);
static_assert(std::is_constructible_v<Literal, int8_t>);
static_assert(std::is_constructible_v<Literal, uint8_t>);
static_assert(std::is_constructible_v<Literal, const char *>);
static_assert(!std::is_constructible_v<TensorArg, char>);
static_assert(std::is_constructible_v<TensorArg, uint8_t>);

TEST(OperatorsTest, DTypesPrintTheirNames) {
  std::ostringstream text;
  text << f32 << ' ' << tensor({true}).dtype() << ' ' << DType::c128;
  EXPECT_EQ(text.str(), "f32 i1 c128");
  EXPECT_EQ(dtype_from_name("bf16"), bf16);
  EXPECT_EQ(dtype_from_name("float"), std::nullopt);
  EXPECT_EQ(dtype_bytes(f64), 8u);
}

} // namespace
} // namespace tgc
