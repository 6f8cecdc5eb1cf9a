// Values on the command line: what each SPEC gives, and what each mistake says.
#include "tgc/tools/tgc/values/ValueSpec.h"

#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/Format.h"
#include "tgc/runtime/io/Load.h"
#include "tgc/runtime/io/WriteFile.h"
#include "tgc/tools/tgc/values/SpecText.h"

#include <cstdlib>
#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tgc {
namespace {

using namespace std::string_literals;
namespace fs = std::filesystem;

ValueRequest declared(std::optional<DType> dtype,
                      std::optional<Shape> shape = std::nullopt) {
  return {dtype, std::move(shape)};
}

/// "2xi64 [1 2]": type and NumPy's text.
std::string valueText(std::string_view spec, const ValueRequest &request = {},
                      const SpecOptions &options = {}) {
  absl::StatusOr<ParsedInput> input = parseInput(spec, request, options);
  if (!input.ok())
    return std::string(input.status().message());
  return typeText(input->value.dtype, input->value.shape) + " " +
         formatValue(input->value);
}

std::string noteOf(std::string_view spec, const ValueRequest &request = {},
                   const SpecOptions &options = {}) {
  absl::StatusOr<ParsedInput> input = parseInput(spec, request, options);
  return input.ok() ? input->note : std::string(input.status().message());
}

/// The spec is refused with this id, and its message has all these texts.
void expectRefused(std::string_view spec, std::string_view id,
                   std::initializer_list<const char *> texts,
                   const ValueRequest &request = {},
                   const SpecOptions &options = {}) {
  absl::Status status = parseInput(spec, request, options).status();
  ASSERT_FALSE(status.ok()) << spec;
  EXPECT_EQ(errorId(status), id) << spec << "\n" << status;
  EXPECT_EQ(isParseError(status), id == "TGC-E0203");
  for (const char *text : texts)
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr(text));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("\n  fix: "));
}

TEST(ValueSpecTest, TakesTheWidestKind) {
  EXPECT_EQ(valueText("[[1,2],[3,4]]"), "2x2xi64 [[1 2]\n [3 4]]");
  EXPECT_EQ(valueText("((1,2),(3,4))"), "2x2xi64 [[1 2]\n [3 4]]");
  EXPECT_EQ(valueText("[[1 2] [3 4]]"), "2x2xi64 [[1 2]\n [3 4]]");
  EXPECT_EQ(valueText("[[1 2]\n [3 4]]\n"), "2x2xi64 [[1 2]\n [3 4]]");
  EXPECT_EQ(valueText("[ 1 , 2, ]"), "2xi64 [1 2]");
  EXPECT_EQ(valueText("7"), "i64 7");
  EXPECT_EQ(valueText("+7"), "i64 7");
  EXPECT_EQ(valueText("-2.5"), "f32 -2.5");
  EXPECT_EQ(valueText("[1, 2.5]"), "2xf32 [1.  2.5]");
  EXPECT_EQ(valueText("[true, False]"), "2xi1 [ True False]");
  EXPECT_EQ(valueText("[true, 5]"), "2xi64 [1 5]");
  EXPECT_EQ(valueText("[true, .5, 1., 1e-1]"), "4xf32 [1.  0.5 1.  0.1]");
  EXPECT_EQ(valueText("[nan, inf, -Inf, 1E2]"), "4xf32 [ nan  inf -inf 100.]");
  EXPECT_EQ(valueText("[]"), "0xf32 []");
  EXPECT_EQ(valueText("[[],[]]"), "2x0xf32 []");
  EXPECT_EQ(valueText("[[[1]]]"), "1x1x1xi64 [[[1]]]");
}

