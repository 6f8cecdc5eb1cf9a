// The matrix product.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_MATMUL_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_MATMUL_H

#include "tgc/frontend/api/Tensor.h"

namespace tgc {

/// Product of the matrices in the last two dimensions, as NumPy's matmul.
///
/// Leading dimensions broadcast. A vector on the left is a row, on the right a
/// column, whose dimension the result does not have. Dtypes promote. Sums in
/// the order of dot_general.
/// Errors: a scalar operand; inner sizes that differ; batch sizes that do not
/// broadcast.
TGC_API Tensor
matmul(const Tensor &a, const Tensor &b,
       std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_MATMUL_H
