// Payloads that compare and choose: compare, select, maximum, minimum, clamp.
#ifndef TGC_RUNTIME_PAYLOAD_COMPARE_H
#define TGC_RUNTIME_PAYLOAD_COMPARE_H

#include "tgc/runtime/core/OpEnums.h"
#include "tgc/runtime/payload/Bits.h"

namespace tgc::payload {

/// The integer whose signed order is IEEE 754's totalOrder of x.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, IntOf<F>> totalOrderKey(B &b, Val<B, F> x) {
  auto i = b.bits(x);
  auto negative = shiftRight(b, i, FloatInfo<F>::width - 1);
  return b.bitXor(i, b.bitAnd(negative, b.constant(FloatBits<F>::magnitude)));
}

/// i1: x `direction` y. With NaN only NE holds and -0 equals +0; `total`:
/// totalOrder of floats. false < true.
template <class B, class T>
Val<B, bool> compare(B &b, Val<B, T> x, Val<B, T> y, CompareDirection direction,
                     bool total) {
  if constexpr (isFloatType<T>) {
    if (total)
      return compare(b, totalOrderKey(b, x), totalOrderKey(b, y), direction,
                     false);
  }
  if constexpr (isBoolType<T>) {
    switch (direction) {
    case CompareDirection::EQ:
      return b.bitNot(b.bitXor(x, y));
    case CompareDirection::NE:
      return b.bitXor(x, y);
    case CompareDirection::LT:
      return b.bitAnd(b.bitNot(x), y);
    case CompareDirection::LE:
      return b.bitOr(b.bitNot(x), y);
    case CompareDirection::GT:
      return b.bitAnd(x, b.bitNot(y));
    case CompareDirection::GE:
      return b.bitOr(x, b.bitNot(y));
    }
  } else {
    switch (direction) {
    case CompareDirection::EQ:
      return b.equal(x, y);
    case CompareDirection::NE:
      return b.notEqual(x, y);
    case CompareDirection::LT:
      return b.less(x, y);
    case CompareDirection::LE:
      return b.lessEqual(x, y);
    case CompareDirection::GT:
      return b.less(y, x);
    case CompareDirection::GE:
      return b.lessEqual(y, x);
    }
  }
  __builtin_unreachable();
}

/// onTrue where pred, else onFalse; moves bits, of any stored type.
template <class B, class T>
Val<B, T> select(B &b, Val<B, bool> pred, Val<B, T> onTrue, Val<B, T> onFalse) {
  return b.select(pred, onTrue, onFalse);
}

/// The larger operand: NaN wins, -0 is below +0; bool: or.
template <class B, class T> Val<B, T> maximum(B &b, Val<B, T> x, Val<B, T> y) {
  if constexpr (isBoolType<T>) {
    return b.bitOr(x, y);
  } else if constexpr (isFloatType<T>) {
    auto r = b.select(b.less(y, x), x, y);
    auto equal = b.fromBits(b.bitAnd(b.bits(x), b.bits(y))); // +0 & -0 = +0
    r = b.select(b.equal(x, y), equal, r);
    return b.select(b.bitOr(isNan(b, x), isNan(b, y)), b.add(x, y), r);
  } else {
    return b.select(b.less(y, x), x, y);
  }
}

/// The smaller operand: NaN wins, -0 is below +0; bool: and.
template <class B, class T> Val<B, T> minimum(B &b, Val<B, T> x, Val<B, T> y) {
  if constexpr (isBoolType<T>) {
    return b.bitAnd(x, y);
  } else if constexpr (isFloatType<T>) {
    auto r = b.select(b.less(x, y), x, y);
    auto equal = b.fromBits(b.bitOr(b.bits(x), b.bits(y))); // +0 | -0 = -0
    r = b.select(b.equal(x, y), equal, r);
    return b.select(b.bitOr(isNan(b, x), isNan(b, y)), b.add(x, y), r);
  } else {
    return b.select(b.less(x, y), x, y);
  }
}

/// minimum(maximum(x, lo), hi): NaN anywhere gives NaN, lo > hi gives hi.
template <class B, class T>
Val<B, T> clamp(B &b, Val<B, T> lo, Val<B, T> x, Val<B, T> hi) {
  return minimum(b, maximum(b, x, lo), hi);
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_COMPARE_H