TEST(ValueSpecTest, ConvertsToTheTypeOrTheDeclaredDType) {
  EXPECT_EQ(valueText("f64=[1, 2.5]"), "2xf64 [1.  2.5]");
  EXPECT_EQ(valueText("2xi32=[1, 2.0]"), "2xi32 [1 2]");
  EXPECT_EQ(valueText("u8=[0, 255, true]"), "3xu8 [  0 255   1]");
  EXPECT_EQ(valueText("i1=[0, 1.0, true]"), "3xi1 [False  True  True]");
  EXPECT_EQ(valueText("f16=[65504, 0.1]"), "2xf16 [6.55e+04 1.00e-01]");
  EXPECT_EQ(valueText("[1, 2]", declared(f32)), "2xf32 [1. 2.]");
  EXPECT_EQ(valueText("[1, 2]", declared(f32, Shape{-1})), "2xf32 [1. 2.]");
  EXPECT_EQ(valueText("[]", declared(i64, Shape{0})), "0xi64 []");
  EXPECT_EQ(valueText("-9223372036854775808"), "i64 -9223372036854775808");
  // One rounding: through f64 this would be 1 + 2^-23.
  EXPECT_EQ(valueText("1.00000005960464477539062500001"), "f32 1.0000001");
  EXPECT_EQ(valueText("f32=1.000000059604644775390625"), "f32 1.0");
  EXPECT_EQ(valueText("f32=1e-60"), "f32 0.0");
  EXPECT_EQ(valueText("f64=1e300"), "f64 1e+300");
}

TEST(ValueSpecTest, RefusesValuesThatDoNotFit) {
  struct {
    const char *spec, *text;
  } const cases[] = {
      {"i32=2.5", "column 5: 2.5 does not fit i32: it is no integer"},
      {"i32=[1, nan]", "nan does not fit i32: it is no integer"},
      {"i32=inf", "inf does not fit i32: it is outside the range"},
      {"i32=2147483648", "outside the range"},
      {"i64=1e19", "outside the range"},
      {"i64=9223372036854775808", "outside the range"},
      {"9223372036854775808", "does not fit i64: it is outside the range"},
      {"u8=-1", "-1 does not fit u8"},
      {"u8=256", "256 does not fit u8"},
      {"i1=2", "2 does not fit i1"},
      {"f16=65520", "65520 does not fit f16"},
      {"f32=1e39", "1e39 does not fit f32"},
      {"f64=-1e309", "-1e309 does not fit f64"},
      {"f32=[1+3j]", "1+3j does not fit f32: it has an imaginary part"},
      {"f32=\"a\"", "\"a\" does not fit f32: it is text"},
  };
  for (const auto &row : cases)
    expectRefused(row.spec, "TGC-E0202", {row.text, "\n  ", "^"});
  expectRefused("[1, 2.5]", "TGC-E0202", {"2.5 does not fit i64", "declared"},
                declared(i64));
}

TEST(ValueSpecTest, RefusesDTypesWithoutStorage) {
  expectRefused("[1+3j, 2-1j]", "TGC-E0202",
                {"c64 has no storage in this release"});
  expectRefused("[1, 3j]", "TGC-E0202", {"column 5: c64 has no storage"});
  expectRefused("2xc128=[1+3j, 2-1j]", "TGC-E0202",
                {"c128 has no storage in this release; expected one of i1 u8 "
                 "i32 i64 f16 f32 f64"});
  expectRefused("[\"Ali\",\"Bilal\"]", "TGC-E0202",
                {"str has no storage in this release"});
  expectRefused("2xstr=[\"a\",\"b\\\"c\"]", "TGC-E0202",
                {"str has no storage"});
  expectRefused("bf16=1", "TGC-E0202", {"bf16 has no storage"});
  expectRefused("i8=random", "TGC-E0202", {"i8 has no storage"});
}

TEST(ValueSpecTest, RefusesRaggedLists) {
  expectRefused("[[2,3],[4,5,6],[12,13,14,15]]", "TGC-E0202",
                {"column 8: row 1 has 3 elements, row 0 has 2\n"
                 "  [[2,3],[4,5,6],[12,13,14,15]]\n"
                 "         ^\n",
                 "fix: ", "`ragged`"});
  expectRefused("[[1,2],[3]]", "TGC-E0202",
                {"row 1 has 1 element, row 0 has 2"});
  expectRefused("[[[1],[2]],[[3],[4,5]]]", "TGC-E0202",
                {"row [1][1] has 2 elements, row [0][0] has 1"});
  expectRefused("[[],[[1]]]", "TGC-E0202",
                {"row 1 has 1 element, row 0 has 0"});
  expectRefused("[1,[2]]", "TGC-E0202",
                {"row 1 is a list; those before it are elements"});
  expectRefused("[[1],2]", "TGC-E0202",
                {"row 1 is one element; those before it are lists"});
}

