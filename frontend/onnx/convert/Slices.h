// Scalars, and parts of tensors along one dimension.
#ifndef TGC_FRONTEND_ONNX_CONVERT_SLICES_H
#define TGC_FRONTEND_ONNX_CONVERT_SLICES_H

#include "tgc/frontend/onnx/ShapeValue.h"

namespace tgc::onnx {

/// The `count` elements of x from `offset` on along `axis`, which is in
/// [0, rank).
Tensor sliceOf(const Tensor &x, int64_t axis, const DimExpr &offset,
               const DimExpr &count);

/// A constant scalar of any dtype with storage.
Tensor scalarOf(int64_t value, DType dtype);

/// Tensors one after the other; one alone stays as it is.
Tensor joined(const std::vector<Tensor> &parts, int64_t axis);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_CONVERT_SLICES_H
