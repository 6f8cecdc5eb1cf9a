// Scalar conversions of binary16: the element form has no arithmetic.
#ifndef TGC_RUNTIME_CORE_HALF_H
#define TGC_RUNTIME_CORE_HALF_H

#include "tgc/runtime/core/DType.h"

#include <bit>
#include <cmath>

namespace tgc {

/// The same value in f32, exactly; a NaN keeps its sign and payload.
inline float floatFromHalf(Half half) {
  uint32_t sign = uint32_t{half.bits & 0x8000u} << 16;
  uint32_t exponent = (half.bits >> 10) & 0x1fu;
  uint32_t mantissa = half.bits & 0x3ffu;
  if (exponent == 0) { // zero or denormal: a multiple of 2^-24
    float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<uint32_t>(magnitude) | sign);
  }
  uint32_t wide = exponent == 0x1f ? 0xffu : exponent + (127 - 15);
  return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

/// One rounding to nearest even; beyond 65504 + half a step gives inf, NaN a
/// quiet NaN of the same sign.
inline Half halfFromFloat(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  uint32_t sign = (bits >> 16) & 0x8000u;
  uint32_t magnitude = bits & 0x7fffffffu;
  uint32_t half;
  if (magnitude > 0x7f800000u) {
    half = 0x7e00u | ((magnitude >> 13) & 0x1ffu);
  } else if (magnitude >= 0x477ff000u) { // 65520
    half = 0x7c00u;
  } else if (magnitude < 0x38800000u) { // 2^-14: 0.5 has steps of 2^-24
    float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    half = std::bit_cast<uint32_t>(shifted) - 0x3f000000u;
  } else {
    uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u);
    half = (rounded - (uint32_t{127 - 15} << 23)) >> 13;
  }
  return Half{static_cast<uint16_t>(sign | half)};
}

/// One rounding to nearest even, not two: f32 is reached by rounding to odd.
inline Half halfFromDouble(double value) {
  float narrow = static_cast<float>(value);
  if (std::isfinite(narrow) && static_cast<double>(narrow) != value) {
    uint32_t bits = std::bit_cast<uint32_t>(narrow);
    if (std::fabs(static_cast<double>(narrow)) > std::fabs(value))
      --bits; // towards zero
    narrow = std::bit_cast<float>(bits | 1u);
  }
  return halfFromFloat(narrow);
}

} // namespace tgc

#endif // TGC_RUNTIME_CORE_HALF_H