TEST(ValueSpecTest, PointsAtTextThatDoesNotParse) {
  struct {
    const char *spec, *text;
  } const cases[] = {
      {"x=[obj1, obj2]",
       "input 'x': column 4: found 'obj1'; expected a number, "
       "true, false, inf, nan, \"text\" or a list in [] or "
       "()\n  x=[obj1, obj2]\n     ^\n"},
      {"", "column 1: found the end; expected a number"},
      {"x=", "column 3: found the end"},
      {"=5", "column 1: found '='; expected a NAME or TYPE"},
      {"[1, 2", "column 6: found the end"},
      {"[1, 2)", "found ')'; expected ']' for the '['"},
      {"[1,,2]", "column 4: found ','"},
      {"[,1]", "column 2: found ','"},
      {"[1][2]", "column 4: found '['; expected the end"},
      {"[[1][2]]", "found '['; expected ',' or a blank"},
      {"[1\"a\"]", "found '\"'; expected ',' or a blank"},
      {"1 2", "found '2'; expected the end"},
      {"]", "column 1: found ']'"},
      {"[\"a]", "found a text without end"},
      {"[1e]", "found '1e'"},
      {"[1.2.3]", "found '1.2.3'"},
      {"[--1]", "found '--1'"},
      {"[.]", "found '.'"},
      {"[1+j]", "found '1+j'"},
      {"[0x10]", "found '0x10'"},
      {"[...]", "fix: print the whole value with --print=full"},
      {"2x3xfloat32=[1]", "found 'float32'; expected a TYPE such as 2x3xf32"},
      {"2x3xfloat32=[1]", "fix: write 2x3xf32"},
      {"x=double=1", "fix: write f64"},
      {"x=y=1", "found 'y'; expected a TYPE"},
      {"\xc3\xa9=[\xc3\xa9]", "column 4: found '\xc3\xa9'"},
  };
  for (const auto &row : cases)
    expectRefused(row.spec, "TGC-E0203", {row.text, "^"});
}

TEST(ValueSpecTest, ShowsAWindowOfLongText) {
  std::string spec = "[";
  for (int i = 0; i < 1000; ++i)
    spec += "1,";
  absl::Status status = parseInput(spec + "abc]", {}).status();
  std::string message(status.message());
  EXPECT_THAT(message, testing::HasSubstr("column 2002: found 'abc'"));
  EXPECT_LT(message.size(), 400u);
  // The caret stands under the 'a'.
  size_t line = message.find("\n  ...") + 1;
  size_t caretLine = message.find('\n', line) + 1;
  EXPECT_EQ(message.find("abc", line) - line,
            message.find('^', caretLine) - caretLine);
}

TEST(ValueSpecTest, KeepsLimits) {
  std::string deep = std::string(65, '[') + std::string(65, ']');
  expectRefused(deep, "TGC-E0801",
                {"nested 65 deep, above the limit of 64 (Limits::nesting)"});
  std::string many(1'000'000, '[');
  expectRefused(many, "TGC-E0801", {"Limits::nesting"});
  std::string rank = std::string(40, '[') + "1" + std::string(40, ']');
  absl::Status status = parseInput(rank, {}).status();
  EXPECT_EQ(errorId(status), "TGC-E0801") << status;
  expectRefused("99999999999999999999xf32=zeros", "TGC-E0801",
                {"size 99999999999999999999 does not fit 64 bits"});
  expectRefused("1099511627777xf32=zeros", "TGC-E0801", {"Limits::elements"});
  expectRefused("4611686018427387905x4xf32=zeros", "TGC-E0402",
                {"more elements than fit 64 bits"});
  expectRefused("zeros", "TGC-E0801", {"Limits::elements"},
                declared(f32, Shape{1099511627777}));
  std::string manySizes;
  for (int i = 0; i < 1000; ++i)
    manySizes += "1x";
  expectRefused(manySizes + "f32=zeros", "TGC-E0801", {"Limits::rank"});
}

