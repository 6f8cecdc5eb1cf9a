// Shapes, slices and joins as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/onnx/ShapeRules.h"
#include "tgc/frontend/onnx/TensorData.h"
#include "tgc/frontend/onnx/convert/Slices.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tgc::onnx::convert {
namespace {

/// axes of Squeeze and Unsqueeze: an attribute, an input from version 13 on.
std::vector<int64_t> axesOf(Conversion &c) {
  return c.since() >= 13 && c.has(1) ? c.constantIntegers(1, "axes")
                                     : c.integers("axes");
}

template <class T> Value vectorValue(const std::vector<T> &elements) {
  Value value = valueOrThrow(
      Value::allocate(dtypeOf<T>, {static_cast<int64_t>(elements.size())}),
      std::source_location::current());
  std::copy(elements.begin(), elements.end(), value.data<T>());
  return value;
}

template <class T> Value scalarValue(T element) {
  Value value = vectorValue<T>({element});
  value.shape.clear();
  return value;
}

} // namespace

Operands concat(Conversion &c) {
  std::vector<Tensor> parts;
  for (int i = 0; i < c.numInputs(); ++i)
    parts.push_back(c.input(i));
  return {tgc::concatenate(parts, c.axis("axis", parts[0].rank()))};
}

Operands constant(Conversion &c) {
  if (c.hasAttribute("value"))
    return {c.tensor("value")};
  if (c.hasAttribute("value_float"))
    return {scalarValue(static_cast<float>(c.real("value_float")))};
  if (c.hasAttribute("value_floats"))
    return {vectorValue(c.reals("value_floats"))};
  if (c.hasAttribute("value_int"))
    return {scalarValue(c.integer("value_int"))};
  if (c.hasAttribute("value_ints"))
    return {vectorValue(c.integers("value_ints"))};
  c.invalid("there is no value; expected one of the attributes value, "
            "value_float, value_floats, value_int and value_ints\n  fix: "
            "export the model again");
}

Operands constantOfShape(Conversion &c) {
  const std::vector<DimExpr> sizes = c.knownIntegers(0, "the shape");
  Operand element(scalarValue(0.0f));
  if (c.hasAttribute("value")) {
    if (c.tensor("value").numElements() != 1)
      c.invalid(absl::StrCat("attribute 'value' has ",
                             c.tensor("value").numElements(),
                             " elements; expected 1"));
    element = c.tensor("value");
  }
  const Tensor scalar = tgc::reshape(element.materialized(), {});
  return {tgc::broadcast_to(scalar, dimsOf(sizes))};
}

/// Dimensions of size 1 expand in both directions.
Operands expand(Conversion &c) {
  const Tensor x = c.input(0);
  std::vector<DimExpr> sizes = c.knownIntegers(1, "the shape");
  const std::vector<DimExpr> own = sizesOf(x);
  if (own.size() > sizes.size())
    sizes.insert(sizes.begin(), own.size() - sizes.size(), DimExpr(1));
  for (size_t d = 0; d < own.size(); ++d) {
    DimExpr &size = sizes[sizes.size() - own.size() + d];
    if (size.constant() == 1)
      size = own[d];
  }
  return {tgc::broadcast_to(x, dimsOf(sizes))};
}

Operands flatten(Conversion &c) {
  return {tgc::flatten(c.input(0), c.integer("axis"))};
}

/// 0 keeps a size, unless the node says it is one; -1 is what is left.
Operands reshape(Conversion &c) {
  const Tensor x = c.input(0);
  std::vector<DimExpr> sizes;
  if (c.since() < 5)
    for (int64_t size : c.integers("shape"))
      sizes.push_back(size);
  else
    sizes = c.knownIntegers(1, "the shape");
  const std::vector<DimExpr> own = sizesOf(x);
  const bool keepZero = c.integer("allowzero") != 0;
  std::optional<size_t> open;
  std::vector<DimExpr> others;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (sizes[d].constant() == 0 && !keepZero) {
      if (d >= own.size())
        c.invalid(absl::StrCat("the shape keeps size ", d,
                               " of input 0, "
                               "which has ",
                               own.size(), " dimensions"));
      sizes[d] = own[d];
    }
    if (sizes[d].constant() == -1) {
      if (open)
        c.invalid("the shape has -1 twice; expected at most once");
      open = d;
    } else {
      others.push_back(sizes[d]);
    }
  }
  if (open && product(others).constant() == 0)
    sizes[*open] = 0;
  else if (open)
    sizes[*open] = quotient(own, others);
  return {tgc::reshape(x, dimsOf(sizes))};
}

