// The payload of rem, exact on floats.
#ifndef TGC_RUNTIME_PAYLOAD_REMAINDER_H
#define TGC_RUNTIME_PAYLOAD_REMAINDER_H

#include "tgc/runtime/payload/Arithmetic.h"

namespace tgc::payload {

/// |x| as an integer significand in [2^fraction, 2^(fraction + 1)) and the
/// exponent e of significand * 2^(e - fraction), for finite x other than 0;
/// both are of the float type. Denormals are normalised.
template <class B, class F> struct Decomposed {
  Val<B, F> significand;
  Val<B, IntOf<F>> exponent;
};
template <class B, class F>
TGC_PAYLOAD_INLINE Decomposed<B, F> decompose(B &b, Val<B, F> magnitude) {
  using Bits = FloatBits<F>;
  using I = IntOf<F>;
  constexpr int up = Bits::fraction + 1;
  auto denormal =
      b.less(magnitude, b.constant(Bits::pow2(1 - FloatInfo<F>::bias)));
  auto normal = b.select(denormal, b.mul(magnitude, b.constant(Bits::pow2(up))),
                         magnitude);
  auto bits = b.bits(normal);
  auto exponent = b.sub(shiftRightLogical(b, bits, Bits::fraction),
                        b.constant(I{FloatInfo<F>::bias}));
  exponent =
      b.sub(exponent, b.select(denormal, b.constant(I{up}), b.constant(I{0})));
  auto unit = b.bits(b.constant(Bits::pow2(Bits::fraction)));
  auto significand =
      b.fromBits(b.bitOr(b.bitAnd(bits, b.constant(Bits::fractionMask)), unit));
  return {significand, exponent};
}

/// C's fmod: x - trunc(x / y) y, exact, with the sign of x.
///
/// Long division in base 2^k, k half the significand: the state is a rest r,
/// |r| <= m, and the number d of bits still to bring down. A quotient digit q
/// is the rounded r 2^s / m; q times each half of m is exact, and so are both
/// differences, without fma. At most 23 steps in float, 81 in double; one
/// where x / y < 2^k.
template <class B, class F> Val<B, F> floatRem(B &b, Val<B, F> x, Val<B, F> y) {
  using Bits = FloatBits<F>;
  using I = IntOf<F>;
  constexpr int digit = (Bits::fraction + 1) / 2; // 12, 26
  auto zero = like(b, x, 0);
  auto ax = magnitude(b, x), ay = magnitude(b, y);
  auto finite = b.bitAnd(b.less(ax, infinity(b, x)), b.less(zero, ay));
  auto divides = b.bitAnd(finite, b.lessEqual(ay, ax)); // false for y NaN

  auto n = decompose(b, ax), m = decompose(b, ay);
  auto bitsLeft =
      b.select(divides, b.sub(n.exponent, m.exponent), b.constant(I{0}));
  auto high =
      b.fromBits(b.bitAnd(b.bits(m.significand),
                          b.constant(static_cast<I>(~((I{1} << digit) - 1)))));
  auto low = b.sub(m.significand, high);
  auto inverse = b.div(like(b, x, 1), m.significand);

  auto first = b.select(b.less(n.significand, m.significand), n.significand,
                        b.sub(n.significand, m.significand));
  auto least = b.constant(I{digit});
  auto shift = b.constant(Bits::roundingShift);
  // d rides along as the bits of a float.
  auto state = b.loopWhile(
      Vals<B, F, 2>{{first, b.fromBits(bitsLeft)}},
      [&](const Vals<B, F, 2> &s) {
        return b.less(b.constant(I{0}), b.bits(s[1]));
      },
      [&](const Vals<B, F, 2> &s) {
        auto d = b.bits(s[1]);
        auto step = b.select(b.less(d, least), d, least);
        auto r = b.mul(s[0], pow2(b, step));
        auto q = b.sub(b.add(b.mul(r, inverse), shift), shift);
        r = b.sub(b.sub(r, b.mul(q, high)), b.mul(q, low));
        // A finished lane may hold |r| in (m/2, m): it must stay so.
        r = b.select(b.equal(step, b.constant(I{0})), s[0], r);
        return Vals<B, F, 2>{{r, b.fromBits(b.sub(d, step))}};
      });
  auto r = b.select(b.less(state[0], zero), b.add(state[0], m.significand),
                    state[0]);
  r = scale(b, r, b.sub(m.exponent, b.constant(I{Bits::fraction})));
  r = b.select(divides, withSign(b, r, signBit(b, x)), x);
  auto valid = b.bitAnd(finite, b.bitNot(isNan(b, y)));
  return b.select(valid, r, nan(b, x));
}

/// The remainder with the sign of x: rem(x, 0) = x and rem(MIN, -1) = 0 of
/// integers, C's fmod of floats.
template <class B, class T> Val<B, T> rem(B &b, Val<B, T> x, Val<B, T> y) {
  if constexpr (isFloatType<T>)
    return floatRem(b, x, y);
  else
    return b.sub(x, b.mul(divide(b, x, y), y));
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_REMAINDER_H
