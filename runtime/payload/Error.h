// The payload of the error function.
#ifndef TGC_RUNTIME_PAYLOAD_ERROR_H
#define TGC_RUNTIME_PAYLOAD_ERROR_H

#include "tgc/runtime/payload/Exponential.h"

namespace tgc::payload {

/// erf is x + x near(x^2) below 1, and 1 - e^far(|x|) from there to `one`,
/// where it has rounded to 1: far ~ log(1 - erf), minimax for the error of the
/// difference.
template <class F> struct ErfConstants;
template <> struct ErfConstants<float> {
  static constexpr float one = 4;
  static constexpr float near[] = {
      // 2^-29.4
      0x1.06eba8p-3f, -0x1.81273ep-2f,  0x1.ce2ce6p-4f, -0x1.b7f71ap-6f,
      0x1.53f224p-8f, -0x1.a3515ep-11f, 0x1.4771fep-14f};
  static constexpr float far[] = {
      // 2^-29.8
      -0x1.72f3b8p-12f, -0x1.2085aep+0f, -0x1.46c5960p-1f, -0x1.a609dep-4f,
      0x1.65408p-6f,    -0x1.814896p-9f, 0x1.852462p-13f};
};
template <> struct ErfConstants<double> {
  static constexpr double one = 6;
  static constexpr double near[] = {
      // 2^-56.0
      0x1.06eba8214db68p-3,   -0x1.812746b03799dp-2,  0x1.ce2f21a03f8b8p-4,
      -0x1.b82ce311a973fp-6,  0x1.565bcceed82dfp-8,   -0x1.c02daeb690cedp-11,
      0x1.f9a296a5d2702p-14,  -0x1.f4c82ddebf8d9p-17, 0x1.b96b495f77c90p-20,
      -0x1.5b8c03c0c1a03p-23, 0x1.d3da47a114053p-27,  -0x1.a2322b145f9c4p-31};
  static constexpr double far[] = {
      // 2^-57.1
      -0x1.13a5a5ae07721p-21, -0x1.20dd1e282489bp+0,  -0x1.45f635ee982d1p-1,
      -0x1.a4ab21dde8568p-4,  0x1.3719700a5271cp-6,   0x1.b1b04b8113c18p-12,
      -0x1.f70ea107d9370p-10, 0x1.95534b64124a4p-11,  -0x1.1e72a4a7b78d4p-13,
      -0x1.4741cf9a93fd8p-16, 0x1.79ecd92548eddp-16,  -0x1.1fc8bd66a6e30p-17,
      0x1.1bc5df4de63e6p-19,  -0x1.8cb667b8960f3p-22, 0x1.8a72c40026c96p-25,
      -0x1.0b3baaf9da30fp-28, 0x1.bc1e0f85963b7p-33,  -0x1.56367e4168796p-38};
};

/// The error function: odd, -1 to 1.
template <class B, class F> Val<B, F> erf(B &b, Val<B, F> x) {
  using C = ErfConstants<F>;
  auto one = like(b, x, 1);
  auto a = magnitude(b, x);
  auto near = b.fma(a, polynomial(b, b.mul(a, a), C::near), a);
  auto bounded = atMost(b, a, C::one);
  auto far = b.sub(one, expInRange(b, polynomial(b, bounded, C::far)));
  return withSign(b, b.select(b.less(a, one), near, far), signBit(b, x));
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_ERROR_H
