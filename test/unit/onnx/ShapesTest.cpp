// Sizes on their way through a model: what stays an expression, what becomes a
// number, and slices against a slow definition.
#include "ModelBytes.h"

#include "tgc/frontend/onnx/ShapeRules.h"

namespace tgc::onnx {
namespace {

using testing::ElementsAre;

ModelText modelOf(std::vector<std::string> nodes,
                  std::vector<std::string> initializers,
                  std::vector<std::string> inputSizes) {
  return {.nodes = std::move(nodes),
          .initializers = std::move(initializers),
          .inputs = {valueBytes("x", 1, inputSizes)},
          .outputs = {valueBytes("y", 1, {})}};
}

TEST(ShapesTest, FlattensADynamicBatch) {
  // What exporters write for x.view(x.size(0), -1).
  const ModelText text = modelOf(
      {nodeBytes("Shape", {"x"}, {"s"}),
       nodeBytes("Gather", {"s", "zero"}, {"n"}),
       nodeBytes("Unsqueeze", {"n", "axis"}, {"n1"}),
       nodeBytes("Concat", {"n1", "rest"}, {"to"}, {intAttribute("axis", 0)}),
       nodeBytes("Reshape", {"x", "to"}, {"y"})},
      {tensorBytes<int64_t>("zero", 7, {}, {0}), i64s("axis", {0}),
       i64s("rest", {-1})},
      {"batch", "3", "4"});
  EXPECT_THAT(outputTypes(text), ElementsAre("batchx12xf32"));
}

TEST(ShapesTest, SplitsHeadsOfASymbolicLength) {
  const ModelText text =
      modelOf({nodeBytes("Reshape", {"x", "to"}, {"h"}),
               nodeBytes("Transpose", {"h"}, {"y"},
                         {intsAttribute("perm", {0, 2, 1, 3})})},
              {i64s("to", {0, 0, 8, -1})}, {"b", "t", "512"});
  EXPECT_THAT(outputTypes(text), ElementsAre("bx8xtx64xf32"));
}

TEST(ShapesTest, ComputesWithSizes) {
  // (3 * h + 1) / 2, as floats and back: the way of an interpolation.
  const ModelText text =
      modelOf({nodeBytes("Shape", {"x"}, {"s"}),
               nodeBytes("Cast", {"s"}, {"f"}, {intAttribute("to", 1)}),
               nodeBytes("Mul", {"f", "three"}, {"d"}),
               nodeBytes("Floor", {"d"}, {"e"}),
               nodeBytes("Cast", {"e"}, {"i"}, {intAttribute("to", 7)}),
               nodeBytes("Add", {"i", "one"}, {"j"}),
               nodeBytes("Div", {"j", "half"}, {"k"}),
               nodeBytes("ConstantOfShape", {"k"}, {"y"})},
              {tensorBytes<float>("three", 1, {1}, {3}), i64s("one", {1}),
               i64s("half", {2})},
              {"h"});
  EXPECT_THAT(outputTypes(text), ElementsAre("(h + floor_div(h + 1, 2))xf32"));
}

TEST(ShapesTest, SymbolicSizesBecomeValues) {
  // x + the size of x: the size is needed as a tensor.
  const ModelText text =
      modelOf({nodeBytes("Shape", {"x"}, {"s"}),
               nodeBytes("Cast", {"s"}, {"f"}, {intAttribute("to", 1)}),
               nodeBytes("Add", {"x", "f"}, {"y"})},
              {}, {"n"});
  EXPECT_THAT(outputTypes(text), ElementsAre("nxf32"));
  EXPECT_THAT(
      elementsOf<float>(run(text, {tensorOf<float>({3}, {0, 1, 2})})[0]),
      ElementsAre(3, 4, 5));
}

TEST(ShapesTest, ExpandsOpenSizes) {
  const ModelText text =
      modelOf({nodeBytes("Shape", {"x"}, {"s"}),
               nodeBytes("Expand", {"row", "s"}, {"y"})},
              {tensorBytes<float>("row", 1, {1, 3}, {1, 2, 3})}, {"n", "1"});
  EXPECT_THAT(outputTypes(text), ElementsAre("nx3xf32"));
}

TEST(ShapesTest, ASizeIsNoMinusOne) {
  // How exporters expand to sizes of which some are -1, "keep".
  const ModelText text = modelOf(
      {nodeBytes("Shape", {"x"}, {"s"}), nodeBytes("Shape", {"s"}, {"rank"}),
       nodeBytes(
           "ConstantOfShape", {"rank"}, {"ones"},
           {tensorAttribute("value", tensorBytes<int64_t>("", 7, {1}, {1}))}),
       nodeBytes("Mul", {"ones", "minus"}, {"keep"}),
       nodeBytes("Equal", {"s", "keep"}, {"kept"}),
       nodeBytes("Where", {"kept", "ones", "s"}, {"to"}),
       nodeBytes("Expand", {"row", "to"}, {"y"})},
      {tensorBytes<int64_t>("minus", 7, {}, {-1}),
       tensorBytes<float>("row", 1, {1, 1}, {1})},
      {"n", "3"});
  EXPECT_THAT(outputTypes(text), ElementsAre("nx3xf32"));
}

TEST(ShapesTest, FoldsWhatIsNoVectorOnTheWay) {
  // Pairs of padding turned round as a matrix: pads 1, 2 behind dimension 1,
  // 3, 4 behind dimension 0.
  const ModelText text = modelOf(
      {nodeBytes("Reshape", {"pairs", "matrix"}, {"a"}),
       nodeBytes("Slice", {"a", "last", "before", "zero", "last"}, {"b"}),
       nodeBytes("Transpose", {"b"}, {"c"}),
       nodeBytes("Reshape", {"c", "last"}, {"pads"}),
       nodeBytes("Pad", {"x", "pads"}, {"y"})},
      {i64s("pairs", {1, 2, 3, 4}), i64s("matrix", {-1, 2}), i64s("last", {-1}),
       i64s("before", {INT64_MIN}), i64s("zero", {0})},
      {"10", "20"});
  EXPECT_THAT(outputTypes(text), ElementsAre("17x23xf32"));
}

TEST(ShapesTest, DoesNotFoldIntoLargeResults) {
  // Four bytes of file, a terabyte of ones: stays an op.
  const ModelText text = modelOf({nodeBytes("Expand", {"one", "huge"}, {"e"}),
                                  nodeBytes("Add", {"x", "one"}, {"y"})},
                                 {tensorBytes<float>("one", 1, {1}, {1}),
                                  i64s("huge", {1 << 19, 1 << 19})},
                                 {"2"});
  EXPECT_THAT(outputTypes(text), ElementsAre("2xf32"));
}

TEST(ShapesTest, SlicesLikeOnnx) {
  auto sliced = [](std::vector<int64_t> start, std::vector<int64_t> end) {
    return outputTypes(modelOf({nodeBytes("Slice", {"x", "from", "to"}, {"y"})},
                               {i64s("from", start), i64s("to", end)},
                               {"n"}))[0];
  };
  EXPECT_EQ(sliced({0}, {INT64_MAX}), "nxf32");
  EXPECT_EQ(sliced({0}, {1}), "1xf32");
  EXPECT_EQ(sliced({-1}, {INT64_MAX}), "1xf32");
  EXPECT_EQ(sliced({0}, {-1}), "(max(n - 1, 0))xf32");
  EXPECT_EQ(sliced({2}, {5}), "(max(-min(n, 2) + min(n, 5), 0))xf32");
}

/// The elements of 0, 1, ... size - 1 that ONNX's text selects.
std::vector<int64_t> slowSlice(int64_t start, int64_t end, int64_t step,
                               int64_t size) {
  if (start < 0)
    start += size;
  if (end < 0)
    end += size;
  if (size == 0)
    return {};
  start = std::clamp<int64_t>(start, 0, step > 0 ? size : size - 1);
  end = std::clamp<int64_t>(end, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
  std::vector<int64_t> result;
  for (int64_t i = start; step > 0 ? i < end : i > end; i += step)
    result.push_back(i);
  return result;
}

TEST(ShapesTest, RangesMatchTheDefinition) {
  for (int64_t size : {0, 1, 2, 5})
    for (int64_t start = -7; start <= 7; ++start)
      for (int64_t end = -7; end <= 7; ++end)
        for (int64_t step : {-9, -3, -2, -1, 1, 2, 3, 9}) {
          const auto expected = slowSlice(start, end, step, size);
          const auto range = shape::sliceRange(start, end, step, size);
          ASSERT_EQ(range.count.constant(),
                    static_cast<int64_t>(expected.size()))
              << start << ':' << end << ':' << step << " of " << size;
          if (!expected.empty())
            ASSERT_EQ(range.offset.constant(), expected[0]);
        }
}

TEST(ShapesTest, RangesOfSymbolicSizesHoldForEverySize) {
  const DimExpr n = DimExpr::symbol("n");
  for (int64_t start = -4; start <= 4; ++start)
    for (int64_t end = -4; end <= 4; ++end)
      for (int64_t step : {-2, -1, 1, 2}) {
        const auto range = shape::sliceRange(start, end, step, n);
        // One element is promised where the size is large enough.
        const int64_t least = range.count.isConstant() ? 5 : 0;
        for (int64_t size = least; size < 9; ++size) {
          const auto lookup = [&](std::string_view) {
            return std::optional<int64_t>(size);
          };
          const auto expected = slowSlice(start, end, step, size);
          ASSERT_EQ(range.count.evaluate(lookup),
                    static_cast<int64_t>(expected.size()))
              << start << ':' << end << ':' << step << " of " << size;
          if (!expected.empty())
            ASSERT_EQ(range.offset.evaluate(lookup), expected[0]);
        }
      }
}

TEST(ShapesTest, CancelsCommonFactors) {
  const DimExpr b = DimExpr::symbol("b"), t = DimExpr::symbol("t");
  EXPECT_EQ(quotient({b, t, 512}, {b, t, 8}).text(), "64");
  EXPECT_EQ(quotient({b, 12, t}, {12}).text(), "b*t");
  EXPECT_EQ(quotient({6}, {4}).text(), "1");
  EXPECT_EQ(quotient({b, b}, {b}).text(), "b");
}

} // namespace
} // namespace tgc::onnx
