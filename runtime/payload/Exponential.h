// Payloads built on e^x: exp, expm1, logistic, tanh.
#ifndef TGC_RUNTIME_PAYLOAD_EXPONENTIAL_H
#define TGC_RUNTIME_PAYLOAD_EXPONENTIAL_H

#include "tgc/runtime/payload/DoubleWord.h"

namespace tgc::payload {

/// Constants of the reduction x = n ln 2 + r, |r| <= ln 2 / 2, and of
/// q(r) ~ (e^r - 1 - r) / r^2, minimax for the relative error of e^r - 1
/// (2^-28 and 2^-61). ln2High leaves room for n: their product is exact.
template <class F> struct ExpConstants;
template <> struct ExpConstants<float> {
  static constexpr float log2e = 0x1.715476p+0f, ln2High = 0x1.62e4p-1f,
                         ln2Low = 0x1.7f7d1cp-20f;
  static constexpr float q[] = {0x1p-1f,         0x1.55552cp-3f,
                                0x1.555502p-5f,  0x1.115682p-7f,
                                0x1.6d2e54p-10f, 0x1.392c14p-13f};
  /// Below `low` e^x rounds to 0, above `high` it is infinite.
  static constexpr float low = -104, high = 89;
  /// From here on tanh x rounds to 1.
  static constexpr float tanhOne = 10;
};
template <> struct ExpConstants<double> {
  static constexpr double log2e = 0x1.71547652b82fep+0,
                          ln2High = 0x1.62e42fefa38p-1,
                          ln2Low = 0x1.ef35793c7673p-45;
  static constexpr double q[] = {0x1p-1,
                                 0x1.5555555555559p-3,
                                 0x1.5555555555558p-5,
                                 0x1.111111110f720p-7,
                                 0x1.6c16c16c17515p-10,
                                 0x1.a01a01af91217p-13,
                                 0x1.a01a01997fff2p-16,
                                 0x1.71ddf95235979p-19,
                                 0x1.27e50371f9878p-22,
                                 0x1.af5ce77658d68p-26,
                                 0x1.1f289dc8357c0p-29};
  static constexpr double low = -746, high = 710;
  static constexpr double tanhOne = 20;
};

/// x = n ln 2 + r + rLow; what does not use rLow does not pay for it.
template <class B, class F> struct ExpReduced {
  Val<B, F> r, rLow, nFloat;
  Val<B, IntOf<F>> n;
};

/// Cody and Waite's reduction, for |x| < 1100. n is rounded by adding
/// 1.5 * 2^fraction, so that no conversion is needed.
template <class B, class F>
TGC_PAYLOAD_INLINE ExpReduced<B, F> reduceExp(B &b, Val<B, F> x) {
  using C = ExpConstants<F>;
  auto shift = b.constant(FloatBits<F>::roundingShift);
  auto shifted = b.fma(x, b.constant(C::log2e), shift);
  auto n = b.sub(shifted, shift);
  auto high = b.sub(x, b.mul(n, b.constant(C::ln2High))); // exact
  auto ln2Low = b.constant(C::ln2Low);
  auto r = b.fma(b.neg(n), ln2Low, high);
  auto rLow = b.sub(b.sub(high, r), b.mul(n, ln2Low));
  return {r, rLow, n, b.sub(b.bits(shifted), b.bits(shift))};
}

/// e^(r + rLow) - 1 - r.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> expTail(B &b, const ExpReduced<B, F> &x) {
  return b.fma(b.mul(x.r, x.r), polynomial(b, x.r, ExpConstants<F>::q), x.rLow);
}

/// e^r to 0.9 ULP, cheaply.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> expReduced(B &b, const ExpReduced<B, F> &x) {
  auto one = like(b, x.r, 1);
  auto p = polynomial(b, x.r, ExpConstants<F>::q);
  return b.fma(b.fma(p, x.r, one), x.r, one);
}

/// e^(r + rLow), the upper word to 0.6 ULP: 1 + r keeps its rounding error.
template <class B, class F>
TGC_PAYLOAD_INLINE DoubleWord<B, F> expReducedClose(B &b,
                                                    const ExpReduced<B, F> &x) {
  auto sum = fastTwoSum(b, like(b, x.r, 1), x.r);
  return fastTwoSum(b, sum.high, b.add(sum.low, expTail(b, x)));
}

/// The larger of x and low, the smaller of x and high; NaN kept.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> atLeast(B &b, Val<B, F> x, F low) {
  return b.select(b.less(x, b.constant(low)), b.constant(low), x);
}
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> atMost(B &b, Val<B, F> x, F high) {
  return b.select(b.less(b.constant(high), x), b.constant(high), x);
}
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> bound(B &b, Val<B, F> x, F low, F high) {
  return atMost(b, atLeast(b, x, low), high);
}

