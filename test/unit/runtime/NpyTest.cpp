// npy: bytes that NumPy wrote, every header form, every damage.
#include "FileBytes.h"

#include "tgc/runtime/io/Npy.h"

#include <cmath>

namespace tgc {
namespace {

using namespace std::string_literals;
using absl::StatusCode;

absl::StatusOr<Value> parse(const std::string &bytes,
                            const Limits &limits = {}) {
  return parseExact(bytes, [&](auto span) { return parseNpy(span, limits); });
}

std::string npyOf(const Value &value) {
  return written([&](ByteSink sink) { return writeNpy(value, sink); });
}

/// A version 1 file with this header, not padded.
std::string fileOf(const std::string &header, const std::string &data = "") {
  return "\x93NUMPY\x01\x00"s + littleEndian(header.size(), 2) + header + data;
}

std::string headerOf(const std::string &descr, const std::string &order,
                     const std::string &shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + order +
         ", 'shape': " + shape + ", }\n";
}

// numpy.save of float32 [[1.5, -2, 3], [0, inf, 1e-3]].
const std::string numpyF32 =
    "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': "
    "(2, 3), }"s +
    std::string(58, ' ') +
    "\n\x00\x00\xc0?\x00\x00\x00\xc0\x00\x00@@\x00\x00\x00\x00\x00\x00\x80\x7fo"
    "\x12\x83:"s;

// numpy.save of a big-endian int32 [[1, 2, 3], [4, 5, 6]] in Fortran order.
const std::string numpyFortran =
    "\x93NUMPY\x01\x00v\x00{'descr': '>i4', 'fortran_order': True, 'shape': "
    "(2, 3), }"s +
    std::string(59, ' ') +
    "\n\x00\x00\x00\x01\x00\x00\x00\x04\x00\x00\x00\x02\x00\x00\x00\x05\x00"
    "\x00\x00\x03\x00\x00\x00\x06"s;

// numpy.lib.format.write_array of int64 7 as version 2.0.
const std::string numpyScalar =
    "\x93NUMPY\x02\x00t\x00\x00\x00{'descr': '<i8', 'fortran_order': False, "
    "'shape': (), }"s +
    std::string(60, ' ') + "\n\x07\x00\x00\x00\x00\x00\x00\x00"s;

TEST(NpyTest, ReadsWhatNumpyWrote) {
  absl::StatusOr<Value> value = parse(numpyF32);
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(value->shape, Shape({2, 3}));
  EXPECT_EQ(elementsOf<float>(*value),
            (std::vector<float>{1.5f, -2, 3, 0, INFINITY, 1e-3f}));

  value = parse(numpyFortran);
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(value->shape, Shape({2, 3}));
  EXPECT_EQ(elementsOf<int32_t>(*value),
            (std::vector<int32_t>{1, 2, 3, 4, 5, 6}));

  value = parse(numpyScalar);
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_TRUE(value->shape.empty());
  EXPECT_EQ(elementsOf<int64_t>(*value), std::vector<int64_t>{7});
}

TEST(NpyTest, WritesTheBytesThatNumpyWrites) {
  EXPECT_EQ(npyOf(*parse(numpyF32)), numpyF32);
}

TEST(NpyTest, RoundTripsEveryDType) {
  const Value values[] = {
      valueOf<bool>({3}, {true, false, true}),
      valueOf<uint8_t>({2, 2}, {0, 1, 128, 255}),
      valueOf<int32_t>({1, 2}, {INT32_MIN, INT32_MAX}),
      valueOf<int64_t>({}, {INT64_MIN}),
      valueOf<Half>({2}, {Half{0x3c00}, Half{0x7e01}}),
      valueOf<float>({0, 5}, {}),
      valueOf<double>({1, 1, 3}, {-0.0, NAN, 5e-324}),
  };
  for (const Value &value : values) {
    std::string bytes = npyOf(value);
    EXPECT_EQ((bytes.size() - static_cast<size_t>(value.numBytes())) % 64, 0u);
    absl::StatusOr<Value> back = parse(bytes);
    ASSERT_TRUE(back.ok()) << back.status();
    expectEqual(*back, value);
  }
}

TEST(NpyTest, ReadsEveryHeaderForm) {
  const std::string one = "\x01\x00\x00\x00"s;
  const std::string headers[] = {
      headerOf("<i4", "False", "(1,)"),
      headerOf("=i4", "False", "(1,)"),
      headerOf("|i4", "False", "(1, )"),
      headerOf("i4", "True", "(1L,)"),
      "{\"shape\":(1,1),\"fortran_order\":True,\"descr\":\"<i4\"}",
      " { 'shape' : ( 1 , 1 ) ,'descr':'<i4','fortran_order':False } \n",
  };
  for (const std::string &header : headers) {
    absl::StatusOr<Value> value = parse(fileOf(header, one));
    ASSERT_TRUE(value.ok()) << header << value.status();
    EXPECT_EQ(elementsOf<int32_t>(*value), std::vector<int32_t>{1});
  }
  std::string header = headerOf(">f8", "False", "()");
  std::string version3 = "\x93NUMPY\x03\x00"s + littleEndian(header.size(), 4) +
                         header + "\x3f\xf0\x00\x00\x00\x00\x00\x00"s;
  EXPECT_EQ(elementsOf<double>(*parse(version3)), std::vector<double>{1});
  EXPECT_EQ(elementsOf<bool>(
                *parse(fileOf(headerOf("?", "False", "(2,)"), "\x00\x01"s))),
            (std::vector<bool>{false, true}));
}

TEST(NpyTest, TurnsFortranOrderAround) {
  // f[i][j][k] = 100 i + 10 j + k, first index fastest in the file.
  std::string data;
  std::vector<int32_t> expected;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i)
        data += littleEndian(static_cast<uint64_t>(100 * i + 10 * j + k), 4);
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k)
        expected.push_back(100 * i + 10 * j + k);
  absl::StatusOr<Value> value =
      parse(fileOf(headerOf("<i4", "True", "(2, 3, 4)"), data));
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(elementsOf<int32_t>(*value), expected);
  EXPECT_TRUE(parse(fileOf(headerOf("<i4", "True", "(2, 0, 4)"))).ok());
}

