// Payloads of the natural logarithm: log, log1p.
#ifndef TGC_RUNTIME_PAYLOAD_LOGARITHM_H
#define TGC_RUNTIME_PAYLOAD_LOGARITHM_H

#include "tgc/runtime/payload/Exponential.h"

namespace tgc::payload {

/// x = 2^n m, m within [sqrt(1/2), sqrt(2)), for x > 0.
template <class B, class F> struct LogReduced {
  Val<B, F> m;
  Val<B, IntOf<F>> n;
};

/// For normal x. Counting bits from those of sqrt(1/2) carries into the
/// exponent where the fraction is beyond sqrt(2)'s.
template <class B, class F>
TGC_PAYLOAD_INLINE LogReduced<B, F> reduceLogNormal(B &b, Val<B, F> x) {
  auto least = b.bits(like(b, x, 0x1.6a09e667f3bcdp-1));
  auto above = b.sub(b.bits(x), least);
  auto m =
      b.add(b.bitAnd(above, b.constant(FloatBits<F>::fractionMask)), least);
  return {b.fromBits(m), shiftRight(b, above, FloatInfo<F>::fraction)};
}

/// For every positive x.
template <class B, class F>
TGC_PAYLOAD_INLINE LogReduced<B, F> reduceLog(B &b, Val<B, F> x) {
  using I = IntOf<F>;
  constexpr int up = FloatInfo<F>::fraction + 1;
  auto denormal =
      b.less(x, b.constant(FloatBits<F>::pow2(1 - FloatInfo<F>::bias)));
  auto r = reduceLogNormal(
      b, b.select(denormal, b.mul(x, b.constant(FloatBits<F>::pow2(up))), x));
  auto shift = b.select(denormal, b.constant(I{up}), b.constant(I{0}));
  return {r.m, b.sub(r.n, shift)};
}

/// n ln 2 + log(1 + f) + correction, f within [sqrt(1/2) - 1, sqrt(2) - 1].
///
/// log(1 + f) = f - f^2/2 + tail; the tail is f^3 q(f) in float, and in double
/// s (f^2/2 + s^2 q(s^2)) with s = f / (2 + f), from log(1 + f) = 2 atanh(s).
/// q is minimax (2^-29, 2^-59).
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> logReduced(B &b, Val<B, F> f, Val<B, F> n,
                                        Val<B, F> correction) {
  using C = ExpConstants<F>;
  auto square = b.mul(f, f);
  auto half = b.mul(square, like(b, f, 0.5));
  auto rest = b.fma(n, b.constant(C::ln2Low), correction);
  Val<B, F> tail;
  if constexpr (isSameType<F, float>) {
    static constexpr float q[] = {
        0x1.555548p-2f,  -0x1.00007p-2f,   0x1.99a542p-3f,
        -0x1.552f28p-3f, 0x1.23033ap-3f,   -0x1.01032ap-3f,
        0x1.eff4b6p-4f,  -0x1.bf29340p-4f, 0x1.b576bp-5f};
    tail = b.fma(b.mul(square, f), polynomial(b, f, q), rest);
  } else {
    static constexpr double q[] = {0x1.5555555555597p-1, 0x1.999999997e2bbp-2,
                                   0x1.249249438c237p-2, 0x1.c71c50a5e32bap-3,
                                   0x1.74668bee74b3fp-3, 0x1.3999940069cfcp-3,
                                   0x1.2f5b3a31fb53bp-3};
    auto s = b.div(f, b.add(f, like(b, f, 2)));
    auto z = b.mul(s, s);
    tail = b.fma(s, b.fma(z, polynomial(b, z, q), half), rest);
  }
  auto small = b.sub(f, b.sub(half, tail));
  return b.fma(n, b.constant(C::ln2High), small);
}

/// log x: -inf at 0, NaN below.
template <class B, class F> Val<B, F> log(B &b, Val<B, F> x) {
  auto zero = like(b, x, 0), inf = infinity(b, x);
  auto reduced = reduceLog(b, x);
  auto r = logReduced(b, b.sub(reduced.m, like(b, x, 1)),
                      smallToFloat(b, reduced.n), zero);
  r = b.select(b.less(x, inf), r, x); // infinity and NaN
  r = b.select(b.equal(x, zero), b.neg(inf), r);
  return b.select(b.less(x, zero), nan(b, x), r);
}

/// log(1 + x), exact near 0: -inf at -1, NaN below.
///
/// 1 + x = u + c, c the rounding error, and log(u + c) ~ log(u) + c / u; where
/// n = 0 x itself takes the place of u - 1.
template <class B, class F> Val<B, F> log1p(B &b, Val<B, F> x) {
  auto zero = like(b, x, 0), one = like(b, x, 1), inf = infinity(b, x);
  auto u = b.add(x, one);
  auto back = b.sub(u, one);
  auto error = b.add(b.sub(one, b.sub(u, back)), b.sub(x, back));
  auto reduced = reduceLogNormal(b, u);
  auto isNear = b.equal(reduced.n, b.constant(IntOf<F>{0}));
  auto f = b.select(isNear, x, b.sub(reduced.m, one));
  auto correction = b.select(isNear, zero, b.div(error, u));
  auto r = logReduced(b, f, smallToFloat(b, reduced.n), correction);
  r = withSign(b, r, signBit(b, x));
  r = b.select(b.less(x, inf), r, x);
  r = b.select(b.equal(u, zero), b.neg(inf), r);
  return b.select(b.less(x, b.neg(one)), nan(b, x), r);
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_LOGARITHM_H
