// Elementwise functions that are a few primitives.
#include "tgc/frontend/library/composite/Arithmetic.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/CompositeCall.h"

namespace tgc {

Tensor where(const Tensor &pred, const TensorArg &a, const TensorArg &b,
             std::source_location location) {
  const CompositeCall call("where", location);
  call.needsValue({pred, 0, "pred"});
  return select(pred, a, b, location);
}

Tensor equal(const TensorArg &a, const TensorArg &b,
             std::source_location where) {
  const CompositeCall call("equal", where);
  return compare(a, b, CompareDirection::EQ, {}, where);
}

Tensor not_equal(const TensorArg &a, const TensorArg &b,
                 std::source_location where) {
  const CompositeCall call("not_equal", where);
  return compare(a, b, CompareDirection::NE, {}, where);
}

Tensor remainder(const TensorArg &a, const TensorArg &b,
                 std::source_location where) {
  const CompositeCall call("remainder", where);
  const Tensor rest = rem(a, b, where);
  const Tensor unlike =
      bitwise_xor(compare(rest, 0, CompareDirection::LT, {}, where),
                  compare(b, 0, CompareDirection::LT, {}, where), where);
  const Tensor wrong = bitwise_and(
      compare(rest, 0, CompareDirection::NE, {}, where), unlike, where);
  return select(wrong, add(rest, b, where), rest, where);
}

Tensor trunc(const Tensor &x, std::source_location where) {
  const CompositeCall call("trunc", where);
  call.needsFloat({x});
  const Tensor negative = compare(x, 0, CompareDirection::LT, {}, where);
  return select(negative, ceil(x, where), floor(x, where), where);
}

Tensor isnan(const Tensor &x, std::source_location where) {
  const CompositeCall call("isnan", where);
  call.needsValue({x});
  return compare(x, x, CompareDirection::NE, {}, where);
}

Tensor isinf(const Tensor &x, std::source_location where) {
  const CompositeCall call("isinf", where);
  call.needsFloat({x});
  return bitwise_not(bitwise_or(is_finite(x, where), isnan(x, where), where),
                     where);
}

} // namespace tgc