TEST(ValueSpecTest, SplitsNames) {
  struct {
    const char *spec, *name;
  } const cases[] = {
      {"x=[1]", "x"},       {"[1]", ""},          {"2xf32=[1, 2]", ""},
      {"f32=1", ""},        {"f32=f32=1", "f32"}, {"x=f32=1", "x"},
      {"x=@a=b.npy", "x"},  {"@a=b.npy", ""},     {"\"a=b\"", ""},
      {"1=5", "1"},         {"a/b:0=5", "a/b:0"}, {"in[0]=5", "in[0]"},
      {"float=1", "float"}, {"random:1", ""},     {"2x3=1", "2x3"},
      {" x=1", "x"},
  };
  for (const auto &row : cases) {
    absl::StatusOr<std::string> name = inputName(row.spec);
    ASSERT_TRUE(name.ok()) << name.status();
    EXPECT_EQ(*name, row.name) << row.spec;
  }
  EXPECT_FALSE(inputName("=1").ok());
  EXPECT_EQ(parseInput("in=f32=1", {})->name, "in");
}

TEST(ValueSpecTest, HoldsValuesToTheDeclaration) {
  expectRefused("x=f64=1", "TGC-E0202",
                {"input 'x': column 3: TYPE has dtype f64; expected f32"},
                declared(f32));
  expectRefused("x=[1, 2]", "TGC-E0402",
                {"input 'x': the value is 2xf32, the input is declared "
                 "2x?xf32: it has rank 1; expected 2"},
                declared(f32, Shape{2, -1}));
  expectRefused("[[1, 2]]", "TGC-E0402",
                {"it has size 1 in dimension 0; expected 2"},
                declared(f32, Shape{2, -1}));
  expectRefused("3xf32=[1, 2]", "TGC-E0202",
                {"TYPE has shape 3; the value has 2"});
  expectRefused("2xf32=1", "TGC-E0202",
                {"TYPE has shape 2; the value has scalar"});
}

TEST(ValueSpecTest, Generates) {
  EXPECT_EQ(valueText("2x2xf32=zeros"), "2x2xf32 [[0. 0.]\n [0. 0.]]");
  EXPECT_EQ(valueText("3xi1=ones"), "3xi1 [ True  True  True]");
  EXPECT_EQ(valueText("2x2xi32=iota"), "2x2xi32 [[0 1]\n [2 3]]");
  EXPECT_EQ(valueText("3xf16=iota"), "3xf16 [0. 1. 2.]");
  EXPECT_EQ(valueText("f64=ones"), "f64 1.0");
  EXPECT_EQ(valueText("ones", declared(std::nullopt, Shape{2})),
            "2xf32 [1. 1.]");
  EXPECT_EQ(valueText("i64=iota", declared(i64, Shape{-1, 2})),
            "1x2xi64 [[0 1]]");
  EXPECT_EQ(noteOf("iota", declared(i64, Shape{-1, 2})),
            "1x2xi64=iota, open sizes taken as 1");
  expectRefused("257xu8=iota", "TGC-E0202",
                {"ends at 256; u8 holds at most 255"});
  expectRefused("3xi1=iota", "TGC-E0202", {"i1 holds at most 1"});
  expectRefused("random", "TGC-E0203",
                {"expected a TYPE before it: this input has no declared shape",
                 "fix: write 2x3xf32=random"});
  expectRefused("2xf32=zeros:1", "TGC-E0203", {"zeros takes no options"});
}

