// Payloads of one IEEE or integer operation each: signs, + - * /, roots, bits.
#ifndef TGC_RUNTIME_PAYLOAD_ARITHMETIC_H
#define TGC_RUNTIME_PAYLOAD_ARITHMETIC_H

#include "tgc/runtime/payload/Bits.h"

namespace tgc::payload {

/// |x|; clears the sign bit of a float, an integer wraps: abs(MIN) = MIN.
template <class B, class T> Val<B, T> abs(B &b, Val<B, T> x) {
  if constexpr (isFloatType<T>) {
    return magnitude(b, x);
  } else {
    auto zero = like(b, x, 0);
    return b.select(b.less(x, zero), b.sub(zero, x), x);
  }
}

/// -x; flips the sign bit of a float, an integer wraps.
template <class B, class T> Val<B, T> negate(B &b, Val<B, T> x) {
  if constexpr (isFloatType<T>)
    return b.neg(x);
  else
    return b.sub(like(b, x, 0), x);
}

/// -1, 0 or 1; +0, -0 and NaN as they are.
template <class B, class T> Val<B, T> sign(B &b, Val<B, T> x) {
  auto zero = like(b, x, 0), one = like(b, x, 1), minus = like(b, x, -1);
  auto r = b.select(b.less(x, zero), minus, x);
  return b.select(b.less(zero, x), one, r);
}

/// x + y; bool: or.
template <class B, class T> Val<B, T> add(B &b, Val<B, T> x, Val<B, T> y) {
  if constexpr (isBoolType<T>)
    return b.bitOr(x, y);
  else
    return b.add(x, y);
}

/// x - y.
template <class B, class T> Val<B, T> subtract(B &b, Val<B, T> x, Val<B, T> y) {
  return b.sub(x, y);
}

/// x * y; bool: and.
template <class B, class T> Val<B, T> multiply(B &b, Val<B, T> x, Val<B, T> y) {
  if constexpr (isBoolType<T>)
    return b.bitAnd(x, y);
  else
    return b.mul(x, y);
}

/// x / y; integers truncate, x / 0 = -1 and MIN / -1 = MIN.
template <class B, class T> Val<B, T> divide(B &b, Val<B, T> x, Val<B, T> y) {
  if constexpr (isFloatType<T>) {
    return b.div(x, y);
  } else {
    constexpr T min = static_cast<T>(uint64_t{1} << (8 * sizeof(T) - 1));
    auto minusOne = like(b, x, -1);
    auto zero = b.equal(y, like(b, y, 0));
    auto overflow = b.bitAnd(b.equal(x, like(b, x, min)), b.equal(y, minusOne));
    auto divisor = b.select(b.bitOr(zero, overflow), like(b, y, 1), y);
    return b.select(zero, minusOne, b.divInt(x, divisor));
  }
}

/// Correctly rounded root; sqrt(-0) = -0, sqrt(x < 0) = NaN.
template <class B, class F> Val<B, F> sqrt(B &b, Val<B, F> x) {
  return b.sqrt(x);
}

/// 1 / sqrt(x), as two roundings.
template <class B, class F> Val<B, F> rsqrt(B &b, Val<B, F> x) {
  return b.div(like(b, x, 1), b.sqrt(x));
}

template <class B, class T>
Val<B, T> bitwise_and(B &b, Val<B, T> x, Val<B, T> y) {
  return b.bitAnd(x, y);
}
template <class B, class T>
Val<B, T> bitwise_or(B &b, Val<B, T> x, Val<B, T> y) {
  return b.bitOr(x, y);
}
template <class B, class T>
Val<B, T> bitwise_xor(B &b, Val<B, T> x, Val<B, T> y) {
  return b.bitXor(x, y);
}
template <class B, class T> Val<B, T> bitwise_not(B &b, Val<B, T> x) {
  return b.bitNot(x);
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_ARITHMETIC_H
