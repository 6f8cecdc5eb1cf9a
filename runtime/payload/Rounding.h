// Payloads that round to an integer: ceil, floor, round; is_finite.
#ifndef TGC_RUNTIME_PAYLOAD_ROUNDING_H
#define TGC_RUNTIME_PAYLOAD_ROUNDING_H

#include "tgc/runtime/core/OpEnums.h"
#include "tgc/runtime/payload/Bits.h"

namespace tgc::payload {

/// The integer nearest to x, half to even, for x >= 0 or NaN. Adding 2^fraction
/// leaves no bit for a fraction; baseline x86-64 has no rounding instruction.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> roundMagnitude(B &b, Val<B, F> x) {
  auto big = b.constant(FloatBits<F>::pow2(FloatInfo<F>::fraction));
  return b.select(b.less(x, big), b.sub(b.add(x, big), big), x);
}

/// Largest integer not above x; NaN, infinities and -0 as they are.
template <class B, class F> auto floor(B &b, Val<B, F> x) {
  auto sign = signBit(b, x);
  auto r = withSign(b, roundMagnitude(b, magnitude(b, x)), sign);
  r = b.select(b.less(x, r), b.sub(r, like(b, x, 1)), r);
  return withSign(b, r, sign);
}

/// Smallest integer not below x; keeps NaN, infinities, -0; ceil(-0.5) = -0.
template <class B, class F> auto ceil(B &b, Val<B, F> x) {
  auto sign = signBit(b, x);
  auto r = withSign(b, roundMagnitude(b, magnitude(b, x)), sign);
  r = b.select(b.less(r, x), b.add(r, like(b, x, 1)), r);
  return withSign(b, r, sign);
}

/// Nearest integer; halves to the even neighbour or away from zero.
template <class B, class F> Val<B, F> round(B &b, Val<B, F> x, RoundMode mode) {
  auto a = magnitude(b, x);
  auto r = roundMagnitude(b, a);
  if (mode == RoundMode::away) // a tie that went down to even
    r = b.select(b.equal(b.sub(a, r), like(b, x, 0.5)), b.add(r, like(b, x, 1)),
                 r);
  return withSign(b, r, signBit(b, x));
}

/// Neither infinite nor NaN.
template <class B, class F> auto is_finite(B &b, Val<B, F> x) {
  return b.less(magnitude(b, x), infinity(b, x));
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_ROUNDING_H
