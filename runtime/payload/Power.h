// The payload of power.
#ifndef TGC_RUNTIME_PAYLOAD_POWER_H
#define TGC_RUNTIME_PAYLOAD_POWER_H

#include "tgc/runtime/payload/Arithmetic.h"
#include "tgc/runtime/payload/DoubleWord.h"
#include "tgc/runtime/payload/Logarithm.h"
#include "tgc/runtime/payload/Rounding.h"

namespace tgc::payload {

/// x^y by squaring, wrapping; divide(1, x^-y) for y < 0.
template <class B, class I> Val<B, I> intPower(B &b, Val<B, I> x, Val<B, I> y) {
  auto zero = like(b, x, 0), one = like(b, x, 1);
  auto state = b.loopWhile(
      Vals<B, I, 3>{{one, x, abs(b, y)}}, // MIN is 2^(width - 1) as unsigned
      [&](const Vals<B, I, 3> &s) { return b.notEqual(s[2], zero); },
      [&](const Vals<B, I, 3> &s) {
        auto odd = b.notEqual(b.bitAnd(s[2], one), zero);
        return Vals<B, I, 3>{{b.select(odd, b.mul(s[0], s[1]), s[0]),
                              b.mul(s[1], s[1]),
                              shiftRightLogical(b, s[2], 1)}};
      });
  return b.select(b.less(y, zero), divide(b, one, state[0]), state[0]);
}

/// a^y, 0 < a < infinity, within [0, infinity]: in double, with 37 bits of
/// log a and 33 of the result.
template <class B>
TGC_PAYLOAD_INLINE Val<B, float> powerMagnitude(B &b, Val<B, float> a,
                                                Val<B, float> y) {
  static constexpr double logQ[] = {0x1.555554fa46b19p-1, 0x1.999a810c1e977p-2,
                                    0x1.243718d7a1b3cp-2, 0x1.e33d126af6ed5p-3};
  static constexpr double expQ[] = {
      0x1.0000003ac5dc5p-1, 0x1.5555517d63f40p-3,  0x1.555487c2342eap-5,
      0x1.1116c7bdc3daep-7, 0x1.6d94221ef0ef8p-10, 0x1.98c83de38745dp-13};
  auto one = b.constant(1.0);
  auto ln2 = b.constant(0x1.62e42fefa39efp-1);
  // A float is a normal double, denormals too.
  auto reduced = reduceLogNormal(b, b.template convertFloat<double>(a));
  auto n = smallToFloat(b, reduced.n);
  auto f = b.sub(reduced.m, one);
  auto s = b.div(f, b.add(f, b.constant(2.0)));
  auto z = b.mul(s, s);
  auto log = b.fma(b.mul(s, z), polynomial(b, z, logQ), b.add(s, s));
  auto e = b.mul(b.fma(n, ln2, log), b.template convertFloat<double>(y));
  e = bound(b, e, -200.0, 200.0);

  auto shift = b.constant(FloatBits<double>::roundingShift);
  auto shifted = b.fma(e, b.constant(ExpConstants<double>::log2e), shift);
  auto k = b.sub(shifted, shift);
  auto r = b.fma(b.neg(k), ln2, e);
  auto q = polynomial(b, r, expQ);
  auto p = b.add(one, b.fma(b.mul(r, r), q, r));
  auto scale = pow2(b, b.sub(b.bits(shifted), b.bits(shift)));
  return b.template convertFloat<float>(b.mul(p, scale));
}

/// log a as a double-word of 63 bits, 0 < a < infinity.
///
/// a = 2^n m, s = (m - 1) / (m + 1): log m = 2 (s + s u),
/// u = s^2/3 + s^4 t(s^2), t minimax to 2^-73 of the sum.
template <class B>
TGC_PAYLOAD_INLINE DoubleWord<B, double> logDouble(B &b, Val<B, double> a) {
  static constexpr double t[] = {0x1.9999999999995p-3, 0x1.2492492493193p-3,
                                 0x1.c71c71c55709dp-4, 0x1.745d18460cccbp-4,
                                 0x1.3b135d7b5cce4p-4, 0x1.11217db799c6bp-4,
                                 0x1.de13e2b3bb8e0p-5, 0x1.ec166eb1ca4f9p-5};
  using C = ExpConstants<double>;
  auto reduced = reduceLog(b, a);
  auto n = smallToFloat(b, reduced.n);

  auto f = b.sub(reduced.m, b.constant(1.0)); // exact
  auto g = fastTwoSum(b, b.constant(2.0), f);
  auto sHigh = b.div(f, g.high);
  auto back = twoProduct(b, sHigh, g.high);
  auto rest = b.sub(b.sub(f, back.high), back.low);
  rest = b.sub(rest, b.mul(sHigh, g.low));
  auto sLow = b.div(rest, g.high);

  auto z = twoProduct(b, sHigh, sHigh);
  auto twice = b.add(sHigh, sHigh);
  z.low = b.fma(twice, sLow, z.low);
  auto third = b.constant(0x1.5555555555555p-2);
  auto u = twoProduct(b, z.high, third);
  auto tail = b.mul(b.mul(z.high, z.high), polynomial(b, z.high, t));
  u.low = b.add(u.low, b.fma(z.high, b.constant(0x1.5555555555555p-56),
                             b.mul(z.low, third)));
  auto uSum = fastTwoSum(b, u.high, tail);
  u = fastTwoSum(b, uSum.high, b.add(uSum.low, u.low));

  auto su = twoProduct(b, sHigh, u.high);
  su.low = b.add(su.low, b.fma(sHigh, u.low, b.mul(sLow, u.high)));
  auto half = fastTwoSum(b, sHigh, su.high);
  half.low = b.add(half.low, b.add(sLow, su.low));

  auto nHigh = b.mul(n, b.constant(C::ln2High)); // exact
  auto sum = twoSum(b, nHigh, b.add(half.high, half.high));
  auto low = b.add(sum.low, b.add(half.low, half.low));
  low = b.add(low, b.mul(n, b.constant(C::ln2Low)));
  return fastTwoSum(b, sum.high, low);
}

template <class B>
TGC_PAYLOAD_INLINE Val<B, double> powerMagnitude(B &b, Val<B, double> a,
                                                 Val<B, double> y) {
  auto log = logDouble(b, a);
  auto e = twoProduct(b, y, log.high);
  e.low = b.fma(y, log.low, e.low);
  // Beyond the bound the result is 0 or infinite; there e.low may be NaN.
  auto limit = b.constant(760.0);
  auto beyond = b.less(limit, magnitude(b, e.high));
  e.low = b.select(beyond, b.constant(0.0), e.low);
  e.high = bound(b, e.high, -760.0, 760.0);

  auto reduced = reduceExp(b, e.high);
  auto r = fastTwoSum(b, reduced.r, b.add(reduced.rLow, e.low));
  reduced.r = r.high;
  reduced.rLow = r.low;
  return scale(b, expReducedClose(b, reduced).high, reduced.n);
}

/// C's pow with the special values of its Annex F.
template <class B, class F>
Val<B, F> floatPower(B &b, Val<B, F> x, Val<B, F> y) {
  auto zero = like(b, x, 0), one = like(b, x, 1), inf = infinity(b, x);
  auto a = magnitude(b, x), ay = magnitude(b, y);
  auto yNegative = b.less(y, zero);
  auto xNegative = b.less(x, zero);

  auto r = powerMagnitude(b, a, y);
  auto isZero = b.equal(a, zero), isInfinite = b.equal(a, inf);
  auto toInfinity = b.bitXor(isInfinite, yNegative);
  r = b.select(b.bitOr(isZero, isInfinite), b.select(toInfinity, inf, zero), r);
  r = b.select(b.equal(a, one), one, r); // y infinite too

  auto half = b.mul(ay, like(b, y, 0.5));
  auto isInteger = b.equal(roundMagnitude(b, ay), ay);
  auto isOdd = b.bitAnd(isInteger, b.notEqual(roundMagnitude(b, half), half));
  auto sign = b.select(isOdd, signBit(b, x), b.constant(IntOf<F>{0}));
  r = withSign(b, r, sign);
  auto undefined =
      b.bitAnd(b.bitAnd(xNegative, b.bitNot(isInteger)), b.less(a, inf));
  r = b.select(undefined, nan(b, x), r);
  r = b.select(b.bitOr(isNan(b, x), isNan(b, y)), b.add(x, y), r);
  return b.select(b.bitOr(b.equal(y, zero), b.equal(x, one)), one, r);
}

/// x to the power y. Floats: pow of C, Annex F. Integers: repeated squaring,
/// wrapping; divide(1, power(x, -y)) for y < 0.
template <class B, class T> Val<B, T> power(B &b, Val<B, T> x, Val<B, T> y) {
  if constexpr (isFloatType<T>)
    return floatPower(b, x, y);
  else
    return intPower(b, x, y);
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_POWER_H
