// What reaches the parser: lengths, nesting and counts that bytes may claim.
#include "ModelBytes.h"

#include "tgc/frontend/onnx/WireScan.h"

namespace tgc::onnx {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

absl::Status scan(const std::string &model, const Limits &limits = {}) {
  std::unique_ptr<uint8_t[]> block(new uint8_t[model.size()]);
  std::memcpy(block.get(), model.data(), model.size());
  return scanModel({block.get(), model.size()}, limits, "m.onnx");
}

void expectRefused(const std::string &model, StatusCode code,
                   const std::string &text, const Limits &limits = {}) {
  const absl::Status status = scan(model, limits);
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(text));
}

const std::string small =
    modelBytes({.nodes = {nodeBytes("Relu", {"x"}, {"y"})},
                .initializers = {},
                .inputs = {valueBytes("x", 1, {"n"})},
                .outputs = {valueBytes("y", 1, {"n"})}});

TEST(WireScanTest, AcceptsAModel) { EXPECT_TRUE(scan(small).ok()); }

TEST(WireScanTest, SkipsFieldsItDoesNotKnow) {
  EXPECT_TRUE(scan(small + bytes(99, "anything at all") + number(98, -1) +
                   float32(97, 1.5f))
                  .ok());
}

TEST(WireScanTest, RefusesAnEmptyFile) {
  expectRefused("", StatusCode::kInvalidArgument,
                "m.onnx: byte 0: an empty file; expected an ONNX model");
}

TEST(WireScanTest, RefusesALengthBeyondItsMessage) {
  expectRefused(number(1, 8) + "\x3a\x7f"
                               "abc",
                StatusCode::kInvalidArgument,
                "m.onnx: byte 4: field 7 of ModelProto has 127 bytes where 3 "
                "are left");
  // The graph's length holds, the node's inside it does not.
  expectRefused(bytes(7, "\x0a\x05"
                         "ab"),
                StatusCode::kInvalidArgument,
                "field 1 of GraphProto has 5 bytes where 2 are left");
  // All 64 bits of a length.
  expectRefused("\x3a" + varint(UINT64_MAX), StatusCode::kInvalidArgument,
                "has 18446744073709551615 bytes where 0 are left");
}

TEST(WireScanTest, RefusesTagsAndVarintsThatAreNone) {
  expectRefused(std::string("\x00\x01", 2), StatusCode::kInvalidArgument,
                "a field tag that is none");
  expectRefused("\x0b", StatusCode::kInvalidArgument, "wire type 3");
  expectRefused("\x0f", StatusCode::kInvalidArgument, "wire type 7");
  expectRefused("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
                StatusCode::kInvalidArgument, "a number that is no varint");
  expectRefused("\x08\x80", StatusCode::kInvalidArgument,
                "a number that is no varint");
  expectRefused("\x0d\x01\x02", StatusCode::kInvalidArgument,
                "a number that runs out of its message");
  expectRefused("\x09\x01\x02\x03\x04", StatusCode::kInvalidArgument,
                "a number that runs out of its message");
}

/// A model whose nodes hold `levels` graphs inside each other.
std::string nested(int levels) {
  std::string graph = bytes(2, "g");
  for (int i = 0; i < levels; ++i)
    graph = bytes(1, bytes(4, "If") +
                         bytes(5, bytes(1, "then_branch") + bytes(6, graph)));
  return number(1, 8) + bytes(7, graph);
}

TEST(WireScanTest, BoundsNesting) {
  // The model, its graph and three messages a level.
  EXPECT_TRUE(scan(nested((maxMessageDepth - 1) / 3)).ok());
  expectRefused(nested(maxMessageDepth / 3), StatusCode::kResourceExhausted,
                "messages nest more than 96 deep, about 32 subgraphs");
  EXPECT_FALSE(scan(nested(2000)).ok()); // and needs no stack for it
}

TEST(WireScanTest, BoundsCounts) {
  ModelText text;
  text.nodes.assign(11, nodeBytes("Relu", {"x"}, {"y"}));
  Limits limits;
  limits.ops = 11;
  EXPECT_TRUE(scan(modelBytes(text), limits).ok());
  limits.ops = 10;
  expectRefused(modelBytes(text), StatusCode::kResourceExhausted,
                "m.onnx: more than 10 nodes; expected at most Limits::ops",
                limits);
  // Two bytes each in the file, an object each in memory.
  limits.ops = 1;
  text.nodes = {all(1, std::vector<std::string>(20, ""))};
  expectRefused(modelBytes(text), StatusCode::kResourceExhausted,
                "more than 16 messages and names", limits);
  // Strings of a tensor too: 6 is TensorProto.string_data.
  std::string strings;
  for (int i = 0; i < 20; ++i)
    strings += bytes(6, "");
  expectRefused(bytes(7, bytes(5, strings)), StatusCode::kResourceExhausted,
                "more than 16 messages and names", limits);
}

TEST(WireScanTest, BoundsNamesAndFiles) {
  Limits limits;
  limits.name_bytes = 9;
  expectRefused(bytes(7, bytes(2, "ten bytes!")),
                StatusCode::kResourceExhausted,
                "a name of 10 bytes; expected at most 9", limits);
  limits.model_bytes = static_cast<int64_t>(small.size()) - 1;
  expectRefused(small, StatusCode::kResourceExhausted,
                "raise Limits::model_bytes", limits);
}

} // namespace
} // namespace tgc::onnx
