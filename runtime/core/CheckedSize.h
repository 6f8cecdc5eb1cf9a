// The only place where sizes, strides, offsets and byte counts are multiplied
// and added. Every function answers nothing instead of a wrapped value.
#ifndef TGC_RUNTIME_CORE_CHECKEDSIZE_H
#define TGC_RUNTIME_CORE_CHECKEDSIZE_H

#include <cstdint>
#include <optional>

namespace tgc {

inline std::optional<int64_t> checkedMul(int64_t a, int64_t b) {
  int64_t r;
  if (__builtin_mul_overflow(a, b, &r))
    return std::nullopt;
  return r;
}

inline std::optional<int64_t> checkedAdd(int64_t a, int64_t b) {
  int64_t r;
  if (__builtin_add_overflow(a, b, &r))
    return std::nullopt;
  return r;
}

inline std::optional<int64_t> checkedSub(int64_t a, int64_t b) {
  int64_t r;
  if (__builtin_sub_overflow(a, b, &r))
    return std::nullopt;
  return r;
}

/// The product of `dims` (1 if there are none); nothing if a dim is negative
/// or the product of the non-zero dims does not fit: a shape like
/// {2^40, 2^40, 0} is refused although it has no elements, so that strides
/// of every accepted shape fit too.
template <class Range>
std::optional<int64_t> checkedProduct(const Range &dims) {
  int64_t product = 1;
  bool empty = false;
  for (int64_t d : dims) {
    if (d < 0)
      return std::nullopt;
    empty |= d == 0;
    if (d != 0 && __builtin_mul_overflow(product, d, &product))
      return std::nullopt;
  }
  return empty ? 0 : product;
}

} // namespace tgc

#endif // TGC_RUNTIME_CORE_CHECKEDSIZE_H
