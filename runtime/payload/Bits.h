// Short forms that several payloads share: constants, bits of floats,
// polynomials.
#ifndef TGC_RUNTIME_PAYLOAD_BITS_H
#define TGC_RUNTIME_PAYLOAD_BITS_H

#include "tgc/runtime/payload/Builder.h"

namespace tgc::payload {

/// v in every lane, of the type of the value given.
template <class B, class T, class C>
TGC_PAYLOAD_INLINE Val<B, T> like(B &b, Val<B, T>, C v) {
  return b.constant(static_cast<T>(v));
}

/// Shifts by the same amount in every lane, 0 <= n < width.
template <class B, class I>
TGC_PAYLOAD_INLINE Val<B, I> shiftLeft(B &b, Val<B, I> x, int n) {
  return b.shiftLeft(x, b.constant(static_cast<I>(n)));
}
template <class B, class I>
TGC_PAYLOAD_INLINE Val<B, I> shiftRight(B &b, Val<B, I> x, int n) {
  return b.shiftRight(x, b.constant(static_cast<I>(n)));
}
template <class B, class I>
TGC_PAYLOAD_INLINE Val<B, I> shiftRightLogical(B &b, Val<B, I> x, int n) {
  return b.shiftRightLogical(x, b.constant(static_cast<I>(n)));
}

/// The bit patterns of a float type: sign, +inf, a quiet NaN, 2^n.
template <class F> struct FloatBits {
  using I = IntOf<F>;
  static constexpr int fraction = FloatInfo<F>::fraction;
  static constexpr I magnitude =
      static_cast<I>((uint64_t{1} << (FloatInfo<F>::width - 1)) - 1);
  static constexpr I sign = static_cast<I>(-magnitude - 1);
  static constexpr I fractionMask = (I{1} << fraction) - 1;
  static constexpr I infinity = magnitude & ~fractionMask;
  static constexpr I quietNan = infinity | (I{1} << (fraction - 1));
  /// For normal results only.
  static constexpr F pow2(int n) {
    return __builtin_bit_cast(
        F, static_cast<I>(I{n + FloatInfo<F>::bias} << fraction));
  }
  /// x + roundingShift - roundingShift rounds x to an integer, half to even,
  /// for |x| < 2^(fraction - 2); the low bits of the sum are that integer's.
  static constexpr F roundingShift = F(1.5) * pow2(fraction);
};

template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> infinity(B &b, Val<B, F>) {
  return b.constant(__builtin_bit_cast(F, FloatBits<F>::infinity));
}
template <class B, class F> TGC_PAYLOAD_INLINE Val<B, F> nan(B &b, Val<B, F>) {
  return b.constant(__builtin_bit_cast(F, FloatBits<F>::quietNan));
}
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, bool> isNan(B &b, Val<B, F> x) {
  return b.notEqual(x, x);
}

/// |x|, the sign bit of NaN cleared too.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> magnitude(B &b, Val<B, F> x) {
  return b.fromBits(b.bitAnd(b.bits(x), b.constant(FloatBits<F>::magnitude)));
}
/// The sign bit of x alone, as an integer.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, IntOf<F>> signBit(B &b, Val<B, F> x) {
  return b.bitAnd(b.bits(x), b.constant(FloatBits<F>::sign));
}
/// x, whose sign bit is clear, with that of `sign`, a result of signBit.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> withSign(B &b, Val<B, F> x,
                                      Val<B, IntOf<F>> sign) {
  return b.fromBits(b.bitOr(b.bits(x), sign));
}
/// x, its sign flipped where `sign`, a result of signBit, is set.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> flipSign(B &b, Val<B, F> x,
                                      Val<B, IntOf<F>> sign) {
  return b.fromBits(b.bitXor(b.bits(x), sign));
}

/// 2^n for -bias < n <= bias.
template <class B, class I> TGC_PAYLOAD_INLINE auto pow2(B &b, Val<B, I> n) {
  using F = typename FloatOfInt<I>::Float;
  return b.fromBits(
      shiftLeft(b, b.add(n, b.constant(static_cast<I>(FloatInfo<F>::bias))),
                FloatInfo<F>::fraction));
}
/// x * 2^n for -2 bias < n <= 2 bias, |x| within [1/4, 4] or n small enough
/// that x * 2^(n/2) neither overflows nor is denormal: rounds once.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> scale(B &b, Val<B, F> x, Val<B, IntOf<F>> n) {
  auto half = shiftRight(b, n, 1);
  return b.mul(b.mul(x, pow2(b, half)), pow2(b, b.sub(n, half)));
}

/// n as a float, |n| < 2^(fraction - 1): without the conversion of 64-bit
/// integers that AVX2 has not.
template <class B, class I>
TGC_PAYLOAD_INLINE auto smallToFloat(B &b, Val<B, I> n) {
  using F = typename FloatOfInt<I>::Float;
  auto shift = b.constant(FloatBits<F>::roundingShift);
  return b.sub(b.fromBits(b.add(b.bits(shift), n)), shift);
}

/// c[0] + c[1] x + ... + c[N-1] x^(N-1) by Horner's rule with fma.
/// Unrolled so that kernels hold the coefficients as immediate constants and
/// emit no table.
template <class B, class F, int N>
TGC_PAYLOAD_INLINE Val<B, F> polynomial(B &b, Val<B, F> x, const F (&c)[N]) {
  auto p = b.constant(c[N - 1]);
#pragma unroll
  for (int i = N - 2; i >= 0; --i)
    p = b.fma(p, x, b.constant(c[i]));
  return p;
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_BITS_H
