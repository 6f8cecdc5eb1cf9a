// safetensors: files as the format's README describes them, every damage.
#include "FileBytes.h"

#include "tgc/runtime/io/Safetensors.h"

namespace tgc {
namespace {

using namespace std::string_literals;
using absl::StatusCode;

absl::StatusOr<ValueMap> parse(const std::string &bytes,
                               const Limits &limits = {}) {
  return parseExact(bytes,
                    [&](auto span) { return parseSafetensors(span, limits); });
}

std::string fileOf(const std::string &header, const std::string &data = "") {
  return littleEndian(header.size(), 8) + header + data;
}

std::string safetensorsOf(const ValueMap &tensors) {
  return written(
      [&](ByteSink sink) { return writeSafetensors(tensors, sink); });
}

const std::string twoTensors =
    fileOf(R"({"__metadata__":{"format":"pt"},)"
           R"("w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
           R"("b":{"data_offsets":[8,9],"shape":[],"dtype":"BOOL"}}   )",
           "\x00\x00\x80\x3f\x00\x00\x00\x40\x01"s);

TEST(SafetensorsTest, ReadsTensors) {
  absl::StatusOr<ValueMap> tensors = parse(twoTensors);
  ASSERT_TRUE(tensors.ok()) << tensors.status();
  expectEqual(*tensors, {{"w", valueOf<float>({2}, {1, 2})},
                         {"b", valueOf<bool>({}, {true})}});
  tensors = parse(fileOf("{}"));
  ASSERT_TRUE(tensors.ok()) << tensors.status();
  EXPECT_TRUE(tensors->empty());
}

TEST(SafetensorsTest, RoundTripsAligned) {
  ValueMap tensors = {
      {"a", valueOf<uint8_t>({3}, {1, 2, 3})},
      {"b", valueOf<int64_t>({1}, {-1})},
      {"c", valueOf<Half>({2}, {Half{1}, Half{2}})},
      {"d \"\\\n\xc3\xa9", valueOf<float>({0, 2}, {})},
      {"e", valueOf<double>({}, {0.5})},
      {"f", valueOf<bool>({1}, {false})},
      {"g", valueOf<int32_t>({2, 1}, {7, 8})},
  };
  std::string bytes = safetensorsOf(tensors);
  absl::StatusOr<ValueMap> back = parse(bytes);
  ASSERT_TRUE(back.ok()) << back.status();
  expectEqual(*back, tensors);
  // The data begin at a multiple of 8, with the widest elements.
  size_t header =
      static_cast<uint8_t>(bytes[0]) + 256u * static_cast<uint8_t>(bytes[1]);
  EXPECT_EQ((8 + header) % 8, 0u);
  EXPECT_EQ(bytes.substr(8 + header, 8), "\xff\xff\xff\xff\xff\xff\xff\xff");
  auto sink = [](absl::Span<const uint8_t>) { return absl::OkStatus(); };
  Value one = valueOf<float>({}, {1});
  for (std::string name : {"__metadata__", "\xff"})
    expectError(writeSafetensors({{name, one}}, sink),
                StatusCode::kInvalidArgument, {"a tensor is named"});
}

TEST(SafetensorsTest, RefusesDTypesByName) {
  struct {
    const char *name, *text;
  } const cases[] = {
      {"BF16", "bf16 has no storage"}, {"I8", "i8 has no storage"},
      {"U16", "u16 has no storage"},   {"U64", "u64 has no storage"},
      {"C64", "c64 has no storage"},   {"F8_E4M3", "no tgc dtype"},
      {"f32", "no tgc dtype"},
  };
  for (const auto &row : cases)
    expectError(parse(fileOf(R"({"w":{"dtype":")"s + row.name +
                                 R"(","shape":[1],"data_offsets":[0,2]}})",
                             "xx"))
                    .status(),
                StatusCode::kInvalidArgument,
                {"tensor 'w'", row.text, row.name,
                 "expected one of BOOL U8 I32 I64 F16 F32 F64", "fix: "});
}

TEST(SafetensorsTest, RefusesMalformedHeaders) {
  const std::string rest = R"("shape":[1],"data_offsets":[0,4]})";
  struct {
    std::string header;
    const char *text;
  } const cases[] = {
      {"", "does not begin with '{'"},
      {" {}", "does not begin with '{'"},
      {"[]", "does not begin with '{'"},
      {"{", "is no JSON"},
      {"{}x", "is no JSON"},
      {"{\"w\":\"\xff\"}", "is no JSON"},
      {R"({"w":1e999})", "is no JSON"},
      {R"({"w":1})", "'w' is the number 1; expected an object"},
      {R"({"w":null})", "'w' is null"},
      {R"({"w":[]})", "'w' is a list"},
      {R"({"w":true})", "'w' is true or false"},
      {R"({"w":{}})", "lacks 'dtype'"},
      {R"({"w":{"dtype":"F32"}})", "lacks 'shape'"},
      {R"({"w":{"dtype":"F32","shape":[1]}})", "lacks two numbers"},
      {R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}})",
       "lacks two numbers"},
      {R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}})",
       "expected two numbers"},
      {R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,-4]}})",
       "expected two numbers"},
      {R"({"w":{"dtype":"F32","shape":[-1]}})", "expected sizes of 0 or more"},
      {R"({"w":{"dtype":"F32","shape":[1.5]}})", "the number 1.5"},
      {R"({"w":{"dtype":"F32","shape":[9223372036854775808]}})",
       "expected sizes of 0 or more"},
      {R"({"w":{"dtype":"F32","shape":[[1]]}})", "has a list in 'shape'"},
      {R"({"w":{"dtype":"F32","shape":{}}})", "has an object as 'shape'"},
      {R"({"w":{"dtype":4}})", "expected a text"},
      {R"({"w":{"dtype":["F32"]}})", "has a list as 'dtype'"},
      {R"({"w":{"dtype":"F32","x":1}})",
       "has key 'x'; expected dtype, shape and data_offsets"},
      {R"({"w":{"dtype":"F32","dtype":"F32"}})", "'dtype' is there twice"},
      {R"({"w":{"dtype":"F32",)" + rest + R"(,"w":{"dtype":"F32",)" + rest +
           "}",
       "'w' is there twice"},
      {R"({"__metadata__":{"a":1}})", "'a' in __metadata__ is the number 1"},
      {R"({"__metadata__":{"a":{}}})", "'a' in __metadata__ is an object"},
      {R"({"__metadata__":{"a":"1","a":"2"}})", "'a' is there twice"},
      {R"({"__metadata__":[]})", "'__metadata__' is a list"},
  };
  for (const auto &row : cases)
    expectError(parse(fileOf(row.header, "xxxx")).status(),
                StatusCode::kInvalidArgument, {"safetensors", row.text});
}

