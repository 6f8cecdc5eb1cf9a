// One element's conversion, as `convert` does it, and dispatch on dtypes.
// Included as Loops.h is.
#ifndef TGC_RUNTIME_KERNELS_SCALARCONVERT_H
#define TGC_RUNTIME_KERNELS_SCALARCONVERT_H

#include "tgc/runtime/payload/Convert.h"
#include "tgc/runtime/payload/VectorBuilder.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

struct ScalarTag {};

/// x as a To, by the payload of `convert`.
template <class To, class From> To convertScalar(From x) {
  if constexpr (payload::isSameType<To, From>) {
    return x;
  } else {
    using B = payload::VectorBuilder<1, ScalarTag>;
    B b;
    To result;
    B::store(&result, payload::convert<To>(b, B::load(&x)));
    return result;
  }
}

/// body(T{}) for the C++ type of a stored dtype but i1.
template <class Body> void withNumber(DType dtype, const Body &body) {
  switch (dtype) {
  case DType::u8:
    return body(uint8_t{});
  case DType::i32:
    return body(int32_t{});
  case DType::i64:
    return body(int64_t{});
  case DType::f16:
    return body(Half{});
  case DType::f32:
    return body(float{});
  case DType::f64:
    return body(double{});
  default:
    return; // the type rule lets nothing else through
  }
}

} // namespace
} // namespace tgc::kernels::TGC_CPU_LEVEL

#endif // TGC_RUNTIME_KERNELS_SCALARCONVERT_H
