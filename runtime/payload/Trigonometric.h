// Payloads of sin and cos.
#ifndef TGC_RUNTIME_PAYLOAD_TRIGONOMETRIC_H
#define TGC_RUNTIME_PAYLOAD_TRIGONOMETRIC_H

#include "tgc/runtime/payload/DoubleWord.h"

namespace tgc::payload {

/// x = quadrant pi/2 + r, |r| <= pi/4; of the quadrant the low two bits count.
template <class B> struct TrigReduced {
  DoubleWord<B, double> r;
  Val<B, int64_t> quadrant;
};

/// 2/pi from the bit of weight 2^34 on, 32 bits each: the first 35 bits are 0.
inline constexpr uint32_t twoOverPi[38] = {
    0x00000000, 0x145f306d, 0xc9c882a5, 0x3f84eafa, 0x3ea69bb8, 0x1b6c52b3,
    0x27887208, 0x3fca2c75, 0x7bd778ac, 0x36e48dc7, 0x4849ba5c, 0x00c925dd,
    0x413a3243, 0x9fc3bd63, 0x962534e7, 0xdd1046be, 0xa5d76890, 0x9d338e04,
    0xd68befc8, 0x27323ac7, 0x306a673e, 0x93908bf1, 0x77bf2507, 0x63ff12ff,
    0xfbc0b301, 0xfde5e231, 0x6b414da3, 0xeda6cfd9, 0xe4f96136, 0xe9e8c7ec,
    0xd3cbfd45, 0xaea4f758, 0xfd7cbe2f, 0x67a0e73e, 0xf14a525d, 0x4d7f6bf6,
    0x23f1aba1, 0x0ac06608};

/// Payne and Hanek's reduction for 2^20 <= |x| < infinity, in integers.
///
/// x = M 2^E, M of 53 bits. Bits of 2/pi that make a multiple of 4 of the
/// product are left out: what counts begins at weight 2^(1 - E), 192 bits of
/// it, found by selects (halving the candidates five times) and a shift. M
/// times these, modulo 2^192, has the quadrant in its two top bits and the
/// fraction of a quadrant in 190 more; no double is closer to a multiple of
/// pi/2 than 2^-62 of it, so 128 remain.
template <class B>
__attribute__((noinline)) TrigReduced<B> reduceHuge(B &b, Val<B, double> x) {
  auto i64 = [&](int64_t v) { return b.constant(v); };
  auto low32 = [&](Val<B, int64_t> v) { return b.bitAnd(v, i64(0xffffffff)); };
  auto high32 = [&](Val<B, int64_t> v) { return shiftRightLogical(b, v, 32); };
  using Bits = FloatBits<double>;

  auto bits = b.bits(magnitude(b, x));
  auto m =
      b.bitOr(b.bitAnd(bits, i64(Bits::fractionMask)), i64(int64_t{1} << 52));
  // E + 33, the place of the first bit: 1 .. 1004 for the x allowed; others
  // are kept in range, their results are not used.
  auto place = b.sub(shiftRightLogical(b, bits, 52), i64(1075 - 33));
  place = b.select(b.less(place, i64(0)), i64(0), place);
  place = b.bitAnd(place, i64(1023));

  Val<B, int64_t> w[38];
#pragma unroll
  for (int i = 0; i < 38; ++i)
    w[i] = i64(twoOverPi[i]);
  int count = 38;
#pragma unroll
  for (int step = 16; step >= 1; step /= 2) {
    auto on = b.notEqual(b.bitAnd(place, i64(32 * step)), i64(0));
    count -= step;
#pragma unroll
    for (int i = 0; i < count; ++i)
      w[i] = b.select(on, w[i + step], w[i]);
  }
  auto shift = b.bitAnd(place, i64(31)); // of the seven words that are left
  Val<B, int64_t> window[6];             // lowest first
#pragma unroll
  for (int i = 0; i < 6; ++i) {
    auto pair = b.bitOr(shiftLeft(b, w[5 - i], 32), w[6 - i]);
    window[i] = high32(b.shiftLeft(pair, shift));
  }

  // M times the window, modulo 2^192, in words of 32 bits.
  auto mLow = low32(m), mHigh = high32(m);
  Val<B, int64_t> product[6];
  auto carry = i64(0);
#pragma unroll
  for (int i = 0; i < 6; ++i) {
    // carry < 2^34: each sum stays below 2^64.
    auto one = b.mul(mLow, window[i]);
    auto sum = b.add(low32(one), carry);
    carry = high32(one);
    if (i > 0) {
      auto two = b.mul(mHigh, window[i - 1]);
      sum = b.add(sum, low32(two));
      carry = b.add(carry, high32(two));
    }
    product[i] = low32(sum);
    carry = b.add(carry, high32(sum));
  }

  // The nearest quadrant, and the signed rest in units of 2^-62 of one.
  auto top = b.bitOr(shiftLeft(b, product[5], 32), product[4]);
  auto quadrant = shiftRightLogical(b, b.add(top, i64(int64_t{1} << 61)), 62);
  auto rest = b.sub(top, shiftLeft(b, quadrant, 62));

  // To a double-word, from the top: what cancels does so without error.
  // A word v < 2^32 times 2^e is (2^(52 + e) + v 2^e) - 2^(52 + e).
  auto word = [&](Val<B, int64_t> v, int e) {
    auto unit = b.constant(Bits::pow2(52 + e));
    return b.sub(b.fromBits(b.bitOr(b.bits(unit), v)), unit);
  };
  // The top word is signed: biased by 2^31.
  auto biased = low32(b.add(shiftRight(b, rest, 32), i64(int64_t{1} << 31)));
  auto high = b.sub(word(biased, -30), b.constant(2.0));
  auto low = b.constant(0.0);
  const Val<B, int64_t> words[] = {low32(rest), product[3], product[2],
                                   product[1]};
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    auto s = twoSum(b, high, word(words[i], -62 - 32 * i));
    high = s.high;
    low = b.add(low, s.low);
  }