TEST(ValueSpecTest, GeneratesRandomNumbersOfASeed) {
  // Values as in PhiloxTest.
  EXPECT_EQ(valueText("3xf32=random:7"),
            "3xf32 [0.9545971  0.7501522  0.11417735]");
  EXPECT_EQ(valueText("2xf32=random:7:-1..2.5"), "2xf32 [2.34109   1.6255326]");
  EXPECT_EQ(valueText("6xi64=random:7:-5..5"), "6xi64 [ 2 -5  2  4 -5  3]");
  EXPECT_EQ(valueText("6xi1=random:7"),
            "6xi1 [ True False  True  True False  True]");
  EXPECT_EQ(valueText("2xf64=normal:7"), "2xf64 [ 0.67496885 -1.36798832]");
  EXPECT_EQ(valueText("2xf64=normal:7:10,2"),
            "2xf64 [11.3499377   7.26402335]");
  SpecOptions options;
  options.seed = 7;
  EXPECT_EQ(valueText("2xf32=random", {}, options),
            "2xf32 [0.9545971 0.7501522]");
  EXPECT_EQ(noteOf("2xf32=random", {}, options), "2xf32=random:7:0..1");
  EXPECT_EQ(noteOf("2xi64=random:3"), "2xi64=random:3:0..10");
  EXPECT_EQ(noteOf("2xu8=random:3"), "2xu8=random:3:0..256");
  EXPECT_EQ(noteOf("2xf32=random:0.5..1.5"), "2xf32=random:0:0.5..1.5");
  EXPECT_EQ(noteOf("2xf32=normal:1,0.25"), "2xf32=normal:0:1,0.25");
  // A note is a SPEC that gives the same value.
  EXPECT_EQ(valueText(noteOf("4xf32=normal:9")), valueText("4xf32=normal:9"));
}

TEST(ValueSpecTest, RefusesRangesThatAreNone) {
  struct {
    const char *spec, *id, *text;
  } const cases[] = {
      {"2xf32=random:x", "TGC-E0203", "expected a SEED"},
      {"2xf32=random:-1", "TGC-E0203", "expected a SEED"},
      {"2xf32=random:18446744073709551616", "TGC-E0203", "expected a SEED"},
      {"2xf32=random:1:2", "TGC-E0203", "expected the end"},
      {"2xf32=random:1:0..1:2", "TGC-E0203", "expected the end"},
      {"2xf32=random:0..", "TGC-E0203", "expected the number HI"},
      {"2xf32=random:a..1", "TGC-E0203", "expected the number LO"},
      {"2xi32=random:0..1.5", "TGC-E0203", "expected the integer HI"},
      {"2xf32=random:1..1", "TGC-E0202", "HI is excluded"},
      {"2xi32=random:5..2", "TGC-E0202", "HI is excluded"},
      {"2xf32=random:0..inf", "TGC-E0202", "expected a finite f32"},
      {"2xf32=random:-3e38..3e38", "TGC-E0202", "too large for f32"},
      {"2xu8=random:0..257", "TGC-E0202", "expected 0 to 256 for u8"},
      {"2xi32=random:-2147483649..0", "TGC-E0202", "for i32"},
      {"2xi64=random:0..9223372036854775808", "TGC-E0202", "for i64"},
      {"2xi64=normal", "TGC-E0202", "normal gives floats; the dtype is i64"},
      {"2xf32=normal:0,-1", "TGC-E0202", "STD is negative"},
      {"2xf32=normal:0,x", "TGC-E0203", "expected the number STD"},
  };
  for (const auto &row : cases)
    expectRefused(row.spec, row.id, {row.text});
  EXPECT_EQ(valueText("1xu8=random:1:255..256"), "1xu8 [255]");
}

/// A folder of its own as the working directory.
class ValueSpecFileTest : public testing::Test {
protected:
  ValueSpecFileTest() : before(fs::current_path()) {
    std::string pattern = testing::TempDir() + "tgc-spec-XXXXXX";
    folder = ::mkdtemp(pattern.data());
    fs::current_path(folder);
    Value matrix = parseInput("[[0, 1.5], [2, 3]]", {})->value;
    Value flag = parseInput("true", {})->value;
    EXPECT_TRUE(saveTensors("a.npy", {{"a", matrix}}).ok());
    EXPECT_TRUE(saveTensors("one.npz", {{"k:1", matrix}}).ok());
    EXPECT_TRUE(
        saveTensors("two.safetensors", {{"m", matrix}, {"f", flag}}).ok());
  }
  ~ValueSpecFileTest() override {
    fs::current_path(before);
    fs::remove_all(folder);
  }
  void write(const std::string &name, std::string_view bytes) {
    EXPECT_TRUE(writeFile(name, bytes).ok());
  }

