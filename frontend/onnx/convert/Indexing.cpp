// Positions and what lies there, as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/onnx/TensorData.h"
#include "tgc/frontend/onnx/convert/Slices.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tgc::onnx::convert {
namespace {

std::vector<int64_t> counting(int64_t from, int64_t to) {
  std::vector<int64_t> result(
      static_cast<size_t>(std::max<int64_t>(to - from, 0)));
  std::iota(result.begin(), result.end(), from);
  return result;
}

/// True if the indices are constants that are not negative.
bool notNegative(const std::optional<Value> &indices) {
  if (!indices)
    return false;
  for (int64_t i = 0; i < indices->numElements(); ++i)
    if ((indices->dtype == DType::i32 ? indices->data<int32_t>()[i]
                                      : indices->data<int64_t>()[i]) < 0)
      return false;
  return true;
}

/// Indices into a dimension of `size`, negative ones counted from the end.
Tensor fromStart(Conversion &c, int i, const Dim &size) {
  const Tensor indices = c.input(i);
  if (indices.dtype() != DType::i32 && indices.dtype() != DType::i64)
    c.invalid(absl::StrCat("input ", i, " has dtype ",
                           std::string(dtypeName(indices.dtype())),
                           "; expected i32 or i64"));
  if (notNegative(c.constant(i)))
    return indices;
  const Tensor negative = tgc::compare(indices, 0, CompareDirection::LT);
  const Tensor counted =
      tgc::add(indices, tgc::size_tensor(size, indices.dtype()));
  return tgc::select(negative, counted, indices);
}

/// x at one constant position of `axis`, which goes if `scalar`.
Tensor sliceAt(const Tensor &x, int64_t axis, int64_t at, bool scalar) {
  const DimExpr size = x.size(axis).expr();
  const Tensor y = sliceOf(x, axis, at < 0 ? at + size : DimExpr(at), 1);
  return scalar ? tgc::squeeze(y, {axis}) : y;
}

/// i64 positions along dimension `dim`, shaped to broadcast with a tensor of
/// `rank` dimensions.
Tensor positions(const Dim &size, int64_t dim, int64_t rank) {
  std::vector<int64_t> others;
  for (int64_t d = 0; d < rank; ++d)
    if (d != dim)
      others.push_back(d);
  return tgc::unsqueeze(tgc::iota(0, {size}, DType::i64), others);
}

/// The one element of a constant input as a double.
double constantNumber(Conversion &c, int i, const char *what) {
  const std::optional<Value> value = c.constant(i);
  if (!value || value->numElements() != 1)
    c.unsupported(Reason::NotYet,
                  absl::StrCat("; ", what, " is computed from values"));
  switch (value->dtype) {
  case DType::f32:
    return *value->data<float>();
  case DType::f64:
    return *value->data<double>();
  case DType::i32:
    return *value->data<int32_t>();
  case DType::i64:
    return static_cast<double>(*value->data<int64_t>());
  default:
    c.unsupported(Reason::DType, std::string(dtypeName(value->dtype)));
  }
}

} // namespace

Operands gather(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t axis = c.axis("axis", x.rank());
  if (const std::optional<ShapeValue> known = c.shapeValue(1);
      known && known->isConstant() && known->elements.size() == 1) {
    const int64_t at = *known->elements[0].constant();
    return {sliceAt(x, axis, at, known->scalar)};
  }
  const Tensor indices = fromStart(c, 1, x.size(axis));
  std::vector<int64_t> offsetDims = counting(0, axis);
  for (int64_t d = axis; d < x.rank() - 1; ++d)
    offsetDims.push_back(d + indices.rank());
  std::vector<DimExpr> sizes = sizesOf(x);
  sizes[static_cast<size_t>(axis)] = 1;
  return {tgc::gather(x, indices, offsetDims, {axis}, {axis}, indices.rank(),
                      dimsOf(sizes))};
}

/// Every index becomes a whole position: its own place, but along `axis`.
Operands gatherElements(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t rank = x.rank(), axis = c.axis("axis", rank);
  const Tensor indices =
      tgc::convert(fromStart(c, 1, x.size(axis)), DType::i64);
  if (indices.rank() != rank)
    c.invalid(absl::StrCat("input 1 has ", indices.rank(),
                           " dimensions; expected ", rank,
                           ", as many as input 0"));
  std::vector<Tensor> parts;
  for (int64_t d = 0; d < rank; ++d) {
    const Tensor part =
        d == axis ? indices
                  : tgc::broadcast_to(positions(indices.size(d), d, rank),
                                      indices.shape());
    parts.push_back(tgc::unsqueeze(part, {rank}));
  }
  const std::vector<int64_t> all = counting(0, rank);
  const std::vector<int64_t> ones(all.size(), 1);
  return {
      tgc::gather(x, tgc::concatenate(parts, rank), {}, all, all, rank, ones)};
}

