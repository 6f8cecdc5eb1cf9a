// Every primitive as a function, and the operators.
#ifndef TGC_FRONTEND_API_OPS_H
#define TGC_FRONTEND_API_OPS_H

#include "tgc/frontend/api/Tensor.h"
#include "tgc/runtime/core/OpEnums.h"

#include <optional>
#include <source_location>
#include <vector>

namespace tgc {

#include "tgc/frontend/Ops.h.inc"

/// a + b and so on, with promotion and broadcasting. `/` is true division:
/// integers and bool become f32 first.
TGC_API Tensor operator+(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator-(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator*(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator/(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator-(const TensorArg &x);

/// The bitwise ops of integers, on i1 the logical ones. `!` takes i1 alone.
/// There is no && and ||, which could not leave their right side unevaluated.
TGC_API Tensor operator&(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator|(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator^(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator~(const TensorArg &x);
TGC_API Tensor operator!(const TensorArg &x);

/// Elementwise comparisons giving i1; == and != are `equal`, `not_equal`.
TGC_API Tensor operator<(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator<=(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator>(const TensorArg &a, const TensorArg &b);
TGC_API Tensor operator>=(const TensorArg &a, const TensorArg &b);

} // namespace tgc

#endif // TGC_FRONTEND_API_OPS_H