  // Times pi/2, and the sign of x.
  auto piHigh = b.constant(0x1.921fb54442d18p+0);
  auto piLow = b.constant(0x1.1a62633145c07p-54);
  auto r = twoProduct(b, high, piHigh);
  r.low = b.add(r.low, b.add(b.mul(high, piLow), b.mul(low, piHigh)));
  r = fastTwoSum(b, r.high, r.low);
  auto sign = signBit(b, x);
  auto negative = b.notEqual(sign, i64(0));
  quadrant = b.select(negative, b.sub(i64(0), quadrant), quadrant);
  return {{flipSign(b, r.high, sign), flipSign(b, r.low, sign)}, quadrant};
}

/// Cody and Waite's reduction for |x| < 2^20: pi/2 in parts of 33 bits, whose
/// products with the quadrant are exact, and one of 53. An x that was a float
/// (F) leaves r no smaller than 2^-40: one part of 33 bits is enough.
template <class F, class B>
TGC_PAYLOAD_INLINE TrigReduced<B> reduceMedium(B &b, Val<B, double> x) {
  auto shift = b.constant(FloatBits<double>::roundingShift);
  auto shifted = b.fma(x, b.constant(0x1.45f306dc9c883p-1), shift);
  auto minus = b.sub(shift, shifted);
  auto first = b.add(x, b.mul(minus, b.constant(0x1.921fb544p+0))); // exact
  if constexpr (isSameType<F, float>) {
    auto r = b.fma(minus, b.constant(0x1.0b4611a626331p-34), first);
    return {{r, b.constant(0.0)}, b.bits(shifted)};
  }
  auto second = twoSum(b, first, b.mul(minus, b.constant(0x1.0b4611a6p-34)));
  auto third =
      twoSum(b, second.high, b.mul(minus, b.constant(0x1.3198a2ep-69)));
  auto low = b.fma(minus, b.constant(0x1.b839a252049c1p-104),
                   b.add(second.low, third.low));
  return {fastTwoSum(b, third.high, low), b.bits(shifted)};
}

/// Every finite x; the whole vector pays for one huge argument.
template <class F, class B>
TGC_PAYLOAD_INLINE TrigReduced<B> reduceTrig(B &b, Val<B, double> x) {
  auto isHuge = b.bitNot(b.less(magnitude(b, x), b.constant(0x1p20)));
  auto medium = reduceMedium<F>(b, x);
  Vals<B, double, 3> otherwise{
      {medium.r.high, medium.r.low, b.fromBits(medium.quadrant)}};
  // Inlined so that what it captures stays in registers on the usual path.
  auto r = b.ifAny(
      isHuge,
      [&]() __attribute__((always_inline)) {
        auto huge = reduceHuge(b, x);
        auto quadrant = b.select(isHuge, huge.quadrant, medium.quadrant);
        return Vals<B, double, 3>{{b.select(isHuge, huge.r.high, medium.r.high),
                                   b.select(isHuge, huge.r.low, medium.r.low),
                                   b.fromBits(quadrant)}};
      },
      otherwise);
  return {{r[0], r[1]}, b.bits(r[2])};
}