  fs::path before, folder;
};

constexpr const char *matrixText = "2x2xf32 [[0.  1.5]\n [2.  3. ]]";

TEST_F(ValueSpecFileTest, ReadsTensorFiles) {
  EXPECT_EQ(valueText("x=@a.npy"), matrixText);
  EXPECT_EQ(valueText("@one.npz"), matrixText);
  EXPECT_EQ(noteOf("@one.npz"), "tensor 'k:1' of one.npz");
  EXPECT_EQ(valueText("@one.npz:k:1"), matrixText);
  EXPECT_EQ(valueText("@two.safetensors:f"), "i1 True");
  EXPECT_EQ(valueText("m=@two.safetensors"), matrixText);
  fs::rename("a.npy", "a:b.dat"); // neither suffix nor key
  EXPECT_EQ(valueText("@a:b.dat"), matrixText);
  expectRefused("x=@two.safetensors", "TGC-E0201",
                {"holds 2 tensors; expected one, or a key",
                 "name one of 'f', 'm': @two.safetensors:KEY"});
  expectRefused("@one.npz:z", "TGC-E0201",
                {"has no tensor 'z'; it holds 'k:1'"});
  expectRefused("x=@none.npy", "TGC-E0201",
                {"input 'x': none.npy: cannot be opened"});
  expectRefused("@", "TGC-E0203", {"expected a file name after '@'"});
  expectRefused("@b.npy:k", "TGC-E0203",
                {"only .npz and .safetensors take a key"});
}

TEST_F(ValueSpecFileTest, ConvertsOnPurposeOnly) {
  expectRefused(
      "x=@a.npy", "TGC-E0402",
      {"the value is 2x2xf32, the input is declared i64: it has dtype "
       "f32; expected i64",
       "fix: write NAME=i64=@FILE to convert it"},
      declared(i64));
  EXPECT_EQ(valueText("x=i64=@a.npy", declared(i64)),
            "2x2xi64 [[0 1]\n [2 3]]");
  EXPECT_EQ(noteOf("x=i64=@a.npy"), "converted from f32 to i64");
  EXPECT_EQ(valueText("2x2xf32=@a.npy"), matrixText);
  expectRefused("4xf32=@a.npy", "TGC-E0202",
                {"TYPE has shape 4; the value has 2x2"});
}

TEST_F(ValueSpecFileTest, ReadsRawFiles) {
  write("x.bin", "\x01\x00\x00\x00\xff\xff\xff\xff"s);
  EXPECT_EQ(valueText("2xi32=@x.bin"), "2xi32 [ 1 -1]");
  EXPECT_EQ(valueText("@x.bin", declared(i32, Shape{1, 2})),
            "1x2xi32 [[ 1 -1]]");
  expectRefused("@x.bin", "TGC-E0203", {"a TYPE with all sizes"});
  expectRefused("i32=@x.bin", "TGC-E0203", {"fix: write 2x3xf32=@x.bin"});
  expectRefused("@x.bin", "TGC-E0203", {"a TYPE with all sizes"},
                declared(i32, Shape{-1}));
  expectRefused("3xi32=@x.bin", "TGC-E0201",
                {"x.bin: 3xi32 takes 12 bytes; found 8"});
  expectRefused("8xi1=@x.bin", "TGC-E0201", {"byte 255; expected 0 or 1"});
}

