// The rows of semantics.md 4 and 7, each on every route.
#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Arithmetic.h"
#include "tgc/frontend/library/composite/Reductions.h"
#include "tgc/test/ops/Routes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <bit>
#include <cmath>
#include <limits>

namespace tgc::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Operands = std::span<const Tensor>;
using Call = std::function<Tensor(Operands)>;

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr int32_t min32 = std::numeric_limits<int32_t>::min();
constexpr int32_t max32 = std::numeric_limits<int32_t>::max();
constexpr int64_t min64 = std::numeric_limits<int64_t>::min();
constexpr int64_t max64 = std::numeric_limits<int64_t>::max();

template <class T> Tensor vec(const std::vector<T> &values) {
  return from_span(std::span<const T>(values), {values.size()});
}
Tensor bools(std::initializer_list<Literal> values) {
  return tensor(Literal(values), i1);
}

/// `call` gives `expected` on every route.
void expectEverywhere(const Call &call, std::initializer_list<Tensor> operands,
                      const Tensor &expected, NaNs nans = NaNs::Alike) {
  EXPECT_EQ(difference(runEverywhere(call, operands, nans), expected, nans),
            "");
}

using Binary = Tensor (*)(const TensorArg &, const TensorArg &,
                          std::source_location);
template <class T>
void expectBinary(Binary function, const std::vector<T> &x,
                  const std::vector<T> &y, const std::vector<T> &expected) {
  expectEverywhere([=](Operands v) { return function(v[0], v[1], {}); },
                   {vec(x), vec(y)}, vec(expected));
}

TEST(Semantics, IntegerDivisionIsTotal) {
  expectBinary<int32_t>(divide, {7, -7, min32, min32, -7}, {0, 0, -1, 1, 2},
                        {-1, -1, min32, min32, -3});
  expectBinary<int64_t>(divide, {7, -7, min64}, {0, 0, -1}, {-1, -1, min64});
  expectBinary<int32_t>(rem, {7, -7, min32, min32, -7}, {0, 0, -1, 0, 3},
                        {7, -7, 0, min32, -1});
  expectBinary<int64_t>(rem, {7, -7, min64}, {0, 0, -1}, {7, -7, 0});
}

TEST(Semantics, IntegersWrap) {
  expectEverywhere([](Operands v) { return tgc::abs(v[0]); },
                   {vec<int32_t>({min32, -3})}, vec<int32_t>({min32, 3}));
  expectEverywhere([](Operands v) { return negate(v[0]); },
                   {vec<int64_t>({min64, 3})}, vec<int64_t>({min64, -3}));
  expectBinary<int32_t>(add, {max32}, {1}, {min32});
  expectBinary<int64_t>(subtract, {min64}, {1}, {max64});
  expectBinary<int32_t>(multiply, {65536, 65537}, {65536, 65537}, {0, 131073});
}

TEST(Semantics, IntegerPowerDividesForNegativeExponents) {
  expectBinary<int32_t>(power, {2, -1, 0, -1, 1}, {-1, -1, -1, -2, min32},
                        {0, -1, -1, 1, 1});
  expectBinary<int64_t>(power, {2, -1, 0, 3, 2}, {-1, -1, -1, 4, 64},
                        {0, -1, -1, 81, 0});
}

TEST(Semantics, FloatToIntegerTruncatesAndSaturates) {
  Tensor x = vec<float>({300, -inf, nan, 1.9f, -1.9f, 3e9f, -0.0f});
  expectEverywhere([](Operands v) { return convert(v[0], u8); }, {x},
                   vec<uint8_t>({255, 0, 0, 1, 0, 255, 0}));
  expectEverywhere([](Operands v) { return convert(v[0], i32); }, {x},
                   vec<int32_t>({300, min32, 0, 1, -1, max32, 0}));
  expectEverywhere(
      [](Operands v) { return convert(v[0], i64); },
      {vec<double>({0x1p63, -0x1p63, nan, 1e300, 0x1.fffffffffffffp62})},
      vec<int64_t>({max64, min64, 0, max64, 0x7ffffffffffffc00}));
}

TEST(Semantics, IntegerToIntegerWraps) {
  expectEverywhere([](Operands v) { return convert(v[0], u8); },
                   {vec<int32_t>({-1, 256, 511})}, vec<uint8_t>({255, 0, 255}));
  expectEverywhere([](Operands v) { return convert(v[0], i32); },
                   {vec<int64_t>({(1ll << 32) + 5, max64, min64})},
                   vec<int32_t>({5, -1, 0}));
}

TEST(Semantics, NonZeroIsTrue) {
  expectEverywhere([](Operands v) { return convert(v[0], i1); },
                   {vec<float>({0, -0.0f, nan, 0x1p-149f, -2})},
                   bools({false, false, true, true, true}));
  expectEverywhere([](Operands v) { return convert(v[0], i1); },
                   {vec<int32_t>({0, 256, -1})}, bools({false, true, true}));
}

