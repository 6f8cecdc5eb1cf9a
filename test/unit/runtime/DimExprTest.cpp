// Size expressions against plain arithmetic on their symbols' values.
#include "tgc/runtime/infer/DimExpr.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>

namespace tgc {
namespace {

constexpr int64_t highest = std::numeric_limits<int64_t>::max();
constexpr int64_t lowest = std::numeric_limits<int64_t>::min();

DimExpr sym(std::string_view name) { return DimExpr::symbol(name); }
const DimExpr b = sym("b"), h = sym("h"), n = sym("n");

using Values = std::map<std::string, int64_t, std::less<>>;

std::optional<int64_t> evaluate(const DimExpr &e, const Values &values) {
  return e.evaluate([&](std::string_view name) -> std::optional<int64_t> {
    auto found = values.find(name);
    if (found == values.end())
      return std::nullopt;
    return found->second;
  });
}

DimExpr parsed(std::string_view text) {
  std::optional<DimExpr> e = DimExpr::parse(text);
  EXPECT_TRUE(e) << text;
  return e.value_or(DimExpr::invalid());
}

TEST(DimExprTest, ConstantsFoldAndOverflowIsInvalid) {
  EXPECT_EQ((DimExpr(3) + 4).constant(), 7);
  EXPECT_EQ((DimExpr(3) * -4 - 1).constant(), -13);
  EXPECT_EQ(floor_div(DimExpr(-7), 2).constant(), -4);
  EXPECT_EQ(floor_div(DimExpr(7), -2).constant(), -4);
  EXPECT_EQ(mod(DimExpr(-7), 2).constant(), 1);
  EXPECT_EQ(mod(DimExpr(7), -2).constant(), -1);
  EXPECT_EQ(mod(DimExpr(lowest), -1).constant(), 0);
  EXPECT_EQ(mod(DimExpr(highest), lowest).constant(), -1);
  EXPECT_EQ(min(DimExpr(3), -4).constant(), -4);
  EXPECT_EQ(max(DimExpr(3), -4).constant(), 3);
  EXPECT_TRUE((DimExpr(highest) + 1).isInvalid());
  EXPECT_TRUE((DimExpr(lowest) - 1).isInvalid());
  EXPECT_TRUE((DimExpr(int64_t{1} << 32) * (int64_t{1} << 31)).isInvalid());
  EXPECT_TRUE(floor_div(DimExpr(lowest), -1).isInvalid());
  EXPECT_TRUE(floor_div(DimExpr(1), 0).isInvalid());
  EXPECT_TRUE(mod(b, 0).isInvalid());
  EXPECT_TRUE((b * highest * 2).isInvalid());
  EXPECT_TRUE((b * highest + b).isInvalid());
}

TEST(DimExprTest, InvalidSpreadsAndEqualsNothing) {
  DimExpr bad = DimExpr::invalid();
  EXPECT_FALSE(bad.isConstant());
  EXPECT_FALSE(bad.constant());
  for (const DimExpr &e :
       {bad + 1, 1 - bad, bad * 0, floor_div(bad, 2), floor_div(2, bad),
        mod(bad, 1), mod(b, bad), min(bad, 0), max(b, bad)})
    EXPECT_TRUE(e.isInvalid());
  EXPECT_FALSE(bad.provablyEqual(bad));
  EXPECT_FALSE(bad.provablyDifferent(1));
  EXPECT_FALSE(DimExpr(1).provablyDifferent(bad));
  EXPECT_FALSE(bad.provablyAtLeast(lowest));
  EXPECT_FALSE(evaluate(bad, {}));
  EXPECT_EQ(bad.text(), "(too large)");
  EXPECT_FALSE(DimExpr::parse(bad.text()));
  EXPECT_TRUE(bad.symbols().empty());
  EXPECT_TRUE(
      bad.substitute([](std::string_view) { return DimExpr(1); }).isInvalid());
}

TEST(DimExprTest, TextIsCanonical) {
  EXPECT_EQ((b + 1 + b).text(), "2*b + 1");
  EXPECT_EQ((n * b - h * b).text(), "-b*h + b*n");
  EXPECT_EQ(((b + 1) * (b - 1)).text(), "b*b - 1");
  EXPECT_EQ((0 - b).text(), "-b");
  EXPECT_EQ((3 - b * 2).text(), "-2*b + 3");
  EXPECT_EQ((b - b).text(), "0");
  EXPECT_EQ(floor_div(h + 1, 2).text(), "floor_div(h + 1, 2)");
  EXPECT_EQ(max(h - 2, 0).text(), "max(h - 2, 0)");
  EXPECT_EQ(max(0, h - 2).text(), "max(h - 2, 0)");
  EXPECT_EQ(min(n, min(b, 7)).text(), "min(b, n, 7)");
  EXPECT_EQ((mod(h, n) * b).text(), "b*mod(h, n)");
  EXPECT_EQ((b * lowest + n * lowest).text(),
            "-9223372036854775808*b + -9223372036854775808*n");
}

TEST(DimExprTest, NamesThatAreNotIdentifiersAreQuoted) {
  EXPECT_EQ(sym("seq_len.1").text(), "seq_len.1");
  EXPECT_EQ(sym("0.1").text(), "'0.1'");
  EXPECT_EQ(sym("past + 1").text(), "'past + 1'");
  EXPECT_EQ(sym("it's \\ \n").text(), "'it\\'s \\\\ \\0a'");
  EXPECT_EQ(sym("max").text(), "'max'");
  EXPECT_EQ(sym("größe").text(), "'größe'");
  EXPECT_TRUE(sym("").isInvalid());
  EXPECT_TRUE(sym(std::string(DimExpr::maxTextBytes, 'a')).isInvalid());
  std::string all;
  for (int c = 0; c < 256; ++c)
    all += static_cast<char>(c);
  for (const std::string &name : {all, std::string("a'b"), std::string("\\")}) {
    DimExpr e = parsed((sym(name) * 2).text());
    EXPECT_TRUE(e.provablyEqual(sym(name) * 2));
    EXPECT_EQ(e.symbols(), std::vector{name});
  }
}

TEST(DimExprTest, DivisionSimplifies) {
  EXPECT_EQ(floor_div(b * 2, 2).text(), "b");
  EXPECT_EQ(floor_div(b + 3 * 4, 4).text(), "floor_div(b, 4) + 3");
  EXPECT_EQ(floor_div(h - 1, 2).text(), "floor_div(h + 1, 2) - 1");
  EXPECT_EQ(floor_div(5 * b, 2).text(), "2*b + floor_div(b, 2)");
  EXPECT_EQ(floor_div(2 * b + 1, 4).text(), "floor_div(b, 2)");
  EXPECT_EQ(floor_div(floor_div(b, 2) + 1, 3).text(), "floor_div(b + 2, 6)");
  EXPECT_EQ(floor_div(mod(b, 4), 4).text(), "0");
  EXPECT_EQ(floor_div(b, -2).text(), "-b + floor_div(b, 2)");
  EXPECT_EQ(floor_div(b * h * 6 + n, h * 2).text(), "3*b + floor_div(n, 2*h)");
  EXPECT_EQ(floor_div(4 * b + min(h, 3), 4).text(), "b");
  EXPECT_EQ(floor_div(b + 1, b + 1).text(), "1");
  EXPECT_EQ(floor_div(b, b + 1).text(), "0");
  EXPECT_EQ(mod(b * 4, 2).text(), "0");
  EXPECT_EQ(mod(b * 5 + 7, 3).text(), "mod(2*b + 1, 3)");
  EXPECT_EQ(mod(mod(b, 6) + h, 3).text(), "mod(b + h, 3)");
  EXPECT_EQ(mod(2 * b + 1, 4).text(), "2*mod(b, 2) + 1");
  EXPECT_EQ(mod(mod(b, 3), 5).text(), "mod(b, 3)");
  EXPECT_EQ(mod(b * h + n, h).text(), "mod(n, h)");
  EXPECT_EQ(mod(b, b + 1).text(), "b");
  EXPECT_EQ(mod(4 * b + min(h, 3), 4).text(), "min(h, 3)");
  EXPECT_EQ(mod(b, -3).text(), "-mod(2*b, 3)");
  EXPECT_EQ(mod(b - h, lowest).text(), "mod(b - h, -9223372036854775808)");
  EXPECT_EQ(floor_div(b - h, lowest).text(),
            "floor_div(b - h, -9223372036854775808)");
  EXPECT_TRUE(b.provablyEqual(floor_div(b, 3) * 3 + mod(b, 3)));
  EXPECT_TRUE(n.provablyEqual(h * floor_div(n, h) + mod(n, h)));
}

TEST(DimExprTest, MinAndMaxDropWhatCannotWin) {
  EXPECT_EQ(max(b, 0).text(), "b");
  EXPECT_EQ(min(b, -1).text(), "-1");
  EXPECT_EQ(max(b + 2, b).text(), "b + 2");
  EXPECT_EQ(max(max(h, n), h + 1).text(), "max(h + 1, n)");
  EXPECT_EQ(max(floor_div(b, 2), -3).text(), "floor_div(b, 2)");
  EXPECT_EQ(max(b, b).text(), "b");
  EXPECT_EQ(min(mod(b, 4), 3).text(), "mod(b, 4)");
}

TEST(DimExprTest, Proofs) {
  EXPECT_TRUE((b + 1).provablyDifferent(b));
  EXPECT_TRUE((b + 1).provablyDifferent(0));
  EXPECT_FALSE(b.provablyDifferent(0));
  EXPECT_FALSE(b.provablyDifferent(h));
  EXPECT_FALSE(b.provablyEqual(h));
  EXPECT_TRUE((b + h).provablyEqual(h + b));
  EXPECT_TRUE((b * h).provablyAtLeast(0));
  EXPECT_FALSE((b - h).provablyAtLeast(0));
  EXPECT_TRUE(max(h - 2, 0).provablyAtLeast(0));
  EXPECT_TRUE(DimExpr(3).provablyAtLeast(mod(b, 4)));
  EXPECT_FALSE(DimExpr(2).provablyAtLeast(mod(b, 4)));
  EXPECT_TRUE(DimExpr(5).provablyAtLeast(5));
  EXPECT_TRUE((b - h).provablyAtLeast(lowest));
  EXPECT_FALSE((b - h).provablyAtLeast(lowest + 1));
  EXPECT_TRUE(DimExpr(highest).provablyAtLeast(b));
  EXPECT_FALSE(DimExpr(highest - 1).provablyAtLeast(b));
  EXPECT_FALSE(b.provablyDifferent(highest));
  EXPECT_FALSE((b - h).provablyDifferent(lowest));
  EXPECT_TRUE(b.provablyDifferent(-1));
  EXPECT_TRUE(mod(b, 4).provablyDifferent(4));
}

TEST(DimExprTest, SubstituteAndSymbols) {
  DimExpr e = max(floor_div(b * h, 2) - 3, n);
  EXPECT_EQ(e.symbols(), (std::vector<std::string>{"b", "h", "n"}));
  DimExpr some = e.substitute([](std::string_view name) {
    return name == "b" ? std::optional<DimExpr>(4) : std::nullopt;
  });
  EXPECT_EQ(some.text(), "max(2*h - 3, n)");
  EXPECT_EQ(
      some.substitute([](std::string_view) { return DimExpr(9); }).constant(),
      15);
  EXPECT_EQ((b * 3).substitute([](std::string_view) { return h + 1; }).text(),
            "3*h + 3");
}

TEST(DimExprTest, EvaluateRefusesWhatHasNoValue) {
  EXPECT_EQ(evaluate(b * h + 1, {{"b", 3}, {"h", 4}}), 13);
  EXPECT_FALSE(evaluate(b * h + 1, {{"b", 3}}));
  EXPECT_FALSE(evaluate(floor_div(b, h), {{"b", 3}, {"h", 0}}));
  EXPECT_FALSE(evaluate(mod(b, h), {{"b", 3}, {"h", 0}}));
  EXPECT_FALSE(evaluate(b * b, {{"b", int64_t{1} << 32}}));
  EXPECT_FALSE(evaluate(b + h, {{"b", highest}, {"h", 1}}));
}

TEST(DimExprTest, ParsesFreeForm) {
  EXPECT_EQ(parsed(" 2 * (b+ 1) -  -3").text(), "2*b + 5");
  EXPECT_EQ(parsed("-(b)*-2").text(), "2*b");
  EXPECT_EQ(parsed("--b").text(), "b");
  EXPECT_EQ(parsed("max(1, b, 3, 2)").text(), "max(b, 3)");
  EXPECT_EQ(parsed("floor_div (b, 1)").text(), "b");
  EXPECT_EQ(parsed("-9223372036854775808").constant(), lowest);
  EXPECT_EQ(parsed("9223372036854775807").constant(), highest);
}

TEST(DimExprTest, RefusesHostileText) {
  for (const char *text : {"",
                           " ",
                           "b +",
                           "+b",
                           "b b",
                           "2b",
                           "b*",
                           "(b",
                           "b)",
                           "()",
                           "max(b)",
                           "max(b,)",
                           "max(,b)",
                           "floor_div(b)",
                           "floor_div(b, 2, 3)",
                           "mod(b, 0)",
                           "floor_div(1, 0)",
                           "f(b)",
                           "b(1)",
                           "'b",
                           "'b\\",
                           "'b\\'",
                           "'b\\g0'",
                           "'b\\1'",
                           "''",
                           ".b",
                           "b/2",
                           "b^2",
                           "1.5",
                           "\n1",
                           "b\t",
                           "9223372036854775808",
                           "9223372036854775807 + 1",
                           "9223372036854775807*b*2",
                           "(too large)",
                           "0x10",
                           "b,1"})
    EXPECT_FALSE(DimExpr::parse(text)) << text;
  EXPECT_FALSE(DimExpr::parse(std::string("b\0", 2)));
  // Depth, length and size of the result, each far beyond its bound.
  auto repeated = [](std::string_view part, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i)
      text += part;
    return text;
  };
  EXPECT_TRUE(DimExpr::parse(repeated("(", 60) + "b" + repeated(")", 60)));
  EXPECT_FALSE(DimExpr::parse(repeated("(", 4000) + "b" + repeated(")", 4000)));
  EXPECT_FALSE(DimExpr::parse(repeated("max(", 2000) + "b"));
  EXPECT_FALSE(DimExpr::parse(repeated("(", 1 << 20)));
  EXPECT_FALSE(DimExpr::parse(repeated("1+", 1 << 20) + "1"));
  EXPECT_TRUE(DimExpr::parse(repeated("-", 8000) + "b"));
  EXPECT_FALSE(DimExpr::parse(repeated("b*", 100) + "b"));
  EXPECT_FALSE(DimExpr::parse(repeated("(a+b+c+d+e+f+g)*", 20) + "1"));
  std::string many = "max(a0";
  for (int i = 1; i < 100; ++i)
    many += ", a" + std::to_string(i);
  EXPECT_FALSE(DimExpr::parse(many + ")"));
}

TEST(DimExprTest, GrowthIsBounded) {
  DimExpr sum = b, deep = b, doubled = b;
  for (int i = 0; i < 2000; ++i)
    sum = sum + sym("s" + std::to_string(i));
  EXPECT_TRUE(sum.isInvalid());
  for (int i = 0; i < 200; ++i)
    deep = floor_div(deep + 1, h + i);
  EXPECT_TRUE(deep.isInvalid());
  for (int i = 0; i < 200; ++i)
    doubled = floor_div(doubled, doubled + h + 1);
  EXPECT_TRUE(doubled.isInvalid() || doubled.isConstant());
}

// Random expressions.

struct Pair {
  DimExpr e;
  std::function<std::optional<__int128>(const Values &)> value;
};

__int128 floorDivide(__int128 a, __int128 c) {
  __int128 q = a / c;
  return a % c != 0 && (a < 0) != (c < 0) ? q - 1 : q;
}

class Generator {
public:
  explicit Generator(uint64_t seed) : random(seed) {}