/// e^x where that is neither infinite nor denormal.
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> expInRange(B &b, Val<B, F> x) {
  auto reduced = reduceExp(b, x);
  return b.mul(expReduced(b, reduced), pow2(b, reduced.n));
}

/// e^x: overflows to infinity, underflows through denormals, rounded once
/// there, to 0.
template <class B, class F> Val<B, F> exp(B &b, Val<B, F> x) {
  using C = ExpConstants<F>;
  auto reduced = reduceExp(b, bound(b, x, C::low, C::high));
  return scale(b, expReduced(b, reduced), reduced.n);
}

/// e^x - 1 without cancellation.
///
/// 2^n (e^r - 1) + (2^n - 1), halved until the end so that n may be one more
/// than the largest exponent.
template <class B, class F> Val<B, F> expm1(B &b, Val<B, F> x) {
  using C = ExpConstants<F>;
  auto x0 = bound(b, x, F(-0.75) * FloatInfo<F>::width, C::high);
  auto reduced = reduceExp(b, x0);
  auto tail = expTail(b, reduced);
  auto near = b.add(reduced.r, tail);
  auto half = pow2(b, b.sub(reduced.n, b.constant(IntOf<F>{1})));
  auto whole = b.fma(half, reduced.r, b.sub(half, like(b, x, 0.5)));
  auto farHalf = b.fma(half, tail, whole);
  auto far = b.add(farHalf, farHalf);
  auto isNear = b.equal(reduced.nFloat, like(b, x, 0));
  return withSign(b, b.select(isNear, near, far), signBit(b, x));
}

/// 1 / (1 + e^-x); e^x / (1 + e^x) for x < 0, which reaches the denormals.
///
/// Of 1 + e, e = e^-|x|, the rounding error d' is taken back from the quotient
/// q, to first order -q d' / (1 + e): left in, the sum of errors is beyond
/// 2 ULP. In float half of it at worst stays, which all inputs show to be
/// enough; in double e's error is taken back too (needed for x < 0 alone),
/// e' / (1 + e)^2. 1 / (1 + e) is q for x >= 0 and 1 - q below.
template <class B, class F> Val<B, F> logistic(B &b, Val<B, F> x) {
  auto zero = like(b, x, 0), one = like(b, x, 1);
  auto reduced =
      reduceExp(b, atLeast(b, b.neg(magnitude(b, x)), ExpConstants<F>::low));
  auto p = expReducedClose(b, reduced);
  auto e = scale(b, p.high, reduced.n);
  auto sum = fastTwoSum(b, one, e);
  auto negative = b.less(x, zero);
  auto quotient = b.div(b.select(negative, e, one), sum.high);
  if constexpr (isSameType<F, float>)
    return b.fma(b.neg(quotient), sum.low, quotient);
  auto inverse = b.select(negative, b.sub(one, quotient), quotient);
  auto eLow = b.select(negative, scale(b, p.low, reduced.n), zero);
  auto error = b.fma(b.neg(quotient), sum.low, b.mul(eLow, inverse));
  return b.fma(error, inverse, quotient);
}

/// For |x| < 0.625 x + x^3 p(x^2), in double p / q, minimax (2^-27.7, 2^-58.8);
/// else 1 - 2 / (e^2|x| + 1), which would cancel near 0. One division serves
/// both.
template <class B, class F> Val<B, F> tanh(B &b, Val<B, F> x) {
  auto sign = signBit(b, x);
  auto a = magnitude(b, x);
  auto one = like(b, x, 1), two = like(b, x, 2);
  auto bounded = atMost(b, a, ExpConstants<F>::tanhOne);
  auto denominator = b.add(expInRange(b, b.add(bounded, bounded)), one);
  auto isNear = b.less(a, like(b, x, 0.625));
  auto square = b.mul(a, a);
  if constexpr (isSameType<F, float>) {
    static constexpr float p[] = {-0x1.555532p-2f, 0x1.1106f6p-3f,
                                  -0x1.b835a4p-5f, 0x1.51f8cep-6f,
                                  -0x1.750ceap-8f};
    auto near = b.fma(b.mul(a, square), polynomial(b, square, p), a);
    auto far = b.sub(one, b.div(two, denominator));
    return withSign(b, b.select(isNear, near, far), sign);
  } else {
    static constexpr double p[] = {-0x1.5555555555556p-2, -0x1.4fda3296bc826p-6,
                                   -0x1.a1b4e5dd7a1a0p-13};
    static constexpr double q[] = {1, 0.4614963991254931, 0.02329133187629886,
                                   0.0002065337374875025};
    auto numerator = b.mul(b.mul(a, square), polynomial(b, square, p));
    auto quotient =
        b.div(b.select(isNear, numerator, two),
              b.select(isNear, polynomial(b, square, q), denominator));
    auto r = b.select(isNear, b.add(a, quotient), b.sub(one, quotient));
    return withSign(b, r, sign);
  }
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_EXPONENTIAL_H
