// Pad as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/onnx/convert/Slices.h"

#include "absl/strings/str_cat.h"

#include <algorithm>

namespace tgc::onnx::convert {
namespace {

/// The first or last element along `axis`, `count` times.
Tensor repeated(const Tensor &x, int64_t axis, const DimExpr &at,
                const DimExpr &count) {
  const Tensor edge = sliceOf(x, axis, at, 1);
  std::vector<DimExpr> sizes = sizesOf(edge);
  sizes[static_cast<size_t>(axis)] = count;
  return tgc::broadcast_to(edge, dimsOf(sizes));
}

/// x with `lo` and `hi` elements more along `axis`, taken from x itself:
/// copies of the edge, or a mirror image that does not repeat it.
Tensor extended(const Tensor &x, int64_t axis, const DimExpr &lo,
                const DimExpr &hi, bool mirror) {
  const DimExpr size = x.size(axis).expr();
  std::vector<Tensor> parts;
  if (lo.constant() != 0)
    parts.push_back(mirror ? tgc::reverse(sliceOf(x, axis, 1, lo), {axis})
                           : repeated(x, axis, 0, lo));
  parts.push_back(x);
  if (hi.constant() != 0)
    parts.push_back(
        mirror ? tgc::reverse(sliceOf(x, axis, size - 1 - hi, hi), {axis})
               : repeated(x, axis, size - 1, hi));
  return parts.size() == 1 ? x : tgc::concatenate(parts, axis);
}

/// `pads`: what goes before every one of `axes`, then what goes behind.
Operands padded(Conversion &c, const std::vector<DimExpr> &pads,
                std::vector<int64_t> axes, const Tensor &value) {
  Tensor x = c.input(0);
  for (int64_t &axis : axes)
    axis = c.normalAxis(axis, x.rank(), "an axis");
  const size_t count = axes.size();
  if (pads.size() != 2 * count)
    c.invalid(absl::StrCat("pads has ", pads.size(), " entries; expected ",
                           2 * count, ", two for every dimension"));
  const auto rank = static_cast<size_t>(x.rank());
  std::vector<DimExpr> lo(rank, DimExpr(0)), hi(rank, DimExpr(0));
  for (size_t i = 0; i < count; ++i) {
    lo[static_cast<size_t>(axes[i])] = pads[i];
    hi[static_cast<size_t>(axes[i])] = pads[count + i];
  }
  const std::string mode = c.text("mode");
  if (mode == "constant")
    return {tgc::pad(x, value, dimsOf(lo), dimsOf(hi))};
  // Negative padding cuts, and does so before anything is copied.
  auto negative = [](const DimExpr &e) { return e.constant().value_or(0) < 0; };
  std::vector<DimExpr> cutLo(rank, DimExpr(0)), cutHi(rank, DimExpr(0));
  for (size_t d = 0; d < rank; ++d) {
    if (negative(lo[d]))
      std::swap(lo[d], cutLo[d]);
    if (negative(hi[d]))
      std::swap(hi[d], cutHi[d]);
  }
  if (std::any_of(cutLo.begin(), cutLo.end(), negative) ||
      std::any_of(cutHi.begin(), cutHi.end(), negative))
    x = tgc::pad(x, value, dimsOf(cutLo), dimsOf(cutHi));
  for (size_t d = 0; d < rank; ++d)
    x = extended(x, static_cast<int64_t>(d), lo[d], hi[d], mode == "reflect");
  return {x};
}

std::vector<int64_t> allAxes(int64_t rank) {
  std::vector<int64_t> axes;
  for (int64_t d = 0; d < rank; ++d)
    axes.push_back(d);
  return axes;
}

} // namespace

Operands pad(Conversion &c) {
  const Tensor zero = scalarOf(0, c.dtype(0));
  const Tensor value = c.has(2) ? tgc::reshape(c.input(2), {}) : zero;
  return padded(c, c.knownIntegers(1, "pads"),
                c.has(3) ? c.constantIntegers(3, "axes") : allAxes(c.rank(0)),
                value);
}

Operands padByAttributes(Conversion &c) {
  const std::vector<int64_t> pads =
      c.integers(c.since() == 1 ? "paddings" : "pads");
  const Tensor value =
      tgc::convert(tgc::tensor(c.real("value"), DType::f64), c.dtype(0));
  return padded(c, {pads.begin(), pads.end()}, allAxes(c.rank(0)), value);
}

} // namespace tgc::onnx::convert
