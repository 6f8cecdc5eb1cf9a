// Elementwise functions that are a few primitives.
#include "tgc/frontend/library/composite/Arithmetic.h"

#include "tgc/frontend/api/Ops.h"

namespace tgc {

Tensor where(const Tensor &pred, const TensorArg &a, const TensorArg &b,
             std::source_location location) {
  return select(pred, a, b, location);
}

Tensor remainder(const TensorArg &a, const TensorArg &b,
                 std::source_location where) {
  const Tensor rest = rem(a, b, where);
  const Tensor unlike =
      bitwise_xor(compare(rest, 0, CompareDirection::LT, {}, where),
                  compare(b, 0, CompareDirection::LT, {}, where), where);
  const Tensor wrong = bitwise_and(
      compare(rest, 0, CompareDirection::NE, {}, where), unlike, where);
  return select(wrong, add(rest, b, where), rest, where);
}

Tensor trunc(const Tensor &x, std::source_location where) {
  const Tensor negative = compare(x, 0, CompareDirection::LT, {}, where);
  return select(negative, ceil(x, where), floor(x, where), where);
}

Tensor isnan(const Tensor &x, std::source_location where) {
  return compare(x, x, CompareDirection::NE, {}, where);
}

Tensor isinf(const Tensor &x, std::source_location where) {
  return bitwise_not(bitwise_or(is_finite(x, where), isnan(x, where), where),
                     where);
}

} // namespace tgc
