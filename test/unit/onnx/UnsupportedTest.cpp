// What is not supported is told whole: every operator, once, with counts.
#include "ModelBytes.h"

#include "tgc/runtime/core/ErrorId.h"

namespace tgc::onnx {
namespace {

using absl::StatusCode;

const std::vector<std::string> x = {valueBytes("x", 1, {"2", "3"})};
const std::vector<std::string> y = {valueBytes("y", 1, {"2", "3"})};

TEST(UnsupportedTest, ListsEverythingAtOnce) {
  ModelText text;
  text.inputs = x;
  text.outputs = y;
  text.opsets = {{"", 19}, {"com.microsoft", 1}};
  for (int i = 0; i < 4; ++i) {
    const std::string to = i == 3 ? "b" : "b" + std::to_string(i);
    text.nodes.push_back(nodeBytes("BiasGelu", {"x", "x"}, {to}, {},
                                   "enc/gelu" + std::to_string(i),
                                   "com.microsoft"));
  }
  text.nodes.push_back(nodeBytes("Relu", {"b"}, {"r"}));
  text.nodes.push_back(nodeBytes("Resize", {"r", "", "s"}, {"u"},
                                 {intAttribute("antialias", 1)}, "up"));
  text.nodes.push_back(nodeBytes("TopK", {"u"}, {"l"}));
  text.nodes.push_back(nodeBytes("Frobnicate", {"l"}, {"f"}));
  text.nodes.push_back(nodeBytes("RandomNormalLike", {"f"}, {"y"}));
  text.initializers = {tensorBytes<float>("s", 1, {2}, {2, 2})};
  EXPECT_EQ(
      errorOf(modelBytes(text)),
      "m.onnx: 5 operators in 8 nodes are not supported (9 checked)\n"
      "  nodes  operator                opset  first           reason\n"
      "      4  com.microsoft.BiasGelu      1  #0 'enc/gelu0'  domain\n"
      "      1  Resize                     19  #5 'up'         attribute "
      "antialias=1\n"
      "      1  TopK                       19  #6              not-yet\n"
      "      1  Frobnicate                 19  #7              unknown-op\n"
      "      1  RandomNormalLike           19  #8              random-values");
}

TEST(UnsupportedTest, HasItsIdAndCode) {
  ModelText text{.nodes = {nodeBytes("Loop", {"x"}, {"y"})},
                 .initializers = {},
                 .inputs = x,
                 .outputs = y};
  const absl::Status status = importBytes(modelBytes(text)).status();
  EXPECT_EQ(status.code(), StatusCode::kUnimplemented);
  EXPECT_EQ(errorId(status), "TGC-E0301");
  EXPECT_EQ(status.message(),
            "m.onnx: 1 operator in 1 node is not supported (1 checked)\n"
            "  nodes  operator  opset  first  reason\n"
            "      1  Loop         17  #0     not-yet");
}

TEST(UnsupportedTest, ListsWhatBuildingFinds) {
  // Both nodes fail; the one that reads the first result is passed over.
  ModelText text;
  text.inputs = {valueBytes("x", 1, {"2", "3"}), valueBytes("n", 7, {"1"}),
                 valueBytes("h", 10, {"2"})};
  text.outputs = {valueBytes("z", 1, {})};
  text.nodes = {nodeBytes("Reshape", {"x", "n"}, {"r"}, {}, "r"),
                nodeBytes("Relu", {"r"}, {"z"}),
                nodeBytes("Add", {"h", "h"}, {"g"})};
  absl::StatusOr<ImportedModel> model = importBytes(modelBytes(text));
  ASSERT_TRUE(model.ok()) << model.status();
  TypesOnly mode;
  const InterpreterScope scope(mode);
  const std::vector<Tensor> arguments = {mode.placeholder({DType::f32, {2, 3}}),
                                         mode.placeholder({DType::i64, {1}}),
                                         mode.placeholder({DType::f16, {2}})};
  EXPECT_EQ(model->build(arguments).status().message(),
            "m.onnx: 2 operators in 2 nodes are not supported (3 checked)\n"
            "  nodes  operator  opset  first   reason\n"
            "      1  Reshape      17  #0 'r'  not-yet; the shape is computed "
            "from values\n"
            "      1  Add          17  #2      dtype f16");
}

TEST(UnsupportedTest, ListsInputsAndWeights) {
  ModelText text{.nodes = {nodeBytes("Relu", {"x"}, {"y"})},
                 .initializers = {tensorBytes<int16_t>("w", 16, {1}, {0})},
                 .inputs = {valueBytes("x", 8, {}),
                            bytes(1, "s") + bytes(2, bytes(4, ""))},
                 .outputs = y};
  EXPECT_EQ(errorOf(modelBytes(text)),
            "m.onnx: 2 operators in 3 nodes are not supported (1 checked)\n"
            "  nodes  operator       opset  first  reason\n"
            "      1  (input)            -  'x'    dtype str\n"
            "      1  (input)            -  's'    type sequence\n"
            "      1  (initializer)      -  'w'    dtype bf16");
}

TEST(UnsupportedTest, NamesAttributesAndOutputs) {
  ModelText text;
  text.inputs = {valueBytes("x", 1, {"1", "1", "4"})};
  text.outputs = {valueBytes("y", 1, {})};
  const std::string window = intsAttribute("kernel_shape", {2});
  text.nodes = {nodeBytes("MaxPool", {"x"}, {"a", "indices"}, {window}),
                nodeBytes("AveragePool", {"a"}, {"b"},
                          {window, textAttribute("auto_pad", "SAME")}),
                nodeBytes("Relu", {"b"}, {"y"}, {intAttribute("inplace", 1)})};
  EXPECT_EQ(errorOf(modelBytes(text)),
            "m.onnx: 3 operators in 3 nodes are not supported (3 checked)\n"
            "  nodes  operator     opset  first  reason\n"
            "      1  MaxPool         17  #0     not-yet; output 1\n"
            "      1  AveragePool     17  #1     attribute auto_pad=SAME\n"
            "      1  Relu            17  #2     attribute inplace");
}

TEST(UnsupportedTest, LooksIntoBranchesAndFunctions) {
  const std::string branch =
      bytes(1, nodeBytes("Gru", {"x"}, {"z"}, {}, "in")) +
      bytes(12, valueBytes("z", 1, {}));
  ModelText text;
  text.inputs = x;
  text.inputs.push_back(valueBytes("c", 9, {}));
  text.outputs = y;
  text.opsets = {{"", 17}, {"own", 1}};
  text.nodes = {nodeBytes("If", {"c"}, {"i"},
                          {graphAttribute("then_branch", branch),
                           graphAttribute("else_branch", branch)}),
                nodeBytes("F", {"i"}, {"y"}, {}, "", "own")};
  text.functions = {bytes(1, "F") + bytes(4, "a") + bytes(5, "b") +
                    bytes(7, nodeBytes("Gru", {"a"}, {"b"})) +
                    bytes(9, bytes(1, "") + number(2, 17)) + bytes(10, "own")};
  EXPECT_EQ(errorOf(modelBytes(text)),
            "m.onnx: 1 operator in 3 nodes are not supported (5 checked)\n"
            "  nodes  operator  opset  first  reason\n"
            "      3  Gru          17  F #0   unknown-op");
}

} // namespace
} // namespace tgc::onnx
