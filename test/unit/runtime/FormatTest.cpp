// Text of values: each expected text is what NumPy 2.4.6 prints.
#include "FileBytes.h"

#include "tgc/runtime/core/Half.h"
#include "tgc/runtime/io/Format.h"

#include <cmath>
#include <numeric>

namespace tgc {
namespace {

template <class T>
std::string text(Shape shape, const std::vector<T> &elements) {
  return formatValue(valueOf<T>(std::move(shape), elements));
}

std::string halves(const std::vector<double> &numbers) {
  std::vector<Half> elements;
  for (double number : numbers)
    elements.push_back(halfFromDouble(number));
  return text<Half>({static_cast<int64_t>(numbers.size())}, elements);
}

constexpr float inf = INFINITY;

TEST(FormatTest, Scalars) {
  EXPECT_EQ(text<int64_t>({}, {-7}), "-7");
  EXPECT_EQ(text<uint8_t>({}, {255}), "255");
  EXPECT_EQ(text<bool>({}, {true}), "True");
  EXPECT_EQ(text<bool>({}, {false}), "False");
  EXPECT_EQ(text<float>({}, {1}), "1.0");
  EXPECT_EQ(text<float>({}, {-0.0f}), "-0.0");
  EXPECT_EQ(text<float>({}, {1.0f / 3}), "0.33333334");
  EXPECT_EQ(text<double>({}, {1.0 / 3}), "0.3333333333333333");
  EXPECT_EQ(text<float>({}, {-inf}), "-inf");
  EXPECT_EQ(text<double>({}, {NAN}), "nan");
  EXPECT_EQ(text<float>({}, {100000}), "100000.0");
  EXPECT_EQ(text<float>({}, {16777216}), "1.6777216e+07");
  EXPECT_EQ(text<float>({}, {1e-4f}), "1e-04");
  EXPECT_EQ(text<double>({}, {1e-4}), "0.0001");
  EXPECT_EQ(text<double>({}, {9.9e-5}), "9.9e-05");
  EXPECT_EQ(text<double>({}, {1e15}), "1000000000000000.0");
  EXPECT_EQ(text<double>({}, {1e16}), "1e+16");
  EXPECT_EQ(text<double>({}, {5e-324}), "5e-324");
  EXPECT_EQ(text<double>({}, {1.7976931348623157e308}),
            "1.7976931348623157e+308");
  EXPECT_EQ(text<Half>({}, {halfFromDouble(1.0 / 3)}), "0.3333");
  EXPECT_EQ(text<Half>({}, {halfFromDouble(65504)}), "6.55e+04");
  EXPECT_EQ(text<Half>({}, {halfFromDouble(0.015625)}), "0.01563");
}

TEST(FormatTest, Integers) {
  EXPECT_EQ(text<int64_t>({3}, {1, -20, 300}), "[  1 -20 300]");
  EXPECT_EQ(text<int32_t>({2, 2}, {1, 2, 3, 4}), "[[1 2]\n [3 4]]");
  EXPECT_EQ(text<uint8_t>({1, 1}, {9}), "[[9]]");
  EXPECT_EQ(text<int64_t>({2}, {INT64_MIN, INT64_MAX}),
            "[-9223372036854775808  9223372036854775807]");
}

TEST(FormatTest, Bools) {
  EXPECT_EQ(text<bool>({3}, {true, false, true}), "[ True False  True]");
  EXPECT_EQ(text<bool>({2, 1}, {true, true}), "[[ True]\n [ True]]");
}

TEST(FormatTest, FloatsInColumns) {
  EXPECT_EQ(text<float>({3}, {1, 2, 3}), "[1. 2. 3.]");
  EXPECT_EQ(text<float>({3}, {1.5f, -2, 0.25f}), "[ 1.5  -2.    0.25]");
  EXPECT_EQ(text<float>({3}, {0.1f, 0.2f, 0.3f}), "[0.1 0.2 0.3]");
  EXPECT_EQ(text<double>({2}, {1.0 / 3, 2.0 / 3}), "[0.33333333 0.66666667]");
  EXPECT_EQ(text<float>({2, 2}, {1, 10, 100, 0.5f}),
            "[[  1.   10. ]\n [100.    0.5]]");
  EXPECT_EQ(text<float>({4}, {1, NAN, inf, -inf}), "[  1.  nan  inf -inf]");
  EXPECT_EQ(text<float>({2}, {NAN, inf}), "[nan inf]");
  EXPECT_EQ(text<float>({2}, {1.25f, NAN}), "[1.25  nan]");
  EXPECT_EQ(text<double>({2}, {0.0, -0.0}), "[ 0. -0.]");
  EXPECT_EQ(text<double>({1}, {99999999}), "[99999999.]");
  EXPECT_EQ(text<double>({2}, {1000, 1}), "[1000.    1.]");
  EXPECT_EQ(halves({0.5, 1, 100.5}), "[  0.5   1.  100.5]");
}

TEST(FormatTest, FloatsWithExponents) {
  EXPECT_EQ(text<double>({1}, {1e8}), "[1.e+08]");
  EXPECT_EQ(text<float>({1}, {1e6f}), "[1.e+06]");
  EXPECT_EQ(text<double>({2}, {1, 1000.5}), "[1.0000e+00 1.0005e+03]");
  EXPECT_EQ(text<float>({3}, {1e-5f, 1, -2}), "[ 1.e-05  1.e+00 -2.e+00]");
  EXPECT_EQ(text<double>({2}, {1.0 / 3, 1e-10}),
            "[3.33333333e-01 1.00000000e-10]");
  EXPECT_EQ(text<double>({2}, {1e100, 1}), "[1.e+100 1.e+000]");
  EXPECT_EQ(text<double>({3}, {1e300, NAN, -INFINITY}),
            "[1.e+300     nan    -inf]");
  EXPECT_EQ(text<float>({1}, {1e-45f}), "[1.e-45]");
  EXPECT_EQ(halves({1000, 0.1}), "[1.e+03 1.e-01]");
  EXPECT_EQ(halves({0.1, 1, 100.5}), "[9.998e-02 1.000e+00 1.005e+02]");
}

TEST(FormatTest, HigherRanks) {
  std::vector<int64_t> numbers(12);
  std::iota(numbers.begin(), numbers.end(), 0);
  EXPECT_EQ(text<int64_t>({2, 2, 3}, numbers),
            "[[[ 0  1  2]\n  [ 3  4  5]]\n\n [[ 6  7  8]\n  [ 9 10 11]]]");
  EXPECT_EQ(text<int64_t>({2, 1, 2, 1}, {1, 2, 3, 4}),
            "[[[[1]\n   [2]]]\n\n\n [[[3]\n   [4]]]]");
}

TEST(FormatTest, EmptyArrays) {
  EXPECT_EQ(text<float>({0}, {}), "[]");
  EXPECT_EQ(text<int64_t>({3, 0, 2}, {}), "[]");
}

TEST(FormatTest, WrapsAtSeventyFiveColumns) {
  std::vector<int64_t> numbers(30);
  std::iota(numbers.begin(), numbers.end(), 0);
  EXPECT_EQ(text<int64_t>({30}, numbers),
            "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 "
            "21 22 23\n 24 25 26 27 28 29]");
  std::vector<float> floats(10, 0.123456f);
  EXPECT_EQ(text<float>({1, 10}, floats),
            "[[0.123456 0.123456 0.123456 0.123456 0.123456 0.123456 0.123456 "
            "0.123456\n  0.123456 0.123456]]");
}

TEST(FormatTest, ElidesAboveAThousandElements) {
  std::vector<int64_t> numbers(1001);
  std::iota(numbers.begin(), numbers.end(), 0);
  EXPECT_EQ(text<int64_t>({1001}, numbers),
            "[   0    1    2 ...  998  999 1000]");
  numbers.resize(1000);
  EXPECT_THAT(text<int64_t>({1000}, numbers),
              testing::Not(testing::HasSubstr("...")));
  numbers.resize(1200);
  std::iota(numbers.begin(), numbers.end(), 0);
  EXPECT_EQ(text<int64_t>({40, 30}, numbers),
            "[[   0    1    2 ...   27   28   29]\n"
            " [  30   31   32 ...   57   58   59]\n"
            " [  60   61   62 ...   87   88   89]\n"
            " ...\n"
            " [1110 1111 1112 ... 1137 1138 1139]\n"
            " [1140 1141 1142 ... 1167 1168 1169]\n"
            " [1170 1171 1172 ... 1197 1198 1199]]");
  // What is not shown does not widen the columns.
  std::vector<float> floats(1001, 1);
  floats[500] = 12345678;
  EXPECT_EQ(text<float>({1001}, floats), "[1. 1. 1. ... 1. 1. 1.]");
}

TEST(FormatTest, TakesOptions) {
  Value value = valueOf<double>({5}, {1.0 / 3, 2, 3, 4, 5});
  EXPECT_EQ(formatValue(value, {.precision = 3}),
            "[0.333 2.    3.    4.    5.   ]");
  EXPECT_EQ(
      formatValue(value, {.precision = 2, .threshold = 4, .edgeItems = 1}),
      "[0.33 ... 5.  ]");
  EXPECT_EQ(formatValue(value, {.precision = 0, .lineWidth = 8}),
            "[0. 2.\n 3. 4.\n 5.]");
}

} // namespace
} // namespace tgc