/// Through another float type the second rounding would give the even
/// neighbour.
TEST(Semantics, ConversionToFloatRoundsOnce) {
  expectEverywhere([](Operands v) { return convert(v[0], f16); },
                   {vec<double>({1 + 0x1p-11 + 0x1p-40, 65519.99, 65520,
                                 0x1p-25, 0x1.001p-25})},
                   vec<Half>({{0x3c01}, {0x7bff}, {0x7c00}, {0}, {1}}));
  expectEverywhere([](Operands v) { return convert(v[0], f32); },
                   {vec<int64_t>({(1ll << 60) + (1ll << 36) + 1,
                                  (1ll << 60) + (1ll << 36), (1 << 24) + 1})},
                   vec<float>({0x1.000002p60f, 0x1p60f, 0x1p24f}));
  expectEverywhere([](Operands v) { return convert(v[0], f64); },
                   {vec<int64_t>({(1ll << 53) + 1, max64})},
                   vec<double>({0x1p53, 0x1p63}));
}

TEST(Semantics, NaNWinsMaximumAndMinimum) {
  expectBinary<float>(maximum, {nan, 1, -0.0f, 0, -inf}, {1, nan, 0, -0.0f, -2},
                      {nan, nan, 0, 0, -2});
  expectBinary<float>(minimum, {nan, 1, -0.0f, 0, inf}, {1, nan, 0, -0.0f, 2},
                      {nan, nan, -0.0f, -0.0f, 2});
}

TEST(Semantics, SignKeepsZerosAndNaN) {
  expectEverywhere([](Operands v) { return sign(v[0]); },
                   {vec<float>({0, -0.0f, nan, -inf, 0x1p-149f})},
                   vec<float>({0, -0.0f, nan, -1, 1}));
}

TEST(Semantics, RoundGoesToEvenOrAway) {
  Tensor x = vec<float>({2.5f, 3.5f, -2.5f, -0.4f, 0.49999997f, 8388609});
  expectEverywhere([](Operands v) { return round(v[0]); }, {x},
                   vec<float>({2, 4, -2, -0.0f, 0, 8388609}));
  expectEverywhere(
      [](Operands v) { return round(v[0], {.mode = RoundMode::away}); }, {x},
      vec<float>({3, 4, -3, -0.0f, 0, 8388609}));
}

TEST(Semantics, RemainderOfFloatsIsExact) {
  expectBinary<float>(rem, {-7, 7, 1, -0.0f, 1, inf}, {3, -3, 0, 3, inf, 2},
                      {-1, 1, nan, -0.0f, 1, nan});
  expectBinary<double>(rem, {1e300}, {3}, {std::fmod(1e300, 3)});
}

TEST(Semantics, UnorderedComparesUnequal) {
  auto expect = [](CompareDirection direction, const Tensor &expected) {
    expectEverywhere(
        [=](Operands v) { return compare(v[0], v[1], direction); },
        {vec<float>({nan, 1, nan, -0.0f}), vec<float>({1, nan, nan, 0})},
        expected);
  };
  expect(CompareDirection::LT, bools({false, false, false, false}));
  expect(CompareDirection::GE, bools({false, false, false, true}));
  expect(CompareDirection::EQ, bools({false, false, false, true}));
  expect(CompareDirection::NE, bools({true, true, true, false}));
}

TEST(Semantics, TotalOrderOnRequest) {
  std::vector<float> ordered = {-nan, -inf, -1, -0.0f, 0, 1, inf, nan};
  std::vector<float> next(ordered.begin() + 1, ordered.end());
  ordered.pop_back();
  auto less = [](Operands v) {
    return compare(v[0], v[1], CompareDirection::LT, {.total = true});
  };
  Tensor all = broadcast_in_dim(tensor(true), {}, {7});
  expectEverywhere(less, {vec(ordered), vec(next)}, all);
  expectEverywhere([&](Operands v) { return bitwise_not(less(v)); },
                   {vec(next), vec(ordered)}, all);
}

TEST(Semantics, DenormalsAreKept) {
  expectBinary<float>(multiply, {0x1p-126f, 0x1p-149f}, {0.5f, 1},
                      {0x1p-127f, 0x1p-149f});
  expectBinary<double>(add, {0x1p-1074}, {0x1p-1074}, {0x1p-1073});
  expectEverywhere([](Operands v) { return tgc::exp(v[0]); },
                   {vec<float>({-103.2f})}, vec<float>({0x1p-149f}));
}

/// 1 - e^2 rounds to 1; a fused multiply-add would keep -e^2.
TEST(Semantics, NothingIsContracted) {
  expectEverywhere([](Operands v) { return (v[0] * v[1]) - 1; },
                   {vec<float>({1 + 0x1p-13f}), vec<float>({1 - 0x1p-13f})},
                   vec<float>({0}));
}

