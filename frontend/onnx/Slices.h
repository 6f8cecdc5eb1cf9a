// Parts of tensors along one dimension.
#ifndef TGC_FRONTEND_ONNX_SLICES_H
#define TGC_FRONTEND_ONNX_SLICES_H

#include "tgc/frontend/onnx/ShapeValue.h"

namespace tgc::onnx {

/// The `count` elements of x from `offset` on along `axis`, which is in
/// [0, rank).
Tensor sliceOf(const Tensor &x, int64_t axis, const DimExpr &offset,
               const DimExpr &count);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_SLICES_H