TEST(SafetensorsTest, RefusesDataNotCoveredOnce) {
  auto header = [](const char *a, const char *b) {
    return R"({"a":{"dtype":"U8","shape":[2],"data_offsets":)"s + a +
           R"(},"b":{"dtype":"U8","shape":[2],"data_offsets":)" + b + "}}";
  };
  EXPECT_TRUE(parse(fileOf(header("[2,4]", "[0,2]"), "abcd")).ok());
  for (auto [a, b] : {std::pair("[0,2]", "[1,3]"), std::pair("[0,2]", "[3,5]"),
                      std::pair("[1,3]", "[3,5]"), std::pair("[0,2]", "[2,5]"),
                      std::pair("[0,2]", "[2,1]"), std::pair("[0,2]", "[0,2]"),
                      std::pair("[0,2]", "[2,18446744073709551615]")})
    expectError(parse(fileOf(header(a, b), "abcd")).status(),
                StatusCode::kInvalidArgument, {"lies at bytes"});
  expectError(parse(fileOf(header("[0,2]", "[2,4]"), "abcde")).status(),
              StatusCode::kInvalidArgument,
              {"1 bytes after the last tensor belong to none"});
  expectError(parse(fileOf(header("[0,2]", "[2,3]"), "abc")).status(),
              StatusCode::kInvalidArgument,
              {"tensor 'b': 2xu8 takes 2 bytes; found 1"});
  std::string twice =
      R"({"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}})";
  expectError(parse(fileOf(twice, "\2")).status(), StatusCode::kInvalidArgument,
              {"tensor 'a': element 0", "byte 2; expected 0 or 1"});
}

TEST(SafetensorsTest, ChecksHostileSizesBeforeMemory) {
  for (std::string shape :
       {"[4611686018427387905,4]", "[9223372036854775807,9223372036854775807]",
        "[2147483649,2147483649,0]", "[1099511627777]",
        "[9223372036854775807]"}) {
    absl::StatusOr<ValueMap> tensors =
        parse(fileOf(R"({"w":{"dtype":"F64","shape":)" + shape +
                     R"(,"data_offsets":[0,0]}})"));
    EXPECT_EQ(tensors.ok(), shape == "[2147483649,2147483649,0]")
        << shape << tensors.status();
  }
}

TEST(SafetensorsTest, KeepsLimits) {
  Limits limits;
  limits.safetensors_header_bytes = 10;
  expectError(parse(twoTensors, limits).status(),
              StatusCode::kResourceExhausted,
              {"above the limit of 10", "Limits::safetensors_header_bytes"});
  limits = {};
  limits.rank = 1;
  expectError(
      parse(fileOf(R"({"w":{"dtype":"F32","shape":[1,1]}})"), limits).status(),
      StatusCode::kResourceExhausted,
      {"more than 1 dimensions (Limits::rank)"});
  limits = {};
  limits.name_bytes = 3;
  expectError(
      parse(fileOf(R"({"name":{}})"), limits).status(),
      StatusCode::kResourceExhausted,
      {"a name of 4 bytes is above the limit of 3", "Limits::name_bytes"});
  std::string deep = "{\"w\":" + std::string(100'000, '[');
  expectError(parse(fileOf(deep)).status(), StatusCode::kInvalidArgument,
              {"'w' is a list"});
  expectError(parse("1234567").status(), StatusCode::kInvalidArgument,
              {"7 bytes; expected at least 8"});
  expectError(parse(littleEndian(3, 8) + "{}").status(),
              StatusCode::kInvalidArgument, {"header has 3 bytes; only 2"});
}

TEST(SafetensorsTest, SurvivesEveryTruncationAndBitFlip) {
  ValueMap tensors = {{"w", valueOf<float>({2}, {1, 2})},
                      {"b", valueOf<bool>({2}, {true, false})}};
  for (const std::string &file : {twoTensors, safetensorsOf(tensors)}) {
    int64_t refused = damageEverywhere(
        file, [](auto span) { return parseSafetensors(span); });
    // Free are the bits of names, metadata, padding and data.
    EXPECT_GT(refused, 8 * static_cast<int64_t>(file.size()) / 2);
  }
}

} // namespace
} // namespace tgc