  int64_t below(int64_t count) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(count));
  }

  Pair leaf() {
    static const char *const names[] = {"a", "b", "c x"};
    if (below(2)) {
      std::string name = names[below(3)];
      return {sym(name), [name](const Values &v) -> std::optional<__int128> {
                return v.find(name)->second;
              }};
    }
    int64_t value = below(13) - 4;
    return {value, [value](const Values &) -> std::optional<__int128> {
              return value;
            }};
  }

  Pair expression(int depth) {
    if (depth == 0)
      return leaf();
    Pair x = expression(depth - 1),
         y = expression(static_cast<int>(below(depth)));
    int64_t kind = below(9);
    auto combine = [x, y](auto f) {
      return [x, y, f](const Values &v) -> std::optional<__int128> {
        std::optional<__int128> p = x.value(v), q = y.value(v);
        if (!p || !q)
          return std::nullopt;
        return f(*p, *q);
      };
    };
    using R = std::optional<__int128>;
    using I = __int128;
    switch (kind) {
    case 0:
    case 1:
      return {x.e + y.e, combine([](I p, I q) -> R { return p + q; })};
    case 2:
      return {x.e - y.e, combine([](I p, I q) -> R { return p - q; })};
    case 3:
    case 4:
      return {x.e * y.e, combine([](I p, I q) -> R { return p * q; })};
    case 5:
      return {floor_div(x.e, y.e), combine([](I p, I q) -> R {
                return q == 0 ? R() : R(floorDivide(p, q));
              })};
    case 6:
      return {mod(x.e, y.e), combine([](I p, I q) -> R {
                return q == 0 ? R() : R(p - q * floorDivide(p, q));
              })};
    case 7:
      return {min(x.e, y.e),
              combine([](I p, I q) -> R { return p < q ? p : q; })};
    default:
      return {max(x.e, y.e),
              combine([](I p, I q) -> R { return p > q ? p : q; })};
    }
  }

  Values values() {
    return {{"a", below(12)}, {"b", below(12)}, {"c x", below(1000)}};
  }