TEST_F(ValueSpecFileTest, ReadsCsvFiles) {
  write("t.csv", "\xef\xbb\xbf# title\r\n1, 2,3\r\n\n4;5.5 6\n");
  EXPECT_EQ(valueText("@t.csv"), "2x3xf32 [[1.  2.  3. ]\n [4.  5.5 6. ]]");
  EXPECT_EQ(valueText("f64=@t.csv"), "2x3xf64 [[1.  2.  3. ]\n [4.  5.5 6. ]]");
  EXPECT_EQ(valueText("@t.csv", declared(f32, Shape{1, 2, 3})),
            "1x2x3xf32 [[[1.  2.  3. ]\n  [4.  5.5 6. ]]]");
  expectRefused("3x2xf32=@t.csv", "TGC-E0202", {"the value has 2x3"});
  expectRefused("i32=@t.csv", "TGC-E0201",
                {"t.csv: row 1, column 1: 5.5 does not fit i32"});
  write("c.csv", "1\n2\n3");
  EXPECT_EQ(valueText("@c.csv"), "3xi64 [1 2 3]");
  EXPECT_EQ(valueText("@c.csv", declared(i64, Shape{3, 1})),
            "3x1xi64 [[1]\n [2]\n [3]]");
  EXPECT_EQ(valueText("@c.csv", declared(i64, Shape{-1})), "3xi64 [1 2 3]");
  write("e.csv", "\n");
  EXPECT_EQ(valueText("@e.csv"), "0x0xf32 []");
  struct {
    const char *bytes, *text;
  } const cases[] = {
      {"a,b\n1,2\n", "line 1 has 'a' in cell 1; expected a number"},
      {"1,2\n3,x\n", "line 2 has 'x' in cell 2"},
      {"1,2\n\n3\n", "line 3 has 1 numbers, line 1 has 2"},
      {"1,,2\n", "line 1 has no number in cell 2"},
      {",1\n", "line 1 has no number in cell 1"},
      {"1,2,\n", "line 1 has no number in cell 3"},
  };
  for (const auto &row : cases) {
    write("x.csv", row.bytes);
    expectRefused("@x.csv", "TGC-E0201", {"x.csv: ", row.text});
  }
}

TEST_F(ValueSpecFileTest, HandsProtosToItsCaller) {
  write("x.pb", "proto");
  expectRefused("@x.pb", "TGC-E0301",
                {"x.pb: ONNX tensors (.pb) are not read"});
  SpecOptions options;
  options.readTensorProto = [](absl::Span<const uint8_t> bytes) {
    return parseInput(bytes.size() == 5 ? "[5]" : "[0]", {})->value;
  };
  EXPECT_EQ(valueText("@x.pb", {}, options), "1xi64 [5]");
  options.readTensorProto =
      [](absl::Span<const uint8_t>) -> absl::StatusOr<Value> {
    return absl::InvalidArgumentError("no proto\n  fix: none");
  };
  expectRefused("@x.pb", "TGC-E0201", {"x.pb: no proto"}, {}, options);
}

TEST_F(ValueSpecFileTest, RefusesMediaByName) {
  expectRefused("x=@cat.png:nchw,224x224", "TGC-E0301",
                {"input 'x': cat.png: images are not read in this release"});
  expectRefused("@cat.JPG", "TGC-E0301", {"images are not read"});
  expectRefused("@cat.wav", "TGC-E0301", {"sound files are not read"});
}

TEST(ValueSpecTest, SurvivesRandomText) {
  const std::vector<std::string> pieces = {"[",
                                           "]",
                                           "(",
                                           ")",
                                           ",",
                                           " ",
                                           "1",
                                           "-2.5",
                                           "1e9",
                                           "true",
                                           "nan",
                                           "3j",
                                           "\"",
                                           "\\",
                                           "=",
                                           "x",
                                           "2x3x",
                                           "f32",
                                           "i64",
                                           "f16=",
                                           "c64=",
                                           "random",
                                           "normal",
                                           "iota",
                                           ":",
                                           "..",
                                           "7",
                                           "0..1",
                                           "99999999999999999999",
                                           "\xff",
                                           "\n",
                                           "zeros",
                                           "@",
                                           "...",
                                           "+",
                                           "u8="};
  std::mt19937_64 random(2024);
  for (int i = 0; i < 20'000; ++i) {
    std::string spec;
    for (size_t n = random() % 12; n-- > 0;)
      spec += pieces[random() % pieces.size()];
    if (spec.find('@') != std::string::npos)
      continue; // would name files
    absl::StatusOr<ParsedInput> input =
        parseInput(spec, declared({}, Shape{2}));
    if (!input.ok())
      EXPECT_THAT(std::string(input.status().message()),
                  testing::HasSubstr("\n  fix: "))
          << spec;
    else
      EXPECT_EQ(input->value.shape, Shape({2}));
  }
}

} // namespace
} // namespace tgc