Operands shapeOf(Conversion &c) { return {*shape::shapeOf(c)}; }
Operands sizeOf(Conversion &c) { return {*shape::sizeOf(c)}; }

Operands slice(Conversion &c) {
  Tensor x = c.input(0);
  const bool inputs = c.since() >= 10;
  auto list = [&](const char *name, int i) {
    if (inputs)
      return c.knownIntegers(i, name);
    const std::vector<int64_t> numbers = c.integers(name);
    return std::vector<DimExpr>(numbers.begin(), numbers.end());
  };
  const std::vector<DimExpr> starts = list("starts", 1), ends = list("ends", 2);
  std::vector<int64_t> axes =
      inputs && c.has(3) ? c.constantIntegers(3, "axes") : c.integers("axes");
  if (axes.empty() && !(inputs && c.has(3)) && !c.hasAttribute("axes")) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  std::vector<int64_t> steps(starts.size(), 1);
  if (inputs && c.has(4))
    steps = c.constantIntegers(4, "steps");
  if (ends.size() != starts.size() || axes.size() != starts.size() ||
      steps.size() != starts.size())
    c.invalid(absl::StrCat("starts, ends, axes and steps have ", starts.size(),
                           ", ", ends.size(), ", ", axes.size(), " and ",
                           steps.size(), " entries; expected equally many"));

  std::vector<DimExpr> offsets(static_cast<size_t>(x.rank()), DimExpr(0));
  std::vector<DimExpr> sizes = sizesOf(x), strides(offsets.size(), DimExpr(1));
  std::vector<int64_t> reversed;
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t axis = c.normalAxis(axes[i], x.rank(), "an axis");
    const auto d = static_cast<size_t>(axis);
    if (steps[i] == 0 || steps[i] == INT64_MIN)
      c.invalid(absl::StrCat("a step is ", steps[i],
                             "; expected a number other than 0"));
    const DimExpr size = x.size(axis).expr();
    const auto range = shape::sliceRange(starts[i], ends[i], steps[i], size);
    sizes[d] = range.count;
    strides[d] = steps[i] < 0 ? -steps[i] : steps[i];
    offsets[d] = range.offset;
    if (steps[i] < 0) { // from the end of the mirrored dimension
      reversed.push_back(axis);
      offsets[d] = size - 1 - range.offset;
    }
  }
  if (!reversed.empty())
    x = tgc::reverse(x, reversed);
  return {tgc::slice(x, dimsOf(offsets), dimsOf(sizes), dimsOf(strides))};
}

/// Parts of the sizes in `split`, or as equal as they get.
Operands split(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t axis = c.axis("axis", x.rank());
  const DimExpr size = x.size(axis).expr();
  std::vector<DimExpr> parts;
  if (c.since() >= 13 && c.has(1))
    parts = c.knownIntegers(1, "the split");
  for (int64_t part : c.integers("split"))
    parts.push_back(part);
  if (parts.empty()) {
    const int64_t count = c.hasAttribute("num_outputs")
                              ? c.integer("num_outputs")
                              : int64_t{c.numOutputs()};
    if (count != c.numOutputs())
      c.invalid(absl::StrCat("attribute 'num_outputs' is ", count,
                             "; expected ", c.numOutputs(),
                             ", the number of outputs"));
    const DimExpr part = floor_div(size + (count - 1), count);
    parts.assign(static_cast<size_t>(count), part);
    parts.back() = size - part * (count - 1);
  }
  if (parts.size() != static_cast<size_t>(c.numOutputs()))
    c.invalid(absl::StrCat("the split has ", parts.size(), " parts; expected ",
                           c.numOutputs(), ", the number of outputs"));
  DimExpr total = 0;
  Operands results;
  for (const DimExpr &part : parts) {
    results.push_back(sliceOf(x, axis, total, part));
    total = total + part;
  }
  if (total.provablyDifferent(size))
    c.invalid(absl::StrCat("the parts of the split add up to ", total.text(),
                           "; expected ", size.text(),
                           ", the size of dimension ", axis));
  return results;
}

