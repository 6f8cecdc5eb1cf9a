// Elementwise functions that are a few primitives.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_ARITHMETIC_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_ARITHMETIC_H

#include "tgc/frontend/api/Tensor.h"

namespace tgc {

/// a where pred is true, else b; the three broadcast, a and b promote.
TGC_API Tensor
where(const Tensor &pred, const TensorArg &a, const TensorArg &b,
      std::source_location location = std::source_location::current());

/// i1: a == b elementwise; NaN equals nothing. The arguments broadcast and
/// promote.
TGC_API Tensor
equal(const TensorArg &a, const TensorArg &b,
      std::source_location where = std::source_location::current());

/// i1: a != b elementwise; true for NaN. The arguments broadcast and promote.
TGC_API Tensor
not_equal(const TensorArg &a, const TensorArg &b,
          std::source_location where = std::source_location::current());

/// Remainder with the sign of the divisor: a - b * floor(a / b), exact.
///
/// Numbers. remainder(x, 0) = x for integers, NaN for floats.
TGC_API Tensor
remainder(const TensorArg &a, const TensorArg &b,
          std::source_location where = std::source_location::current());

/// The integer part of a float, toward zero; keeps NaN, infinities and -0.
TGC_API Tensor trunc(const Tensor &x, std::source_location where =
                                          std::source_location::current());

/// i1: true where a float is NaN.
TGC_API Tensor isnan(const Tensor &x, std::source_location where =
                                          std::source_location::current());

/// i1: true where a float is infinite.
TGC_API Tensor isinf(const Tensor &x, std::source_location where =
                                          std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_ARITHMETIC_H
