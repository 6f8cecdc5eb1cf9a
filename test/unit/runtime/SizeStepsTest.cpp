// The recipe for floor_div and mod, run on plain integers.
#include "tgc/runtime/infer/SizeSteps.h"

#include "gtest/gtest.h"

#include <limits>

namespace tgc {
namespace {

/// Wrapping arithmetic; a division that could trap fails the test.
IntegerSteps<int64_t> plainSteps() {
  using V = int64_t;
  auto wrap = [](auto f) {
    return [f](V a, V b) {
      return static_cast<V>(
          f(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
    };
  };
  IntegerSteps<V> steps;
  steps.constant = [](int64_t value) { return value; };
  steps.add = wrap([](uint64_t a, uint64_t b) { return a + b; });
  steps.sub = wrap([](uint64_t a, uint64_t b) { return a - b; });
  steps.mul = wrap([](uint64_t a, uint64_t b) { return a * b; });
  steps.divide = [](V a, V b) {
    EXPECT_TRUE(b != 0 && b != -1);
    return a / b;
  };
  steps.less = [](V a, V b) { return V(a < b); };
  steps.equal = [](V a, V b) { return V(a == b); };
  steps.both = [](V a, V b) { return a & b; };
  steps.either = [](V a, V b) { return a | b; };
  steps.select = [](V c, V a, V b) { return c ? a : b; };
  return steps;
}

TEST(SizeStepsTest, DividesLikeDimExpr) {
  constexpr int64_t low = std::numeric_limits<int64_t>::min();
  constexpr int64_t high = std::numeric_limits<int64_t>::max();
  std::vector<int64_t> numbers{low, low + 1, low / 2, high / 3, high - 1, high};
  for (int64_t i = -20; i <= 20; ++i)
    numbers.push_back(i);
  DimExpr a = DimExpr::symbol("a"), b = DimExpr::symbol("b");
  int compared = 0;
  for (int64_t x : numbers)
    for (int64_t y : numbers) {
      DimExpr::Builder<int64_t> builder = builderOf(plainSteps());
      builder.symbol = [&](std::string_view name) {
        return name == "a" ? x : y;
      };
      auto value = [&](const DimExpr &expression) {
        return expression.evaluate([&](std::string_view name) {
          return std::optional<int64_t>(name == "a" ? x : y);
        });
      };
      for (const DimExpr &e :
           {floor_div(a, b), mod(a, b), min(a, b), max(a, b)}) {
        int64_t got = e.build(builder); // divisor 0: any value, no trap
        if (std::optional<int64_t> expected = value(e)) {
          ++compared;
          EXPECT_EQ(got, *expected) << e.text() << " of " << x << ", " << y;
        }
      }
    }
  EXPECT_GT(compared, 8000);
}

} // namespace
} // namespace tgc