TEST(Semantics, MovementKeepsTheBitsOfNaN) {
  std::vector<float> bits;
  for (uint32_t b : {0x7f800001u, 0xffc12345u, 0x7fc00000u, 0xff800001u})
    bits.push_back(std::bit_cast<float>(b));
  Tensor x = vec(bits);
  auto expectMoved = [&](const Call &call, const std::vector<size_t> &order) {
    std::vector<float> moved;
    for (size_t i : order)
      moved.push_back(bits[i]);
    expectEverywhere(call, {x}, vec(moved), NaNs::Bits);
  };
  expectMoved([](Operands v) { return reverse(v[0], {0}); }, {3, 2, 1, 0});
  expectMoved([](Operands v) { return slice(v[0], {1}, {2}, {2}); }, {1, 3});
  expectMoved([](Operands v) { return concatenate({v[0], v[0]}, 0); },
              {0, 1, 2, 3, 0, 1, 2, 3});
  expectMoved(
      [](Operands v) {
        return gather(v[0], vec<int64_t>({2, 0}), {}, {0}, {0}, 1, {1});
      },
      {2, 0});
  expectMoved(
      [](Operands v) {
        return select(bools({true, false, true, false}), v[0],
                      reverse(v[0], {0}));
      },
      {0, 2, 2, 0});
}

TEST(Semantics, EmptyReductionsGiveTheIdentity) {
  Tensor none = vec<float>({}), noInts = vec<int32_t>({});
  auto expectIdentity = [](ReduceKind kind, const Tensor &x,
                           const Tensor &expected) {
    expectEverywhere([=](Operands v) { return reduce(v[0], kind, {0}); }, {x},
                     expected);
  };
  expectIdentity(ReduceKind::add, none, tensor(0.0f));
  expectIdentity(ReduceKind::mul, none, tensor(1.0f));
  expectIdentity(ReduceKind::max, none, tensor(-inf));
  expectIdentity(ReduceKind::min, none, tensor(inf));
  expectIdentity(ReduceKind::max, noInts, tensor(min32, i32));
  expectIdentity(ReduceKind::min, noInts, tensor(max32, i32));
  expectIdentity(ReduceKind::bitwise_and, noInts, tensor(-1, i32));
  expectEverywhere([](Operands v) { return sum(v[0]); }, {none}, tensor(0.0f));
  expectEverywhere([](Operands v) { return mean(v[0]); }, {none}, tensor(nan));
  EXPECT_THAT(messageOf([&] { max(none); }), StartsWith("TGC-E0402: tgc."));
  EXPECT_THAT(messageOf([&] { argmax(none); }),
              StartsWith("TGC-E0402: tgc.argmax: operand 0 ('x') has size 0 in "
                         "dimension 0; expected 1 or more"));
}

TEST(Semantics, ArgReduceTakesTheLowestIndex) {
  expectEverywhere([](Operands v) { return argmax(v[0]); },
                   {vec<float>({1, nan, nan})}, tensor(1));
  expectEverywhere([](Operands v) { return argmin(v[0]); },
                   {vec<float>({2, 1, 1, nan})}, tensor(3));
  expectEverywhere([](Operands v) { return argmax(v[0]); },
                   {vec<int32_t>({1, 3, 3, 2})}, tensor(1));
  expectEverywhere([](Operands v) { return argmax(v[0]); },
                   {vec<float>({-0.0f, 0})}, tensor(0));
}

TEST(Semantics, BoolAddsAsOrAndMultipliesAsAnd) {
  Tensor x = bools({false, false, true, true});
  Tensor y = bools({false, true, false, true});
  expectEverywhere([](Operands v) { return v[0] + v[1]; }, {x, y},
                   bools({false, true, true, true}));
  expectEverywhere([](Operands v) { return v[0] * v[1]; }, {x, y},
                   bools({false, false, false, true}));
  for (Binary function : {subtract, divide})
    EXPECT_THAT(messageOf([&] { function(x, y, {}); }),
                HasSubstr("has dtype i1; expected i32, i64, f32 or f64"));
  expectEverywhere([](Operands v) { return sum(v[0]); }, {x}, tensor(2));
  expectEverywhere([](Operands v) { return mean(v[0]); }, {x}, tensor(0.5f));
  expectEverywhere([](Operands v) { return v[0] / v[1]; },
                   {vec<int32_t>({1, -7}), vec<int32_t>({2, 2})},
                   vec<float>({0.5f, -3.5f}));
}

