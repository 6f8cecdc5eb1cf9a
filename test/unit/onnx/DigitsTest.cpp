// The example model: its numbers against ONNX Runtime's, and every way to
// damage its file.
#include "ModelBytes.h"

#include "tgc/runtime/io/Npz.h"

#include <cmath>

namespace tgc::onnx {
namespace {

std::string sourceFile(const std::string &path) {
  return TGC_SOURCE_DIR "/" + path;
}

std::string digits() {
  return fileBytes(sourceFile("examples/digits/digits.onnx"));
}

/// Largest difference to what ONNX Runtime computed (test/onnx/data/digits.py).
double worstError(const Tensor &images, const Value &expected) {
  const auto model = importBytes(digits());
  EXPECT_TRUE(model.ok()) << model.status();
  const auto results = model->build(std::vector<Tensor>{images});
  EXPECT_TRUE(results.ok()) << results.status();
  const std::vector<float> got = elementsOf<float>((*results)[0]);
  EXPECT_EQ(static_cast<int64_t>(got.size()), expected.numElements());
  double worst = 0;
  for (size_t i = 0; i < got.size(); ++i)
    worst =
        std::max<double>(worst, std::abs(got[i] - expected.data<float>()[i]));
  return worst;
}

TEST(DigitsTest, MatchesOnnxRuntime) {
  const std::string file = fileBytes(sourceFile("test/onnx/data/digits.npz"));
  const auto values = parseNpz(
      {reinterpret_cast<const uint8_t *>(file.data()), file.size()}, {});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_LT(worstError(fromValue(values->at("drawings")),
                       values->at("drawing_probabilities")),
            1e-6);
  EXPECT_LT(
      worstError(fromValue(values->at("images")), values->at("probabilities")),
      1e-6);
}

TEST(DigitsTest, KeepsItsBatchSymbolic) {
  const auto model = importBytes(digits());
  ASSERT_TRUE(model.ok()) << model.status();
  TypesOnly mode;
  const InterpreterScope scope(mode);
  const std::vector<Tensor> arguments = {
      mode.placeholder({DType::f32, {DimExpr::symbol("batch"), 1, 8, 8}})};
  const auto results = model->build(arguments);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_EQ(typeText((*results)[0].impl()->type), "batchx10xf32");
}

/// Import of damaged bytes ends in a status, and what passes can be built.
bool survives(const std::string &model) {
  const auto imported = importBytes(model);
  if (!imported.ok())
    return false;
  TypesOnly mode;
  const InterpreterScope scope(mode);
  std::vector<Tensor> arguments;
  for (const TensorSpec &spec : imported->inputs()) {
    TensorType type{spec.dtype, {}};
    for (const Dim &size : spec.dims)
      type.dims.push_back(size.expr());
    arguments.push_back(mode.placeholder(std::move(type)));
  }
  return imported->build(arguments).ok();
}

TEST(DigitsTest, RefusesEveryTruncation) {
  const std::string file = digits();
  ASSERT_TRUE(survives(file));
  for (size_t length = 0; length < file.size(); ++length)
    // Only the list of operator sets follows the graph.
    if (survives(file.substr(0, length)))
      ADD_FAILURE() << "a file of " << length << " bytes passes";
}

TEST(DigitsTest, SurvivesEveryFlippedBit) {
  const std::string file = digits();
  int64_t passed = 0;
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    std::string damaged = file;
    damaged[bit / 8] ^= static_cast<char>(1 << bit % 8);
    passed += survives(damaged);
  }
  // Most of the file are weights, whose bits may be anything.
  EXPECT_GT(passed, static_cast<int64_t>(7 * file.size()));
}

} // namespace
} // namespace tgc::onnx