Operands gatherNd(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t batch = c.integer("batch_dims");
  const int64_t last = c.rank(1) - 1;
  const std::vector<DimExpr> indexSizes = c.operand(1).sizes();
  if (last < 0 || batch < 0 || batch > std::min(last, x.rank()))
    c.invalid(absl::StrCat("attribute 'batch_dims' is ", batch,
                           "; expected one in [0, ", std::min(last, x.rank()),
                           "]"));
  const std::optional<int64_t> width =
      indexSizes[static_cast<size_t>(last)].constant();
  if (!width)
    c.unsupported(Reason::RankUnknown,
                  "; indices have " +
                      indexSizes[static_cast<size_t>(last)].text() +
                      " components");
  if (*width < 1 || *width > x.rank() - batch)
    c.invalid(absl::StrCat("the last dimension of input 1 has size ",
                           indexSizes[static_cast<size_t>(last)].text(),
                           "; expected a number in [1, ", x.rank() - batch,
                           "]"));
  Tensor indices = c.input(1);
  const std::vector<int64_t> mapped = counting(batch, batch + *width);
  std::vector<DimExpr> sizes = sizesOf(x);
  if (!notNegative(c.constant(1))) {
    const ShapeValue extents{
        indices.dtype(),
        false,
        {sizes.begin() + batch, sizes.begin() + batch + *width}};
    indices = tgc::select(tgc::compare(indices, 0, CompareDirection::LT),
                          tgc::add(indices, tensorOf(extents)), indices);
  }
  for (int64_t d = 0; d < batch + *width; ++d)
    sizes[static_cast<size_t>(d)] = 1;
  GatherOptions options;
  options.operand_batching_dims = counting(0, batch);
  options.indices_batching_dims = counting(0, batch);
  return {tgc::gather(x, indices,
                      counting(last, last + x.rank() - batch - *width), mapped,
                      mapped, last, dimsOf(sizes), options)};
}

/// start, start + delta, ... below (above) limit.
Operands range(Conversion &c) {
  const DType dtype = c.dtype(0);
  const auto start = c.shapeValue(0), limit = c.shapeValue(1),
             step = c.shapeValue(2);
  DimExpr count;
  if (start && limit && step && step->elements.size() == 1 &&
      start->elements.size() == 1 && limit->elements.size() == 1 &&
      step->isConstant() && step->elements[0].constant() != 0) {
    const int64_t by = *step->elements[0].constant();
    const DimExpr length = by > 0 ? limit->elements[0] - start->elements[0]
                                  : start->elements[0] - limit->elements[0];
    const int64_t width = by > 0 ? by : -by;
    count = max(floor_div(length + (width - 1), width), 0);
  } else {
    const double by = constantNumber(c, 2, "delta");
    const double length =
        constantNumber(c, 1, "the limit") - constantNumber(c, 0, "the start");
    const double steps = std::ceil(length / by);
    if (!(steps < static_cast<double>(INT64_MAX)))
      c.invalid("delta is 0, or the range has no end");
    count = steps > 0 ? static_cast<int64_t>(steps) : 0;
  }
  const Tensor index = tgc::iota(0, {Dim(count)}, dtype);
  const Tensor first = tgc::reshape(c.input(0), {});
  const Tensor by = tgc::reshape(c.input(2), {});
  return {tgc::add(tgc::multiply(index, by), first)};
}

Operands oneHot(Conversion &c) {
  const std::vector<DimExpr> depth = c.knownIntegers(1, "depth");
  if (depth.size() != 1)
    c.invalid(
        absl::StrCat("depth has ", depth.size(), " elements; expected 1"));
  const Tensor indices = c.input(0), values = c.input(2);
  const int64_t rank = indices.rank() + 1;
  const int64_t axis = c.axis("axis", rank);
  if (values.rank() != 1)
    c.invalid("input 2 is no vector; expected the values off and on");
  const Dim size(depth[0]);
  const Tensor whole = tgc::convert(indices, DType::i64);
  const Tensor counted =
      tgc::select(tgc::compare(whole, 0, CompareDirection::LT),
                  tgc::add(whole, tgc::size_tensor(size)), whole);
  const Tensor hot =
      tgc::compare(tgc::unsqueeze(counted, {axis}), positions(size, axis, rank),
                   CompareDirection::EQ);
  return {tgc::select(hot, sliceAt(values, 0, 1, true),
                      sliceAt(values, 0, 0, true))};
}

/// 1 where column = row + k.
Operands eyeLike(Conversion &c) {
  const std::vector<DimExpr> sizes = c.operand(0).sizes();
  if (sizes.size() != 2)
    c.invalid(
        absl::StrCat("input 0 has ", sizes.size(), " dimensions; expected 2"));
  std::optional<DType> dtype = c.dtype(0);
  if (c.hasAttribute("dtype"))
    dtype = dtypeFromId(static_cast<int32_t>(c.integer("dtype")));
  if (!dtype || !isStored(*dtype))
    c.unsupported(Reason::DType,
                  dtypeIdText(static_cast<int32_t>(c.integer("dtype"))));
  const Tensor row = tgc::add(positions(Dim(sizes[0]), 0, 2), c.integer("k"));
  const Tensor same =
      tgc::compare(positions(Dim(sizes[1]), 1, 2), row, CompareDirection::EQ);
  return {tgc::convert(same, *dtype)};
}

/// x where column >= row + k (upper) or <= row + k (lower), else 0.
Operands trilu(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t rank = x.rank();
  if (rank < 2)
    c.invalid(
        absl::StrCat("input 0 has ", rank, " dimensions; expected at least 2"));
  Tensor row = positions(x.size(-2), 0, 2);
  if (c.has(1))
    row = tgc::add(row, tgc::reshape(c.input(1), {}));
  const Tensor kept = tgc::compare(
      positions(x.size(-1), 1, 2), row,
      c.integer("upper") != 0 ? CompareDirection::GE : CompareDirection::LE);
  const Tensor zero = scalarOf(0, x.dtype());
  return {tgc::select(kept, x, zero)};
}

} // namespace tgc::onnx::convert