TEST(NpyTest, RefusesDTypesByName) {
  struct {
    const char *descr, *text;
  } const cases[] = {
      {"|O", "pickled objects are code"},
      {"|i1", "i8 has no storage"},
      {"<i2", "i16 has no storage"},
      {"<u2", "u16 has no storage"},
      {"<u4", "u32 has no storage"},
      {"<u8", "u64 has no storage"},
      {"<c8", "c64 has no storage"},
      {"<c16", "c128 has no storage"},
      {"<f16", "long double"},
      {"<U3", "str has no storage"},
      {"|S3", "str has no storage"},
      {"<V2", "raw bytes"},
      {"<M8[ns]", "dates"},
      {"<f5", "no NumPy dtype"},
      {"", "no NumPy dtype"},
  };
  for (const auto &row : cases)
    expectError(
        parse(fileOf(headerOf(row.descr, "False", "(1,)"), "\1")).status(),
        StatusCode::kInvalidArgument,
        {"'descr'", row.text, "expected one of b1 u1 i4 i8 f2 f4 f8", "fix: "});
  expectError(parse(fileOf("{'descr': [('a', '<i4')], 'fortran_order': False, "
                           "'shape': (1,), }"))
                  .status(),
              StatusCode::kInvalidArgument, {"structured dtype", "fix: "});
}

TEST(NpyTest, RefusesMalformedHeaders) {
  const std::string good = "'descr': '<i4', 'fortran_order': False";
  struct {
    std::string header;
    const char *text;
  } const cases[] = {
      {"", "character 0 is its end; expected the '{'"},
      {"{}", "there is no 'descr'"},
      {"{" + good + "}", "there is no 'shape'"},
      {"{" + good + ", 'shape': (1,)", "expected ',' or '}'"},
      {"{" + good + ", 'shape': (1,)} x", "expected the end of the header"},
      {"{" + good + ", 'shape': (1)}", "expected a tuple as in (3,)"},
      {"{" + good + ", 'shape': [1]}", "expected the '(' of a tuple"},
      {"{" + good + ", 'shape': (1 1)}", "expected ',' or ')'"},
      {"{" + good + ", 'shape': (-1,)}", "expected a size of 0 or more"},
      {"{" + good + ", 'shape': (a,)}", "expected a size"},
      {"{" + good + ", 'shape': (99999999999999999999,)}", "fits 64 bits"},
      {"{" + good + ", " + good + ", 'shape': (1,)}", "stands there twice"},
      {"{" + good + ", 'shape': (1,), 'x': 1}", "key 'x' is unknown"},
      {"{'descr': <i4}", "expected a dtype in quotes"},
      {"{'descr': '<i4", "expected a dtype in quotes"},
      {"{'descr': '\\x3ci4'}", "expected a dtype in quotes"},
      {"{'fortran_order': 1}", "expected True or False"},
      {"{'descr' '<i4'}", "expected ':'"},
      {"{descr: '<i4'}", "expected a key in quotes"},
  };
  for (const auto &row : cases)
    expectError(parse(fileOf(row.header, "\1\0\0\0"s)).status(),
                StatusCode::kInvalidArgument,
                {"npy header: ", row.text, "fix: "});
}

