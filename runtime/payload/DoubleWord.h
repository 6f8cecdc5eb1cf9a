// Unevaluated sums of two floats, for what needs more than one float's bits.
#ifndef TGC_RUNTIME_PAYLOAD_DOUBLEWORD_H
#define TGC_RUNTIME_PAYLOAD_DOUBLEWORD_H

#include "tgc/runtime/payload/Bits.h"

namespace tgc::payload {

/// high + low, |low| <= half an ulp of high.
template <class B, class F> struct DoubleWord {
  Val<B, F> high, low;
};

/// x + y, exact (Knuth).
template <class B, class F>
TGC_PAYLOAD_INLINE DoubleWord<B, F> twoSum(B &b, Val<B, F> x, Val<B, F> y) {
  auto s = b.add(x, y);
  auto back = b.sub(s, x);
  auto error = b.add(b.sub(x, b.sub(s, back)), b.sub(y, back));
  return {s, error};
}

/// x + y, exact for |x| >= |y| or x = 0 (Dekker).
template <class B, class F>
TGC_PAYLOAD_INLINE DoubleWord<B, F> fastTwoSum(B &b, Val<B, F> x, Val<B, F> y) {
  auto s = b.add(x, y);
  return {s, b.add(b.sub(x, s), y)};
}

/// x * y, exact with an exact fma, else within 2^-100 of it: halves cut off by
/// masking have exact products.
template <class B>
TGC_PAYLOAD_INLINE DoubleWord<B, double> twoProduct(B &b, Val<B, double> x,
                                                    Val<B, double> y) {
  auto p = b.mul(x, y);
  if (b.exactFma())
    return {p, b.fma(x, y, b.neg(p))};
  auto mask = b.constant(~((int64_t{1} << 27) - 1));
  auto xHigh = b.fromBits(b.bitAnd(b.bits(x), mask));
  auto yHigh = b.fromBits(b.bitAnd(b.bits(y), mask));
  auto xLow = b.sub(x, xHigh), yLow = b.sub(y, yHigh);
  auto error = b.sub(b.mul(xHigh, yHigh), p);
  error = b.add(error, b.mul(xHigh, yLow));
  error = b.add(error, b.mul(xLow, yHigh));
  return {p, b.add(error, b.mul(xLow, yLow))};
}

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_DOUBLEWORD_H