/// sin r and cos r, r = high + low, |r| <= pi/4, in the precision of F:
/// r + r^3 s(r^2) and 1 - r^2/2 + r^4 c(r^2), minimax (2^-27.8 and 2^-32.7;
/// 2^-57.7 and 2^-63.7).
template <class B>
TGC_PAYLOAD_INLINE Val<B, float> sinReduced(B &b, Val<B, float> r) {
  static constexpr float s[] = {-0x1.555544p-3f, 0x1.1106c6p-7f,
                                -0x1.991c26p-13f};
  auto z = b.mul(r, r);
  return b.fma(b.mul(r, z), polynomial(b, z, s), r);
}
template <class B>
TGC_PAYLOAD_INLINE Val<B, float> cosReduced(B &b, Val<B, float> r) {
  static constexpr float c[] = {0x1.55554ap-5f, -0x1.6c0c14p-10f,
                                0x1.99de6ap-16f};
  auto z = b.mul(r, r);
  auto half = b.mul(z, b.constant(0.5f));
  auto one = b.constant(1.0f);
  auto first = b.sub(one, half);
  auto rest = b.sub(b.sub(one, first), half);
  return b.add(first, b.fma(b.mul(z, z), polynomial(b, z, c), rest));
}
template <class B>
TGC_PAYLOAD_INLINE Val<B, double> sinReduced(B &b,
                                             const DoubleWord<B, double> &r) {
  static constexpr double s[] = {-0x1.5555555555547p-3,  0x1.111111110f573p-7,
                                 -0x1.a01a019bada15p-13, 0x1.71de351f18563p-19,
                                 -0x1.ae5e1fa5b583ep-26, 0x1.5d7e40adb563dp-33};
  auto z = b.mul(r.high, r.high);
  // sin'(r) low ~ (1 - z/2) low
  auto low = b.sub(r.low, b.mul(b.mul(z, b.constant(0.5)), r.low));
  return b.add(r.high, b.fma(b.mul(r.high, z), polynomial(b, z, s), low));
}
template <class B>
TGC_PAYLOAD_INLINE Val<B, double> cosReduced(B &b,
                                             const DoubleWord<B, double> &r) {
  static constexpr double c[] = {0x1.5555555555549p-5,  -0x1.6c16c16c14bcfp-10,
                                 0x1.a01a019c24eecp-16, -0x1.27e4f7a4ef7c6p-22,
                                 0x1.1ee9a7aab6dc3p-29, -0x1.8f8b75a1ae037p-37};
  auto z = b.mul(r.high, r.high);
  auto half = b.mul(z, b.constant(0.5));
  auto one = b.constant(1.0);
  auto first = b.sub(one, half);
  auto rest = b.sub(b.sub(one, first), half);
  rest = b.sub(rest, b.mul(r.high, r.low)); // cos'(r) low ~ -r low
  return b.add(first, b.fma(b.mul(z, z), polynomial(b, z, c), rest));
}

/// sin(x + turn pi/2).
template <class B, class F>
TGC_PAYLOAD_INLINE Val<B, F> sinTurned(B &b, Val<B, F> x, int turn) {
  using I = IntOf<F>;
  Val<B, F> sine, cosine;
  Val<B, I> quadrant;
  if constexpr (isSameType<F, float>) {
    auto reduced = reduceTrig<F>(b, b.template convertFloat<double>(x));
    auto r = b.template convertFloat<float>(reduced.r.high);
    sine = sinReduced(b, r);
    cosine = cosReduced(b, r);
    quadrant = b.template convertInt<int32_t>(reduced.quadrant);
  } else {
    auto reduced = reduceTrig<F>(b, x);
    sine = sinReduced(b, reduced.r);
    cosine = cosReduced(b, reduced.r);
    quadrant = reduced.quadrant;
  }
  quadrant = b.add(quadrant, b.constant(I{turn}));
  auto odd = b.notEqual(b.bitAnd(quadrant, b.constant(I{1})), b.constant(I{0}));
  auto sign = shiftLeft(b, b.bitAnd(quadrant, b.constant(I{2})),
                        FloatInfo<F>::width - 2);
  auto r = flipSign(b, b.select(odd, cosine, sine), sign);
  auto isFinite = b.less(magnitude(b, x), infinity(b, x));
  return b.select(isFinite, r, nan(b, x));
}

/// sin x, x in radians; every finite argument is reduced exactly.
template <class B, class F> Val<B, F> sin(B &b, Val<B, F> x) {
  // Keeps -0 and denormals; the next term is below half an ulp.
  auto tiny = b.less(magnitude(b, x),
                     b.constant(FloatBits<F>::pow2(-FloatInfo<F>::width / 2)));
  return b.select(tiny, x, sinTurned(b, x, 0));
}

/// cos x, x in radians; every finite argument is reduced exactly.
template <class B, class F> Val<B, F> cos(B &b, Val<B, F> x) {
  return sinTurned(b, x, 1);
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_TRIGONOMETRIC_H