private:
  std::mt19937_64 random;
};

DimExpr::Builder<std::optional<int64_t>> calculator(const Values &values) {
  using V = std::optional<int64_t>;
  DimExpr::Builder<V> builder;
  auto lift = [](DimExpr (*f)(const DimExpr &, const DimExpr &)) {
    return [f](V p, V q) { return p && q ? f(*p, *q).constant() : V(); };
  };
  builder.constant = [](int64_t c) { return c; };
  builder.symbol = [&values](std::string_view name) {
    return values.find(name)->second;
  };
  builder.add = lift([](const DimExpr &p, const DimExpr &q) { return p + q; });
  builder.mul = lift([](const DimExpr &p, const DimExpr &q) { return p * q; });
  builder.floorDiv = lift(floor_div);
  builder.mod = lift(mod);
  builder.min = lift(min);
  builder.max = lift(max);
  return builder;
}

TEST(DimExprTest, RandomExpressionsHaveTheValueOfPlainArithmetic) {
  int compared = 0, symbolic = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    Generator generator(seed);
    Pair pair = generator.expression(1 + static_cast<int>(seed % 4));
    if (pair.e.isInvalid())
      continue;
    symbolic += !pair.e.isConstant();
    SCOPED_TRACE(testing::Message() << "seed " << seed << " " << pair.e.text());
    for (int i = 0; i < 20; ++i) {
      Values values = generator.values();
      std::optional<__int128> expected = pair.value(values);
      std::optional<int64_t> got = evaluate(pair.e, values);
      if (!expected || !got) // a division by 0 may be simplified away
        continue;
      ++compared;
      ASSERT_TRUE(*got == *expected) << *got;
      ASSERT_EQ(pair.e.build(calculator(values)), got);
      DimExpr constant = pair.e.substitute(
          [&](std::string_view name) { return values.find(name)->second; });
      ASSERT_EQ(constant.constant(), got);
      // Soundness of proofs against a value.
      if (pair.e.provablyAtLeast(0)) {
        ASSERT_GE(*got, 0);
      }
      if (pair.e.provablyDifferent(3)) {
        ASSERT_NE(*got, 3);
      }
      if (DimExpr(5).provablyAtLeast(pair.e)) {
        ASSERT_LE(*got, 5);
      }
    }
  }
  EXPECT_GT(compared, 40000);
  EXPECT_GT(symbolic, 1500);
}

