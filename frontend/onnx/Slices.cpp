// Parts of tensors along one dimension.
#include "tgc/frontend/onnx/Slices.h"

#include "tgc/frontend/api/Ops.h"

namespace tgc::onnx {

Tensor sliceOf(const Tensor &x, int64_t axis, const DimExpr &offset,
               const DimExpr &count) {
  const auto rank = static_cast<size_t>(x.rank());
  std::vector<DimExpr> offsets(rank, DimExpr(0)), sizes = sizesOf(x);
  offsets[static_cast<size_t>(axis)] = offset;
  sizes[static_cast<size_t>(axis)] = count;
  return tgc::slice(x, dimsOf(offsets), dimsOf(sizes),
                    std::vector<int64_t>(rank, 1));
}

} // namespace tgc::onnx
