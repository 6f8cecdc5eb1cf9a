// Signatures, order, scopes and errors of imported models.
#include "ModelBytes.h"

namespace tgc::onnx {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string sizesText(const TensorSpec &spec) {
  std::string text;
  for (const Dim &size : spec.dims)
    text += size.expr().text() + " ";
  return text;
}

ModelText reluOf(std::vector<std::string> inputs) {
  return {.nodes = {nodeBytes("Relu", {"x"}, {"y"})},
          .initializers = {},
          .inputs = std::move(inputs),
          .outputs = {valueBytes("y", 1, {})}};
}

TEST(ImportTest, SizesAreStaticNamedOrOpen) {
  const auto model = importBytes(modelBytes(reluOf(
      {valueBytes("x", 1, {"2", "batch", ""}), valueBytes("b", 6, {})})));
  ASSERT_TRUE(model.ok()) << model.status();
  ASSERT_EQ(model->inputs().size(), 2u);
  EXPECT_EQ(model->inputs()[0].name, "x");
  EXPECT_EQ(model->inputs()[0].dtype, DType::f32);
  EXPECT_EQ(sizesText(model->inputs()[0]), "2 batch x.2 ");
  EXPECT_EQ(model->inputs()[1].dtype, DType::i32);
  EXPECT_EQ(sizesText(model->inputs()[1]), "");
  EXPECT_THAT(model->outputNames(), ElementsAre("y"));
}

TEST(ImportTest, OptionsGiveSizes) {
  const std::string model =
      modelBytes(reluOf({valueBytes("x", 1, {"2", "n", ""})}));
  LoadOptions options;
  options.dims = {{"n", 4}, {"x.2", 5}};
  EXPECT_EQ(sizesText(importBytes(model, options)->inputs()[0]), "2 4 5 ");
  options.dims = {};
  options.shapes = {{"x", {2, 7, dim("m")}}};
  EXPECT_EQ(sizesText(importBytes(model, options)->inputs()[0]), "2 7 m ");

  options.shapes = {{"x", {3, 7, 8}}};
  EXPECT_EQ(errorOf(model, {}, options),
            "m.onnx: input 'x' was given size 3 in dimension 0; expected 2, "
            "which the model fixes\n  fix: give that size");
  options.shapes = {{"x", {2}}};
  EXPECT_THAT(errorOf(model, {}, options),
              HasSubstr("was given 1 sizes; expected 3"));
  options.shapes = {{"z", {2}}};
  EXPECT_THAT(errorOf(model, {}, options),
              HasSubstr("there is no input 'z'; expected one of: 'x'"));
  options.shapes = {};
  options.dims = {{"batch", 2}};
  EXPECT_THAT(errorOf(model, {}, options),
              HasSubstr("there is no size 'batch'; expected one of: 'n', "
                        "'x.2'"));
}

TEST(ImportTest, AnInputWithoutShapeAsksForOne) {
  const std::string input = bytes(1, "x") + bytes(2, bytes(1, number(1, 1)));
  const std::string model = modelBytes(reluOf({input}));
  EXPECT_EQ(errorOf(model), "m.onnx: input 'x' has no shape; expected one\n"
                            "  fix: give it, --shape=x=1x3x224x224");
  LoadOptions options;
  options.shapes = {{"x", {2, 3}}};
  EXPECT_EQ(sizesText(importBytes(model, options)->inputs()[0]), "2 3 ");
}

TEST(ImportTest, RefusesSizesThatNoTensorHas) {
  EXPECT_THAT(errorOf(modelBytes(
                  reluOf({valueBytes("x", 1, {"4611686018427387904", "4"})}))),
              HasSubstr("whose product fits 64 bits"));
  EXPECT_THAT(
      errorOf(modelBytes(reluOf({valueBytes("x", 1, {"1099511627777"})}))),
      HasSubstr("1099511627777 elements; expected at most 1099511627776"));
  EXPECT_THAT(errorOf(modelBytes(reluOf(
                  {valueBytes("x", 1, std::vector<std::string>(33, "1"))}))),
              HasSubstr("33 dimensions; expected at most 32"));
}

TEST(ImportTest, InitializersReplaceInputs) {
  ModelText text{
      .nodes = {nodeBytes("Add", {"x", "w"}, {"y"})},
      .initializers = {tensorBytes<float>("w", 1, {2}, {10, 20})},
      .inputs = {valueBytes("w", 1, {"2"}), valueBytes("x", 1, {"2"})},
      .outputs = {valueBytes("y", 1, {})},
      .opsets = {{"", 7}},
      .functions = {},
      .irVersion = 3};
  EXPECT_THAT(elementsOf<float>(run(text, {tensorOf<float>({2}, {1, 2})})[0]),
              ElementsAre(11, 22));
}

TEST(ImportTest, NodesMayComeInAnyOrder) {
  ModelText text{.nodes = {nodeBytes("Neg", {"b"}, {"y"}),
                           nodeBytes("Abs", {"a"}, {"b"}),
                           nodeBytes("Neg", {"x"}, {"a"})},
                 .initializers = {},
                 .inputs = {valueBytes("x", 1, {"2"})},
                 .outputs = {valueBytes("y", 1, {})}};
  EXPECT_THAT(elementsOf<float>(run(text, {tensorOf<float>({2}, {1, -2})})[0]),
              ElementsAre(-1, -2));
}

TEST(ImportTest, NamesACircle) {
  ModelText text{.nodes = {nodeBytes("Relu", {"x"}, {"first"}),
                           nodeBytes("Add", {"c", "first"}, {"a"}, {}, "one"),
                           nodeBytes("Relu", {"a"}, {"b"}),
                           nodeBytes("Relu", {"b"}, {"c"}, {}, "three")},
                 .initializers = {},
                 .inputs = {valueBytes("x", 1, {"2"})},
                 .outputs = {valueBytes("c", 1, {})}};
  EXPECT_EQ(errorOf(modelBytes(text)),
            "m.onnx: graph 'g': nodes read each other's results in a circle: "
            "#2 -> #3 'three' -> #1 'one' -> #2\n"
            "  fix: repeat with Loop or Scan");
}

TEST(ImportTest, RefusesNamesThatDoNotResolve) {
  ModelText text = reluOf({valueBytes("x", 1, {"2"})});
  text.nodes = {nodeBytes("Relu", {"z"}, {"y"}, {}, "r")};
  EXPECT_EQ(errorOf(modelBytes(text)),
            "m.onnx: node 'r' (Relu): input 0 ('z') is made by no node, input "
            "or initializer\n  fix: export the model again");
  text.nodes = {nodeBytes("Relu", {"x"}, {"z"})};
  EXPECT_THAT(errorOf(modelBytes(text)),
              HasSubstr("output 'y' is made by no node"));
  text.nodes = {nodeBytes("Relu", {"x"}, {"y"}),
                nodeBytes("Abs", {"x"}, {"y"})};
  EXPECT_THAT(errorOf(modelBytes(text)),
              HasSubstr("node #0 (Relu) and node #1 (Abs) both make 'y'"));
  text.nodes = {nodeBytes("Relu", {"x"}, {"x"})};
  EXPECT_THAT(errorOf(modelBytes(text)), HasSubstr("circle"));
  text.nodes = {nodeBytes("Relu", {"x"}, {"y"})};
  text.inputs.push_back(text.inputs[0]);
  EXPECT_THAT(errorOf(modelBytes(text)), HasSubstr("two inputs are named 'x'"));
}

TEST(ImportTest, ErrorsNameNodeAndOperands) {
  ModelText text{.nodes = {nodeBytes("MatMul", {"x", "w"}, {"m"}, {}, "fc1"),
                           nodeBytes("Relu", {"m"}, {"y"}),
                           nodeBytes("Add", {"x", "w"}, {"z"})},
                 .initializers = {tensorBytes<float>("w", 1, {5, 3},
                                                     std::vector<float>(15))},
                 .inputs = {valueBytes("x", 1, {"2", "4"})},
                 .outputs = {valueBytes("y", 1, {})}};
  const std::string error = errorOf(
      modelBytes(text), {tensorOf<float>({2, 4}, std::vector<float>(8))});
  EXPECT_THAT(
      error,
      StartsWith(
          "m.onnx: node 'fc1' (MatMul): tgc.matmul: operand 1 ('b') has size 5 "
          "in dimension 0; expected 4, the size of dimension 1 of operand 0 "
          "('a')\n"
          "  x: 2x4xf32   w: 5x3xf32\n"
          "  fix: "));
  EXPECT_THAT(error, EndsWith("\n  and 1 more error"));
}

TEST(ImportTest, RefusesWhatAnOperatorCannotHave) {
  ModelText text = reluOf({valueBytes("x", 1, {"2"})});
  text.nodes = {nodeBytes("Relu", {"x", "x"}, {"y"})};
  EXPECT_THAT(errorOf(modelBytes(text)), HasSubstr("2 inputs; expected 1"));
  text.nodes = {nodeBytes("Clip", {"x", "x", "x", "x"}, {"y"})};
  EXPECT_THAT(errorOf(modelBytes(text)),
              HasSubstr("4 inputs; expected 1 to 3"));
  text.nodes = {nodeBytes("Concat", {"x"}, {"y"})};
  EXPECT_THAT(errorOf(modelBytes(text)),
              HasSubstr("attribute 'axis' is missing"));
  text.nodes = {nodeBytes("Concat", {"x"}, {"y"}, {floatAttribute("axis", 0)})};
  EXPECT_THAT(errorOf(modelBytes(text)),
              HasSubstr("attribute 'axis' has type 1; expected 2"));
  text.nodes = {nodeBytes("Concat", {"x"}, {"y"}, {intAttribute("axis", 1)})};
  EXPECT_THAT(errorOf(modelBytes(text), {tensorOf<float>({2}, {0, 0})}),
              HasSubstr("attribute 'axis' is 1; expected one in [-1, 1)"));
  text.nodes = {nodeBytes("Concat", {"x"}, {"y"},
                          {intAttribute("axis", 0), intAttribute("axis", 0)})};
  EXPECT_THAT(errorOf(modelBytes(text)), HasSubstr("is given twice"));
}

TEST(ImportTest, NewerVersionsAreWarnings) {
  ModelText text = reluOf({valueBytes("x", 1, {"2"})});
  text.opsets = {{"", 99}};
  text.irVersion = 77;
  std::vector<std::string> warnings;
  LoadOptions options;
  options.warning = [&](std::string_view text) { warnings.emplace_back(text); };
  EXPECT_TRUE(importBytes(modelBytes(text), options).ok());
  EXPECT_THAT(
      warnings,
      ElementsAre("m.onnx: IR version 77 is newer than 14, the newest known",
                  "m.onnx: operator set 99 is newer than 28, the newest "
                  "known"));
  options.strict = true;
  EXPECT_THAT(errorOf(modelBytes(text), {}, options),
              HasSubstr("IR version 77 is newer than 14"));
}

TEST(ImportTest, OldOperatorSetsKeepTheirMeaning) {
  // Softmax before 13: over all dimensions from axis 1 on.
  ModelText text{.nodes = {nodeBytes("Softmax", {"x"}, {"y"})},
                 .initializers = {},
                 .inputs = {valueBytes("x", 1, {"1", "2", "2"})},
                 .outputs = {valueBytes("y", 1, {})}};
  const std::vector<Tensor> zeros = {tensorOf<float>({1, 2, 2}, {0, 0, 0, 0})};
  EXPECT_THAT(elementsOf<float>(run(text, zeros)[0]),
              ElementsAre(.5f, .5f, .5f, .5f));
  text.opsets = {{"", 12}};
  EXPECT_THAT(elementsOf<float>(run(text, zeros)[0]),
              ElementsAre(.25f, .25f, .25f, .25f));
  // Add before 7: the second operand's dimensions lie at `axis`.
  ModelText add{
      .nodes = {nodeBytes(
          "Add", {"a", "b"}, {"y"},
          {intAttribute("broadcast", 1), intAttribute("axis", 0)})},
      .initializers = {},
      .inputs = {valueBytes("a", 1, {"2", "2"}), valueBytes("b", 1, {"2"})},
      .outputs = {valueBytes("y", 1, {})},
      .opsets = {{"", 6}}};
  EXPECT_THAT(elementsOf<float>(run(add, {tensorOf<float>({2, 2}, {1, 2, 3, 4}),
                                          tensorOf<float>({2}, {10, 20})})[0]),
              ElementsAre(11, 12, 23, 24));
}

/// If whose branches add 1 and 2 to x of the graph around them.
std::string chosen(const std::string &condition) {
  auto branch = [](const char *name, float value) {
    return bytes(1, nodeBytes("Add", {"x", name}, {"z"})) +
           bytes(5, tensorBytes<float>(name, 1, {}, {value})) +
           bytes(12, valueBytes("z", 1, {}));
  };
  return nodeBytes("If", {condition}, {"y"},
                   {graphAttribute("then_branch", branch("one", 1)),
                    graphAttribute("else_branch", branch("two", 2))});
}

TEST(ImportTest, TakesTheBranchOfAKnownCondition) {
  ModelText text{.nodes = {nodeBytes("Shape", {"x"}, {"s"}),
                           nodeBytes("Size", {"s"}, {"rank"}),
                           nodeBytes("Equal", {"rank", "r"}, {"c"}),
                           chosen("c")},
                 .initializers = {tensorBytes<int64_t>("r", 7, {}, {1})},
                 .inputs = {valueBytes("x", 1, {"n"})},
                 .outputs = {valueBytes("y", 1, {})}};
  EXPECT_THAT(elementsOf<float>(run(text, {tensorOf<float>({1}, {5})})[0]),
              ElementsAre(6));
  text.inputs = {valueBytes("x", 1, {"n", "1"})};
  EXPECT_THAT(elementsOf<float>(run(text, {tensorOf<float>({1, 1}, {5})})[0]),
              ElementsAre(7));
}

TEST(ImportTest, ChoosesBetweenBranchesByAValue) {
  ModelText text{.nodes = {chosen("c")},
                 .initializers = {},
                 .inputs = {valueBytes("x", 1, {"n"}), valueBytes("c", 9, {})},
                 .outputs = {valueBytes("y", 1, {})}};
  EXPECT_THAT(outputTypes(text), ElementsAre("nxf32"));
  EXPECT_THAT(elementsOf<float>(run(text, {tensorOf<float>({1}, {5}),
                                           tensorOf<bool>({}, {false})})[0]),
              ElementsAre(7));
  // Branches of unlike ranks have no common type.
  auto branch = [](const std::string &node) {
    return bytes(1, node) + bytes(12, valueBytes("z", 1, {}));
  };
  text.nodes = {nodeBytes(
      "If", {"c"}, {"y"},
      {graphAttribute("then_branch",
                      branch(nodeBytes("Unsqueeze", {"x", "zero"}, {"z"}))),
       graphAttribute("else_branch", branch(nodeBytes("Abs", {"x"}, {"z"})))})};
  text.initializers = {i64s("zero", {0})};
  absl::StatusOr<ImportedModel> model = importBytes(modelBytes(text));
  ASSERT_TRUE(model.ok()) << model.status();
  TypesOnly mode;
  const InterpreterScope scope(mode);
  const std::vector<Tensor> arguments = {
      mode.placeholder({DType::f32, {DimExpr::symbol("n")}}),
      mode.placeholder({DType::i1, {}})};
  EXPECT_THAT(std::string(model->build(arguments).status().message()),
              HasSubstr("rank-varies; 2 or 1 dimensions, by a condition on "
                        "values"));
  // An argument with a value decides: what `--const` gives.
  const std::vector<Tensor> decided = {arguments[0],
                                       tensorOf<bool>({}, {true})};
  const auto results = model->build(decided);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_EQ(typeText((*results)[0].impl()->type), "1xnxf32");
}

/// A function with attribute `a` (default 0.5): LeakyRelu twice.
std::string leakyTwice() {
  const std::string slope = bytes(1, "alpha") + number(20, 1) + bytes(21, "a");
  return bytes(1, "Twice") + bytes(4, "v") + bytes(5, "w") +
         bytes(7, nodeBytes("LeakyRelu", {"u"}, {"w"}, {slope})) +
         bytes(7, nodeBytes("LeakyRelu", {"v"}, {"u"}, {slope})) +
         bytes(9, bytes(1, "") + number(2, 16)) + bytes(10, "own") +
         bytes(11, floatAttribute("a", 0.5f));
}

TEST(ImportTest, InlinesFunctionsWithTheirAttributes) {
  ModelText text{.nodes = {nodeBytes("Twice", {"x"}, {"m"}, {}, "", "own"),
                           nodeBytes("Twice", {"m"}, {"y"},
                                     {floatAttribute("a", 2)}, "", "own")},
                 .initializers = {},
                 .inputs = {valueBytes("x", 1, {"2"})},
                 .outputs = {valueBytes("m", 1, {}), valueBytes("y", 1, {})},
                 .opsets = {{"", 17}, {"own", 1}},
                 .functions = {leakyTwice()}};
  const std::vector<Tensor> results =
      run(text, {tensorOf<float>({2}, {8, -8})});
  ASSERT_EQ(results.size(), 2u);
  EXPECT_THAT(elementsOf<float>(results[0]), ElementsAre(8, -2));
  EXPECT_THAT(elementsOf<float>(results[1]), ElementsAre(8, -8));
  text.nodes[1] =
      nodeBytes("Twice", {"m"}, {"y"}, {intAttribute("a", 2)}, "", "own");
  EXPECT_THAT(errorOf(modelBytes(text), {tensorOf<float>({2}, {8, -8})}),
              HasSubstr("attribute 'alpha' has another type in the call"));
}

TEST(ImportTest, CallsMayLeaveInputsOut) {
  // Clip's bounds are optional, so leaving them out reaches the operator.
  const std::string bounded =
      bytes(1, "Bounded") + bytes(4, "v") + bytes(4, "low") + bytes(5, "w") +
      bytes(7, nodeBytes("Clip", {"v", "low"}, {"w"})) +
      bytes(9, bytes(1, "") + number(2, 16)) + bytes(10, "own");
  const std::string passed =
      bytes(1, "Passed") + bytes(4, "v") + bytes(4, "low") + bytes(5, "w") +
      bytes(7, nodeBytes("Add", {"v", "low"}, {"w"})) +
      bytes(9, bytes(1, "") + number(2, 16)) + bytes(10, "own");
  const std::string given =
      bytes(1, "Given") + bytes(4, "v") + bytes(4, "low") + bytes(5, "low") +
      bytes(9, bytes(1, "") + number(2, 16)) + bytes(10, "own");
  ModelText text{.nodes = {nodeBytes("Bounded", {"x"}, {"y"}, {}, "", "own")},
                 .initializers = {},
                 .inputs = {valueBytes("x", 1, {"2"})},
                 .outputs = {valueBytes("y", 1, {})},
                 .opsets = {{"", 17}, {"own", 1}},
                 .functions = {bounded, passed, given}};
  const Tensor x = tensorOf<float>({2}, {1, -2});
  EXPECT_THAT(elementsOf<float>(run(text, {x})[0]), ElementsAre(1, -2));
  text.nodes = {nodeBytes("Passed", {"x", ""}, {"y"}, {}, "", "own")};
  EXPECT_THAT(errorOf(modelBytes(text), {x}), HasSubstr("Add"));
  text.nodes = {nodeBytes("Given", {"x"}, {"y"}, {}, "", "own")};
  EXPECT_THAT(errorOf(modelBytes(text), {x}), HasSubstr("output 'y'"));
}

TEST(ImportTest, NodesMakeOutputs) {
  for (const char *op : {"Split", "BatchNormalization", "Relu"}) {
    std::vector<std::string> inputs(
        op == std::string("BatchNormalization") ? 5 : 1, "x");
    ModelText text{.nodes = {nodeBytes(op, inputs, {})},
                   .initializers = {},
                   .inputs = {valueBytes("x", 1, {"2"})},
                   .outputs = {valueBytes("x", 1, {})}};
    EXPECT_THAT(errorOf(modelBytes(text)), HasSubstr("no outputs; expected 1"));
  }
}

/// Functions F0 to F<n-1>, each of which calls the next one twice.
std::vector<std::string> doubling(int count) {
  std::vector<std::string> functions;
  for (int i = 0; i < count; ++i) {
    const std::string next = i + 1 < count ? "F" + std::to_string(i + 1) : "";
    auto call = [&](const char *from, const char *to) {
      return bytes(7, next.empty()
                          ? nodeBytes("Neg", {from}, {to})
                          : nodeBytes(next, {from}, {to}, {}, "", "own"));
    };
    functions.push_back(bytes(1, "F" + std::to_string(i)) + bytes(4, "a") +
                        bytes(5, "c") + call("a", "b") + call("b", "c") +
                        bytes(9, bytes(1, "") + number(2, 17)) +
                        bytes(9, bytes(1, "own") + number(2, 1)) +
                        bytes(10, "own"));
  }
  return functions;
}

TEST(ImportTest, BoundsFunctions) {
  ModelText text{.nodes = {nodeBytes("F0", {"x"}, {"y"}, {}, "", "own")},
                 .initializers = {},
                 .inputs = {valueBytes("x", 1, {"1"})},
                 .outputs = {valueBytes("y", 1, {})},
                 .opsets = {{"", 17}, {"own", 1}},
                 .functions = doubling(4)};
  const std::vector<Tensor> one = {tensorOf<float>({1}, {1})};
  EXPECT_THAT(elementsOf<float>(run(text, one)[0]), ElementsAre(1));
  text.functions = doubling(90); // 2^90 nodes
  LoadOptions options;
  options.limits.ops = 1000;
  EXPECT_THAT(errorOf(modelBytes(text), one, options),
              HasSubstr("more than 1000 nodes once functions and "
                        "sequences are unrolled"));
  text.functions = doubling(101);
  EXPECT_THAT(errorOf(modelBytes(text), one),
              HasSubstr("function 'F100' is called 101 deep; expected at most "
                        "100"));
  text.functions = {bytes(1, "F0") + bytes(4, "a") + bytes(5, "b") +
                    bytes(7, nodeBytes("F0", {"a"}, {"b"}, {}, "", "own")) +
                    bytes(10, "own")};
  EXPECT_THAT(errorOf(modelBytes(text), one),
              HasSubstr("function 'F0' calls itself"));
}

} // namespace
} // namespace tgc::onnx
