// uniform/v1, normal/v1 and randint/v1 over the philox4x32 stream of a key.
#ifndef TGC_RUNTIME_RANDOM_DISTRIBUTIONS_H
#define TGC_RUNTIME_RANDOM_DISTRIBUTIONS_H

#include "tgc/runtime/core/Half.h"
#include "tgc/runtime/random/NormalQuantile.h"
#include "tgc/runtime/random/Philox.h"

#include <limits>

namespace tgc {

/// Arithmetic that rounds once per operation to the float dtype T. Half
/// computes in float: its sums and products equal native binary16.
template <class T> struct FloatOps {
  static T add(T a, T b) { return a + b; }
  static T sub(T a, T b) { return a - b; }
  static T mul(T a, T b) { return a * b; }
  static T min(T a, T b) { return b < a ? b : a; }
  static T from(double x) { return static_cast<T>(x); }
  static T below(T x) {
    return std::nextafter(x, -std::numeric_limits<T>::infinity());
  }
};
template <> struct FloatOps<Half> {
  static Half add(Half a, Half b) {
    return halfFromFloat(floatFromHalf(a) + floatFromHalf(b));
  }
  static Half sub(Half a, Half b) {
    return halfFromFloat(floatFromHalf(a) - floatFromHalf(b));
  }
  static Half mul(Half a, Half b) {
    return halfFromFloat(floatFromHalf(a) * floatFromHalf(b));
  }
  static Half min(Half a, Half b) {
    return floatFromHalf(b) < floatFromHalf(a) ? b : a;
  }
  static Half from(double x) { return halfFromDouble(x); }
  static Half below(Half x) {
    if ((x.bits & 0x7fffu) == 0)
      return Half{0x8001};
    bool negative = x.bits & 0x8000u;
    return Half{static_cast<uint16_t>(negative ? x.bits + 1 : x.bits - 1)};
  }
};

/// u01 of element `index`: a multiple of 2^-24 (f32), 2^-53 (f64; two words),
/// 2^-11 (f16) in [0, 1).
template <class T> T unitUniform(PhiloxStream &stream, uint64_t index) {
  if constexpr (dtypeOf<T> == DType::f64)
    return static_cast<double>(stream.doubleWord(index) >> 11) * 0x1p-53;
  else if constexpr (dtypeOf<T> == DType::f32)
    return static_cast<float>(stream.word(index) >> 8) * 0x1p-24f;
  else
    return halfFromFloat(static_cast<float>(stream.word(index) >> 21) *
                         0x1p-11f);
}

/// uniform/v1: min(low + u (high - low), the next value below high) for
/// `count` elements in row-major order. low < high; high - low finite.
template <class T>
void fillUniform(RandomKey key, T low, T high, T *out, int64_t count) {
  using Ops = FloatOps<T>;
  PhiloxStream stream(key);
  T span = Ops::sub(high, low), last = Ops::below(high);
  for (int64_t i = 0; i < count; ++i) {
    T u = unitUniform<T>(stream, static_cast<uint64_t>(i));
    out[i] = Ops::min(Ops::add(low, Ops::mul(u, span)), last);
  }
}

/// normal/v1: mean + stddev z, z = sqrt(2) erf_inv(2u - 1),
/// u = (word >> 9 + 1/2) 2^-23; f64: two words, 12 and 52.
template <class T>
void fillNormal(RandomKey key, T mean, T stddev, T *out, int64_t count) {
  using Ops = FloatOps<T>;
  PhiloxStream stream(key);
  for (int64_t i = 0; i < count; ++i) {
    auto index = static_cast<uint64_t>(i);
    double u;
    if constexpr (dtypeOf<T> == DType::f64)
      u = (static_cast<double>(stream.doubleWord(index) >> 12) + 0.5) * 0x1p-52;
    else
      u = (static_cast<double>(stream.word(index) >> 9) + 0.5) * 0x1p-23;
    T z = Ops::from(normalQuantile(u));
    out[i] = Ops::add(mean, Ops::mul(stddev, z));
  }
}

/// randint/v1: low + (word64 * span >> 64), span = high - low > 0, for every
/// integer dtype and bool; results lie in [low, low + span).
template <class T>
void fillRandint(RandomKey key, int64_t low, uint64_t span, T *out,
                 int64_t count) {
  PhiloxStream stream(key);
  for (int64_t i = 0; i < count; ++i) {
    __extension__ using Wide = unsigned __int128;
    Wide product = Wide{stream.doubleWord(static_cast<uint64_t>(i))} * span;
    auto offset = static_cast<uint64_t>(product >> 64);
    out[i] = static_cast<T>(
        static_cast<int64_t>(static_cast<uint64_t>(low) + offset));
  }
}

} // namespace tgc

#endif // TGC_RUNTIME_RANDOM_DISTRIBUTIONS_H
