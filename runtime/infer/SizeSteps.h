// Size expressions as steps of 64-bit integer arithmetic: the one recipe for
// what such arithmetic lacks, for all who turn sizes into code.
#ifndef TGC_RUNTIME_INFER_SIZESTEPS_H
#define TGC_RUNTIME_INFER_SIZESTEPS_H

#include "tgc/runtime/infer/DimExpr.h"

namespace tgc {

/// Operations on 64-bit integers that wrap. V is a value or the code of one.
template <class V> struct IntegerSteps {
  std::function<V(int64_t)> constant;
  std::function<V(V, V)> add, sub, mul;
  /// Rounded toward zero; never asked to divide by 0 or -1, which may trap.
  std::function<V(V, V)> divide;
  std::function<V(V, V)> less, equal; // conditions; less is signed
  std::function<V(V, V)> both, either;
  std::function<V(V condition, V a, V b)> select;
};

/// Sets mod to a - b * floorDiv(a, b).
template <class V> void setMod(DimExpr::Builder<V> &builder) {
  builder.mod = [constant = builder.constant, add = builder.add,
                 mul = builder.mul, floorDiv = builder.floorDiv](V a, V b) {
    return add(a, mul(constant(-1), mul(b, floorDiv(a, b))));
  };
}

/// floor(a / b) for a divisor of either sign; any number for divisor 0, which
/// the checks at entry exclude, and no trap: code may run ahead of its use.
template <class V> V floorDiv(const IntegerSteps<V> &steps, V a, V b) {
  V zero = steps.constant(0), one = steps.constant(1);
  V isMinusOne = steps.equal(b, steps.constant(-1));
  V divisor =
      steps.select(steps.either(steps.equal(b, zero), isMinusOne), one, b);
  V quotient = steps.divide(a, divisor);
  V rest = steps.sub(a, steps.mul(quotient, divisor));
  V above = steps.either(
      steps.both(steps.less(rest, zero), steps.less(zero, divisor)),
      steps.both(steps.less(zero, rest), steps.less(divisor, zero)));
  quotient = steps.sub(quotient, steps.select(above, one, zero));
  return steps.select(isMinusOne, steps.sub(zero, a), quotient);
}

/// A builder of all but the symbols.
template <class V> DimExpr::Builder<V> builderOf(const IntegerSteps<V> &steps) {
  DimExpr::Builder<V> builder;
  builder.constant = steps.constant;
  builder.add = steps.add;
  builder.mul = steps.mul;
  builder.floorDiv = [steps](V a, V b) { return floorDiv(steps, a, b); };
  setMod(builder);
  builder.min = [steps](V a, V b) {
    return steps.select(steps.less(a, b), a, b);
  };
  builder.max = [steps](V a, V b) {
    return steps.select(steps.less(a, b), b, a);
  };
  return builder;
}

} // namespace tgc

#endif // TGC_RUNTIME_INFER_SIZESTEPS_H