TEST(NpyTest, RefusesOtherBytes) {
  expectError(parse("").status(), StatusCode::kInvalidArgument,
              {"does not begin with"});
  expectError(parse("PK\3\4").status(), StatusCode::kInvalidArgument,
              {"does not begin with"});
  expectError(parse("\x93NUMPY\x04\x00v\x00"s).status(),
              StatusCode::kInvalidArgument,
              {"version is 4.0; expected 1.0, 2.0 or 3.0"});
  expectError(parse("\x93NUMPY\x01\x01v\x00"s).status(),
              StatusCode::kInvalidArgument, {"version is 1.1"});
  expectError(parse("\x93NUMPY\x01\x00v\x00{}"s).status(),
              StatusCode::kInvalidArgument,
              {"header has 118 bytes; only 2 are left"});
}

TEST(NpyTest, ComparesTheDataWithTheShape) {
  std::string header = headerOf("<f4", "False", "(2, 3)");
  expectError(parse(fileOf(header, std::string(23, 'x'))).status(),
              StatusCode::kInvalidArgument,
              {"2x3xf32 takes 24 bytes; found 23"});
  expectError(parse(fileOf(header, std::string(25, 'x'))).status(),
              StatusCode::kInvalidArgument, {"found 25"});
  header = headerOf("<f4", "True", "(2, 3)");
  expectError(parse(fileOf(header, std::string(25, 'x'))).status(),
              StatusCode::kInvalidArgument, {"found 25"});
  expectError(
      parse(fileOf(headerOf("|b1", "False", "(2,)"), "\x01\x02")).status(),
      StatusCode::kInvalidArgument, {"byte 2; expected 0 or 1"});
  expectError(
      parse(fileOf(headerOf("|b1", "True", "(1, 2)"), "\x01\x02")).status(),
      StatusCode::kInvalidArgument, {"byte 2; expected 0 or 1"});
}

TEST(NpyTest, ChecksHostileSizesBeforeMemory) {
  // Every size of robustness.md R6, alone and as products.
  const char *const sizes[] = {"2147483647", "2147483649", "4294967296",
                               "4611686018427387905", "9223372036854775807"};
  for (std::string size : sizes)
    for (std::string order : {"False", "True"})
      for (std::string shape :
           {"(" + size + ",)", "(" + size + ", 8)", "(" + size + ", 0)",
            "(" + size + ", " + size + ")",
            "(0, " + size + ", " + size + ")"}) {
        absl::StatusOr<Value> value =
            parse(fileOf(headerOf("<f8", order, shape)));
        // Accepted is at most a product of no elements that fits.
        EXPECT_EQ(value.ok() ? value->numElements() : 0, 0) << shape;
      }
}

TEST(NpyTest, KeepsLimits) {
  Limits limits;
  limits.npy_header_bytes = 64;
  expectError(parse(numpyF32, limits).status(), StatusCode::kResourceExhausted,
              {"header has 118 bytes, above the limit of 64",
               "Limits::npy_header_bytes"});
  limits = {};
  limits.rank = 1;
  expectError(parse(numpyF32, limits).status(), StatusCode::kResourceExhausted,
              {"rank 2 is above the limit of 1", "Limits::rank"});
  limits = {};
  limits.elements = 5;
  expectError(parse(numpyFortran, limits).status(),
              StatusCode::kResourceExhausted,
              {"6 elements, above the limit of 5", "Limits::elements"});
}

TEST(NpyTest, SurvivesEveryTruncationAndBitFlip) {
  for (const std::string &file : {numpyF32, numpyFortran, numpyScalar,
                                  npyOf(valueOf<bool>({2}, {true, false}))}) {
    int64_t refused =
        damageEverywhere(file, [](auto span) { return parseNpy(span); });
    // The magic, version and length alone are 80 bits; data bits are free.
    EXPECT_GT(refused, 80);
  }
}

} // namespace
} // namespace tgc
