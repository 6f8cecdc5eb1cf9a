// The payload of convert, among bool, uint8_t, int32_t, int64_t, Half, float
// and double.
#ifndef TGC_RUNTIME_PAYLOAD_CONVERT_H
#define TGC_RUNTIME_PAYLOAD_CONVERT_H

#include "tgc/runtime/payload/Bits.h"

namespace tgc::payload {

/// f16 to f32, exact; NaN comes out quiet.
///
/// The fraction and exponent moved into a float's place are the value times
/// 2^-112, the difference of the biases, denormals too.
template <class B> Val<B, float> halfToFloat(B &b, Val<B, Half> x) {
  using Bits = FloatBits<float>;
  auto h = b.halfBits(x);
  auto a = b.bitAnd(h, b.constant(0x7fff));
  auto moved = shiftLeft(b, a, 13);
  auto finite = b.bits(b.mul(b.fromBits(moved), b.constant(Bits::pow2(112))));
  auto inf = b.constant(0x7c00);
  auto quiet = b.select(b.less(inf, a), b.constant(Bits::quietNan),
                        b.constant(Bits::infinity));
  auto r = b.select(b.less(a, inf), finite, b.bitOr(moved, quiet));
  auto sign = shiftLeft(b, b.bitAnd(h, b.constant(0x8000)), 16);
  return b.fromBits(b.bitOr(r, sign));
}

/// f32 or f64 to f16, rounded once to nearest even; NaN comes out quiet.
///
/// Adding 2^(E + fraction - 10), E the exponent of |x| but at least f16's
/// least, leaves the ten bits that f16 keeps. Times the difference of the
/// biases, the sum's exponent and fraction lie where f16 has them, shifted;
/// from 65520 on they are infinity's.
template <class B, class F> Val<B, Half> floatToHalf(B &b, Val<B, F> x) {
  using Bits = FloatBits<F>;
  using I = IntOf<F>;
  constexpr int shift = Bits::fraction - FloatInfo<Half>::fraction;
  auto a = magnitude(b, x);
  auto top = like(b, x, 65536);
  auto bounded = b.select(b.less(a, top), a, top);
  auto least = b.constant(Bits::pow2(-14));
  auto normal = b.select(b.less(bounded, least), least, bounded);
  auto exponent = b.bitAnd(b.bits(normal), b.constant(Bits::infinity));
  auto magic = b.fromBits(
      b.add(exponent, b.constant(static_cast<I>(I{shift} << Bits::fraction))));
  auto rounded = b.sub(b.add(bounded, magic), magic);
  constexpr int biases = FloatInfo<F>::bias - FloatInfo<Half>::bias;
  auto moved = b.mul(rounded, b.constant(Bits::pow2(-biases)));
  auto r = shiftRightLogical(b, b.bits(moved), shift);
  r = b.select(isNan(b, x), b.constant(I{0x7e00}), r);
  auto sign = shiftRightLogical(b, signBit(b, x), FloatInfo<F>::width - 16);
  return b.halfFromBits(b.template convertInt<int32_t>(b.bitOr(r, sign)));
}

/// Truncates; saturates; NaN gives 0.
template <class I, class B, class F> Val<B, I> floatToInt(B &b, Val<B, F> x) {
  constexpr I min = static_cast<I>(uint64_t{1} << (8 * sizeof(I) - 1));
  auto low = b.constant(static_cast<F>(min)); // a power of two, so exact
  auto high = b.neg(low);
  auto fits = b.bitAnd(b.lessEqual(low, x), b.less(x, high));
  auto r = b.template truncToInt<I>(b.select(fits, x, like(b, x, 0)));
  r = b.select(b.less(x, low), b.constant(min), r);
  return b.select(b.lessEqual(high, x), b.constant(static_cast<I>(~min)), r);
}

/// x as an element of type To: float to integer truncates, saturates and gives
/// 0 for NaN; integer to integer wraps; to bool x != 0, NaN true; to float one
/// rounding to nearest even.
template <class To, class B, class From>
Val<B, To> convert(B &b, Val<B, From> x) {
  if constexpr (isSameType<To, From>) {
    return x;
  } else if constexpr (isSameType<From, Half>) {
    if constexpr (isBoolType<To>)
      return b.notEqual(b.bitAnd(b.halfBits(x), b.constant(0x7fff)),
                        b.constant(0));
    else
      return convert<To>(b, halfToFloat(b, x));
  } else if constexpr (isBoolType<From>) {
    if constexpr (isSameType<To, Half>)
      return b.halfFromBits(b.select(x, b.constant(0x3c00), b.constant(0)));
    else
      return b.select(x, b.constant(To(1)), b.constant(To(0)));
  } else if constexpr (isFloatType<From>) {
    if constexpr (isSameType<To, Half>) {
      return floatToHalf(b, x);
    } else if constexpr (isFloatType<To>) {
      return b.template convertFloat<To>(x);
    } else if constexpr (isBoolType<To>) {
      return b.notEqual(x, like(b, x, 0));
    } else if constexpr (isSameType<To, uint8_t>) {
      auto i = floatToInt<int32_t>(b, x);
      auto zero = b.constant(0), top = b.constant(255);
      i = b.select(b.less(i, zero), zero, i);
      return b.template convertInt<To>(b.select(b.less(top, i), top, i));
    } else {
      return floatToInt<To>(b, x);
    }
  } else if constexpr (isSameType<From, uint8_t> && !isSameType<To, int64_t>) {
    return convert<To>(b, b.template convertInt<int32_t>(x));
  } else if constexpr (isBoolType<To>) {
    return b.notEqual(x, like(b, x, 0));
  } else if constexpr (isSameType<To, Half>) {
    // What float rounds here is beyond f16's range, so only one rounding shows.
    return floatToHalf(b, b.template toFloat<float>(x));
  } else if constexpr (isFloatType<To>) {
    return b.template toFloat<To>(x);
  } else {
    return b.template convertInt<To>(x);
  }
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_CONVERT_H
