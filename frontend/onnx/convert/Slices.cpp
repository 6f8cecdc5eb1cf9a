// Scalars, and parts of tensors along one dimension.
#include "tgc/frontend/onnx/convert/Slices.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"

namespace tgc::onnx {

Tensor sliceOf(const Tensor &x, int64_t axis, const DimExpr &offset,
               const DimExpr &count) {
  if (offset.constant() == 0 && count.provablyEqual(x.size(axis).expr()))
    return x;
  const auto rank = static_cast<size_t>(x.rank());
  std::vector<DimExpr> offsets(rank, DimExpr(0)), sizes = sizesOf(x);
  offsets[static_cast<size_t>(axis)] = offset;
  sizes[static_cast<size_t>(axis)] = count;
  return tgc::slice(x, dimsOf(offsets), dimsOf(sizes),
                    std::vector<int64_t>(rank, 1));
}

Tensor scalarOf(int64_t value, DType dtype) {
  return isComputed(dtype) ? tgc::tensor(value, dtype)
                           : tgc::convert(tgc::tensor(value), dtype);
}

Tensor joined(const std::vector<Tensor> &parts, int64_t axis) {
  return parts.size() == 1 ? parts[0] : tgc::concatenate(parts, axis);
}

} // namespace tgc::onnx