/// Without axes every dimension that is a static 1 goes.
Operands squeeze(Conversion &c) {
  const Tensor x = c.input(0);
  std::vector<int64_t> axes = axesOf(c);
  if (axes.empty() && !(c.since() >= 13 && c.has(1)))
    for (int64_t d = 0; d < x.rank(); ++d) {
      if (!x.size(d).expr().isConstant())
        c.unsupported(Reason::RankUnknown, "; no axes, and " +
                                               x.size(d).expr().text() +
                                               " may be 1");
      if (x.size(d).expr().constant() == 1)
        axes.push_back(d);
    }
  return {tgc::squeeze(x, axes)};
}

Operands unsqueeze(Conversion &c) {
  return {tgc::unsqueeze(c.input(0), axesOf(c))};
}

Operands tile(Conversion &c) {
  return {tgc::tile(c.input(0), dimsOf(c.knownIntegers(1, "repeats")))};
}

/// Tile-1: `tiles` times along one axis.
Operands tileOneAxis(Conversion &c) {
  const Tensor x = c.input(0);
  const std::vector<DimExpr> times = c.knownIntegers(1, "tiles");
  const std::vector<int64_t> axis = c.constantIntegers(2, "the axis");
  if (times.size() != 1 || axis.size() != 1)
    c.invalid("tiles and axis are scalars; got vectors");
  std::vector<DimExpr> repeats(static_cast<size_t>(x.rank()), DimExpr(1));
  repeats[static_cast<size_t>(c.normalAxis(axis[0], x.rank(), "axis"))] =
      times[0];
  return {tgc::tile(x, dimsOf(repeats))};
}

Operands transpose(Conversion &c) {
  const Tensor x = c.input(0);
  std::vector<int64_t> perm = c.integers("perm");
  if (!c.hasAttribute("perm")) { // all dimensions the other way round
    perm.resize(static_cast<size_t>(x.rank()));
    std::iota(perm.rbegin(), perm.rend(), 0);
  }
  return {tgc::transpose(x, perm)};
}

/// Channels to blocks: the block's position comes before (DCR) or after (CRD)
/// the channel that stays.
Operands depthToSpace(Conversion &c) {
  const Tensor x = c.input(0);
  if (x.rank() != 4)
    c.invalid(
        absl::StrCat("input 0 has ", x.rank(), " dimensions; expected 4"));
  const int64_t block = c.integer("blocksize");
  if (block < 1 || block > INT32_MAX)
    c.invalid(absl::StrCat("attribute 'blocksize' is ", block));
  const Dim n = x.size(0), h = x.size(2), w = x.size(3);
  const Dim channels = floor_div(x.size(1), block * block);
  const bool blockFirst = c.text("mode") == "DCR";
  const Tensor split = blockFirst
                           ? tgc::reshape(x, {n, block, block, channels, h, w})
                           : tgc::reshape(x, {n, channels, block, block, h, w});
  const Axes perm =
      blockFirst ? Axes{0, 3, 4, 1, 5, 2} : Axes{0, 1, 4, 2, 5, 3};
  return {tgc::reshape(tgc::transpose(split, perm),
                       {n, channels, h * block, w * block})};
}

Operands spaceToDepth(Conversion &c) {
  const Tensor x = c.input(0);
  if (x.rank() != 4)
    c.invalid(
        absl::StrCat("input 0 has ", x.rank(), " dimensions; expected 4"));
  const int64_t block = c.integer("blocksize");
  if (block < 1 || block > INT32_MAX)
    c.invalid(absl::StrCat("attribute 'blocksize' is ", block));
  const Dim n = x.size(0), channels = x.size(1);
  const Dim h = floor_div(x.size(2), block), w = floor_div(x.size(3), block);
  const Tensor split = tgc::reshape(x, {n, channels, h, block, w, block});
  return {tgc::reshape(tgc::transpose(split, {0, 3, 5, 1, 2, 4}),
                       {n, channels * block * block, h, w})};
}

} // namespace tgc::onnx::convert
