// Reductions as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Reductions.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/onnx/convert/Slices.h"

#include <algorithm>
#include <numeric>

namespace tgc::onnx::convert {
namespace {

/// The dimensions that a Reduce* removes; nothing if it is the identity.
/// Without axes all are, or none if the node says so.
std::optional<std::vector<int64_t>> reducedDims(Conversion &c) {
  const int64_t rank = c.rank(0);
  std::vector<int64_t> axes = c.integers("axes");
  if (c.numInputs() > 1 && c.has(1))
    axes = c.constantIntegers(1, "axes");
  for (int64_t &axis : axes)
    axis = c.normalAxis(axis, rank, "an axis");
  if (axes.empty()) {
    if (c.integer("noop_with_empty_axes") != 0)
      return std::nullopt;
    axes.resize(static_cast<size_t>(rank));
    std::iota(axes.begin(), axes.end(), 0);
  }
  return axes;
}

/// reduce(before(x)), then after(result), with kept dimensions back.
template <class Reduce> Operands reduction(Conversion &c, Reduce reduce) {
  const Tensor x = c.input(0);
  const std::optional<std::vector<int64_t>> dims = reducedDims(c);
  const std::vector<int64_t> none;
  const Tensor y = reduce(x, Axes(dims ? *dims : none));
  if (!dims || c.integer("keepdims") == 0)
    return {y};
  return {tgc::keep_dims(y, x, *dims)};
}

Operands plain(Conversion &c, ReduceKind kind) {
  return reduction(c, [kind](const Tensor &x, const Axes &dims) {
    return tgc::reduce(x, kind, dims);
  });
}

Tensor sumOf(const Tensor &x, const Axes &dims) {
  return tgc::reduce(x, ReduceKind::add, dims);
}

Tensor sumOfSquares(const Tensor &x, const Axes &dims) {
  return sumOf(tgc::multiply(x, x), dims);
}

Operands argReduce(Conversion &c, ArgReduceKind kind) {
  const Tensor x = c.input(0);
  const int64_t dim = c.axis("axis", x.rank());
  Tensor index;
  if (c.integer("select_last_index") == 0) {
    index = tgc::arg_reduce(x, kind, dim);
  } else { // the first from the end
    const Tensor back = tgc::arg_reduce(tgc::reverse(x, {dim}), kind, dim);
    index = tgc::subtract(tgc::size_tensor(x.size(dim) - 1), back);
  }
  if (c.integer("keepdims") != 0)
    index = tgc::keep_dims(index, x, {dim});
  return {index};
}

} // namespace

/// Element j is the sum of elements 0 to j, in a window that ends there; of a
/// symbolic size, of those that a comparison of positions keeps.
Operands cumSum(Conversion &c) {
  Tensor x = c.input(0);
  const std::vector<int64_t> given = c.constantIntegers(1, "the axis");
  if (given.size() != 1)
    c.invalid("the axis is a scalar; got a vector");
  const int64_t axis = c.normalAxis(given[0], x.rank(), "the axis");
  const bool reverse = c.integer("reverse") != 0;
  const bool exclusive = c.integer("exclusive") != 0;
  if (reverse)
    x = tgc::reverse(x, {axis});
  const Dim size = x.size(axis);
  Tensor y;
  if (const std::optional<int64_t> count = size.expr().constant()) {
    std::vector<int64_t> window(static_cast<size_t>(x.rank()), 1);
    std::vector<int64_t> lo(window.size(), 0), hi = lo;
    window[static_cast<size_t>(axis)] = std::max<int64_t>(*count, 1);
    lo[static_cast<size_t>(axis)] = exclusive ? *count : *count - 1;
    hi[static_cast<size_t>(axis)] = exclusive ? -1 : 0;
    if (*count == 0)
      return {x};
    ReduceWindowOptions options;
    options.lo = lo;
    options.hi = hi;
    y = tgc::reduce_window(x, ReduceKind::add, window, options);
  } else {
    const Tensor wide = tgc::unsqueeze(x, {axis}); // [..., j, i, ...]
    std::vector<int64_t> behind;
    for (int64_t d = 1; d < x.rank() - axis; ++d)
      behind.push_back(d);
    const Tensor from =
        tgc::unsqueeze(tgc::iota(0, {size}, DType::i64), behind);
    const Tensor to = tgc::unsqueeze(from, {1});
    const Tensor kept = tgc::compare(
        from, to, exclusive ? CompareDirection::LT : CompareDirection::LE);
    const Tensor zero = scalarOf(0, x.dtype());
    y = tgc::reduce(tgc::select(kept, wide, zero), ReduceKind::add, {axis + 1});
  }
  return {reverse ? tgc::reverse(y, {axis}) : y};
}

Operands argMax(Conversion &c) { return argReduce(c, ArgReduceKind::max); }
Operands argMin(Conversion &c) { return argReduce(c, ArgReduceKind::min); }

Operands reduceL1(Conversion &c) {
  return reduction(c, [](const Tensor &x, const Axes &dims) {
    return sumOf(tgc::abs(x), dims);
  });
}

Operands reduceL2(Conversion &c) {
  return reduction(c, [](const Tensor &x, const Axes &dims) {
    return tgc::sqrt(sumOfSquares(x, dims));
  });
}

Operands reduceLogSum(Conversion &c) {
  return reduction(c, [](const Tensor &x, const Axes &dims) {
    return tgc::log(sumOf(x, dims));
  });
}

Operands reduceLogSumExp(Conversion &c) {
  return reduction(c, [](const Tensor &x, const Axes &dims) {
    return tgc::logsumexp(x, dims);
  });
}

Operands reduceMax(Conversion &c) { return plain(c, ReduceKind::max); }

Operands reduceMean(Conversion &c) {
  return reduction(c, [](const Tensor &x, const Axes &dims) {
    if (isFloat(x.dtype()))
      return tgc::mean(x, dims);
    Dim count = 1;
    for (int64_t dim : dims)
      count = count * x.size(dim);
    return tgc::divide(sumOf(x, dims), tgc::size_tensor(count, x.dtype()));
  });
}

Operands reduceMin(Conversion &c) { return plain(c, ReduceKind::min); }
Operands reduceProd(Conversion &c) { return plain(c, ReduceKind::mul); }
Operands reduceSum(Conversion &c) { return plain(c, ReduceKind::add); }

Operands reduceSumSquare(Conversion &c) { return reduction(c, sumOfSquares); }

} // namespace tgc::onnx::convert