/// Sizes that disagree are found at the op, or once at entry.
TEST(Semantics, ShapeMismatchAtRunTimeNamesOpDimensionAndSizes) {
  auto plus = [](const Tensor &a, const Tensor &b) { return a + b; };
  std::vector<Tensor> x = {vec<float>({1, 2}), vec<float>({1, 2, 3})};
  Program program = trace(plus, {{f32, {dim("a")}}, {f32, {dim("b")}}});
  Executable executable = compile(program);
  auto expectMismatch = [](const std::function<void()> &run) {
    try {
      run();
      ADD_FAILURE() << "nothing is thrown";
    } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
      EXPECT_THAT(error.what(), HasSubstr("tgc.add: operand 1 ('rhs')"));
      EXPECT_THAT(error.what(), HasSubstr("dimension 0"));
      EXPECT_THAT(error.what(), HasSubstr("has size 3"));
      EXPECT_THAT(error.what(), HasSubstr("expected"));
      EXPECT_THAT(error.what(), HasSubstr("2"));
    }
  };
  expectMismatch([&] { plus(x[0], x[1]); });
  expectMismatch([&] { program.interpret(x); });
  expectMismatch([&] { executable.run(x); });
}

// Section 7.

Tensor at(const Tensor &x, const Tensor &indices,
          const GatherOptions &options) {
  return gather(x, indices, {}, {0}, {0}, 1, {1}, options);
}

TEST(Semantics, GatherClampsOrFills) {
  Tensor x = iota(0, {4}, i64);
  auto expectAt = [&](const GatherOptions &options, const Tensor &expected) {
    expectEverywhere([=](Operands v) { return at(v[0], v[1], options); },
                     {x, vec<int64_t>({9, -1, 2, min64})}, expected);
  };
  expectAt({.oob = OobMode::clamp}, vec<int64_t>({3, 0, 2, 0}));
  expectAt({.oob = OobMode::fill, .fill = 7}, vec<int64_t>({7, 7, 2, 7}));
}

/// The first op in program order, and its lowest element, are reported.
TEST(Semantics, GatherOutOfRangeIsAnErrorOfTheFirstElement) {
  auto twice = [](const Tensor &x, const Tensor &indices) {
    return std::vector<Tensor>{at(x, indices, {}), at(x, indices + 100, {})};
  };
  std::vector<Tensor> x = {iota(0, {4}, i64), vec<int64_t>({2, 9, -1})};
  auto expectOutOfRange = [](const std::function<void()> &run,
                             const std::string &text) {
    try {
      run();
      ADD_FAILURE() << "nothing is thrown";
    } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::OutOfRange);
      EXPECT_EQ(error.id(), "TGC-E0701");
      EXPECT_THAT(error.what(), HasSubstr("tgc.gather"));
      EXPECT_THAT(error.what(), HasSubstr(text));
    }
  };
  expectOutOfRange([&] { twice(x[0], x[1]); }, "index 9 at position 1");
  for (const std::vector<TensorSpec> &specs : {fixedSpecs(x), namedSpecs(x)}) {
    Program program = trace(twice, specs);
    expectOutOfRange([&] { program.interpret(x); }, "index 9 at position 1");
    for (int level : {0, 2}) {
      Executable executable = compile(program, {.level = level});
      for (int threads : {1, 2, 5})
        expectOutOfRange([&] { executable.run(x, {.threads = threads}); },
                         "operand 1 ('indices')");
      x[1] = vec<int64_t>({2, 3, 1});
      expectOutOfRange([&] { executable.run(x); }, "operand 1 ('indices')");
      x[1] = vec<int64_t>({2, 9, -1});
    }
  }
}

/// Errors do not depend on whether somebody reads the result.
TEST(Semantics, UnreadOpsKeepTheirErrors) {
  auto outOfRange = [](const Tensor &x, const Tensor &indices) {
    at(x, indices, {});
    return x;
  };
  auto mismatch = [](const Tensor &a, const Tensor &b) {
    a + b;
    return a;
  };
  std::vector<Tensor> x = {iota(0, {4}, i64), vec<int64_t>({2, 9, -1})};
  for (int level : {0, 2}) {
    Program first = trace(outOfRange, namedSpecs(x));
    EXPECT_THAT(messageOf([&] { first.interpret(x); }),
                StartsWith("TGC-E0701: tgc.gather"));
    EXPECT_THAT(messageOf([&] { compile(first, {.level = level}).run(x); }),
                StartsWith("TGC-E0701: tgc.gather"));
    Program second = trace(mismatch, namedSpecs(x));
    EXPECT_THAT(messageOf([&] { second.interpret(x); }),
                StartsWith("TGC-E0402: tgc.add: operand 1 ('rhs')"));
    EXPECT_THAT(messageOf([&] { compile(second, {.level = level}).run(x); }),
                StartsWith("TGC-E0402: tgc.add: operand 1 ('rhs')"));
  }
}

} // namespace
} // namespace tgc::test