TEST(DimExprTest, RandomExpressionsSurviveTheirText) {
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    DimExpr e = Generator(seed).expression(1 + static_cast<int>(seed % 4)).e;
    if (e.isInvalid())
      continue;
    std::optional<DimExpr> again = DimExpr::parse(e.text());
    ASSERT_TRUE(again) << e.text();
    ASSERT_EQ(again->text(), e.text()) << "seed " << seed;
    ASSERT_TRUE(again->provablyEqual(e));
    ASSERT_EQ(again->symbols(), e.symbols());
  }
}

TEST(DimExprTest, RandomTextNeverHarms) {
  std::mt19937_64 random(7);
  const std::string_view pieces[] = {
      "b",    "h",  "(",    ")",    "*",          "+",
      " - ",  ", ", "max(", "min(", "floor_div(", "mod(",
      "'",    "\\", "0",    "7",    "-",          "9223372036854775807",
      "\x80", "_"};
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (uint64_t length = random() % 24; length; --length)
      text += pieces[random() % std::size(pieces)];
    if (std::optional<DimExpr> e = DimExpr::parse(text)) {
      ASSERT_FALSE(e->isInvalid());
      ASSERT_EQ(parsed(e->text()).text(), e->text()) << text;
    }
  }
}

} // namespace
} // namespace tgc
