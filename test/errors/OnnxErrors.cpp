// Rejected ONNX models, written byte by byte, each with its whole message.
#include "Rejected.h"

#include "tgc/frontend/api/Program.h"
#include "tgc/test/unit/onnx/ModelBytes.h"

#include <filesystem>

namespace tgc::test {
namespace {

using namespace tgc::onnx;

const std::vector<std::string> x = {valueBytes("x", 1, {"2", "4"})};
const std::vector<std::string> y = {valueBytes("y", 1, {})};

ModelText modelOf(std::vector<std::string> nodes,
                  std::vector<std::string> initializers = {}) {
  return {.nodes = std::move(nodes),
          .initializers = std::move(initializers),
          .inputs = x,
          .outputs = y};
}

struct Rejected {
  const char *name;
  std::string model;
  ErrorCode code;
  std::string message;
  LoadOptions options = {};
};
void PrintTo(const Rejected &rejected, std::ostream *os) {
  *os << rejected.name;
}

constexpr ErrorCode invalid = ErrorCode::InvalidArgument;

std::vector<Rejected> models() {
  std::string relu =
      modelBytes(modelOf({nodeBytes("Relu", {"x"}, {"y"}, {}, "act")}));
  ModelText newer = modelOf({nodeBytes("Relu", {"x"}, {"y"})});
  newer.opsets = {{"", 99}};
  ModelText unsupported = modelOf(
      {nodeBytes("Frobnicate", {"x"}, {"a"}, {}, "n1"),
       nodeBytes("Frobnicate", {"a"}, {"b"}),
       nodeBytes("BiasGelu", {"b", "b"}, {"y"}, {}, "gelu", "com.microsoft")});
  unsupported.opsets = {{"", 17}, {"com.microsoft", 1}};
  return {
      {"OperatorsThatAreUnsupported", modelBytes(unsupported),
       ErrorCode::Unimplemented,
       "TGC-E0301: m.onnx: 2 operators in 3 nodes are not supported (3 "
       "checked)\n"
       "  nodes  operator                opset  first      reason\n"
       "      2  Frobnicate                 17  #0 'n1'    unknown-op\n"
       "      1  com.microsoft.BiasGelu      1  #2 'gelu'  domain"},
      {"AttributeValueThatIsNone",
       modelBytes(
           {.nodes = {nodeBytes("Conv", {"x", "w"}, {"y"},
                                {textAttribute("auto_pad", "SAME")}, "conv_3")},
            .initializers = {tensorBytes<float>("w", 1, {1, 1, 1, 1}, {1})},
            .inputs = {valueBytes("x", 1, {"1", "1", "2", "2"})},
            .outputs = y}),
       ErrorCode::Unimplemented,
       "TGC-E0301: m.onnx: 1 operator in 1 node is not supported (1 checked)\n"
       "  nodes  operator  opset  first        reason\n"
       "      1  Conv         17  #0 'conv_3'  attribute auto_pad=SAME"},
      {"ProductOfUnlikeSizes",
       modelBytes(modelOf(
           {nodeBytes("MatMul", {"x", "w"}, {"y"}, {}, "fc1")},
           {tensorBytes<float>("w", 1, {5, 3}, std::vector<float>(15))})),
       invalid,
       "TGC-E0402: m.onnx: node 'fc1' (MatMul): tgc.matmul: operand 1 ('b') "
       "has "
       "size 5 in dimension 0; expected 4, the size of dimension 1 of operand "
       "0 "
       "('a')\n"
       "  x: 2x4xf32   w: 5x3xf32\n"
       "  fix: transpose or reshape one of them"},
      {"ValueThatNothingMakes",
       modelBytes(modelOf({nodeBytes("Add", {"x", "bias"}, {"y"}, {}, "add")})),
       invalid,
       "TGC-E0402: m.onnx: node 'add' (Add): input 1 ('bias') is made by no "
       "node, input or initializer\n"
       "  fix: export the model again"},
      {"InitializerThatIsTooShort",
       modelBytes(modelOf({nodeBytes("Add", {"x", "w"}, {"y"}, {}, "add")},
                          {tensorBytes<float>("w", 1, {4}, {1, 2, 3})})),
       invalid,
       "TGC-E0402: m.onnx: initializer 'w': 12 bytes of raw_data; expected 16, "
       "the size of 4xf32\n"
       "  fix: the file is damaged; export the model again"},
      {"NewerOpset",
       modelBytes(newer),
       invalid,
       "TGC-E0402: m.onnx: operator set 99 is newer than 28, the newest known\n"
       "  fix: leave out --strict, or export the model for an older version",
       {.strict = true}},
      {"FileThatIsCutShort", relu.substr(0, relu.size() / 2), invalid,
       "TGC-E0402: m.onnx: byte 4: field 7 of ModelProto has 56 bytes where 29 "
       "are left; expected an ONNX model\n"
       "  fix: the file is cut short, damaged or of another kind; export or "
       "copy it again"},
      {"NodesInACircle",
       modelBytes(modelOf({nodeBytes("Add", {"x", "b"}, {"a"}, {}, "first"),
                           nodeBytes("Relu", {"a"}, {"b"}, {}, "second"),
                           nodeBytes("Relu", {"b"}, {"y"})})),
       invalid,
       "TGC-E0402: m.onnx: graph 'g': nodes read each other's results in a "
       "circle: #1 'second' -> #0 'first' -> #1 'second'\n"
       "  fix: repeat with Loop or Scan"},
      {"ComplexInput",
       modelBytes({.nodes = {nodeBytes("Relu", {"x"}, {"y"})},
                   .initializers = {},
                   .inputs = {valueBytes("x", 14, {"2"})},
                   .outputs = y}),
       ErrorCode::Unimplemented,
       "TGC-E0301: m.onnx: 1 operator in 1 node is not supported (1 checked)\n"
       "  nodes  operator  opset  first  reason\n"
       "      1  (input)       -  'x'    dtype c64"},
  };
}

class OnnxErrors : public testing::TestWithParam<Rejected> {};

TEST_P(OnnxErrors, SayWhatIsWrong) {
  const Rejected &rejected = GetParam();
  // In a folder of its own: the path is part of the message.
  std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / rejected.name;
  std::filesystem::create_directories(folder);
  std::filesystem::current_path(folder);
  std::ofstream("m.onnx", std::ios::binary) << rejected.model;
  expectRejected([&] { Program::load("m.onnx", rejected.options, {}); },
                 rejected.code, rejected.message);
}

INSTANTIATE_TEST_SUITE_P(Models, OnnxErrors, testing::ValuesIn(models()),
                         [](const testing::TestParamInfo<Rejected> &info) {
                           return info.param.name;
                         });

} // namespace
} // namespace tgc::test
