// What a payload is written against: typed values and a builder of them.
#ifndef TGC_RUNTIME_PAYLOAD_BUILDER_H
#define TGC_RUNTIME_PAYLOAD_BUILDER_H

#include "tgc/runtime/core/DType.h"

#include <cstdint>

/// Forces inlining of what is one instruction or a few.
#define TGC_PAYLOAD_INLINE __attribute__((always_inline)) inline

/// A payload is an op's scalar form: a function template over a builder `B`
/// whose primitives compute on C++ vectors (VectorBuilder, the eager kernels)
/// or emit IR (codegen's MlirPayloadBuilder). Both do the same operations in
/// the same order, lane by lane, so both give the same bits.
///
/// A builder B has `template <class T> using Repr`, its value of element type
/// T, and the primitives below as members. T is bool, uint8_t, int32_t,
/// int64_t, Half, float or double; I stands for int32_t and int64_t, F for
/// float and double. "V<T>" abbreviates Val<B, T>. No primitive may trap,
/// fold through the host's libm, be contracted with another or assume that
/// NaN, infinity or -0 does not occur.
///
/// Values
///   V<T> constant(T v)            every lane v; T any but Half
///   V<T> select(V<bool> m, V<T> x, V<T> y)
///                                 m ? x : y, bits kept; T any
/// Floats: IEEE 754, round to nearest even, denormals kept
///   V<F> add, sub, mul, div(V<F> x, V<F> y)
///   V<F> neg(V<F> x)              flips the sign bit, of NaN and 0 too
///   V<F> fma(V<F> x, V<F> y, V<F> z)
///                                 x * y + z, rounded once where exactFma(),
///                                 else a product, rounded, and a sum
///   bool exactFma()               fixed for the whole program that is built
///   V<F> sqrt(V<F> x)             correctly rounded; sqrt(-0) = -0
///   V<bool> equal, less, lessEqual(V<F> x, V<F> y)
///                                 false where x or y is NaN
///   V<bool> notEqual(V<F> x, V<F> y)
///                                 true where x or y is NaN
///   bits(V<F> x)                  the bits, as V<int32_t> or V<int64_t>
///   fromBits(V<I> x)              the float or double with those bits
/// Integers: two's complement, wrapping
///   V<I> add, sub, mul(V<I> x, V<I> y)
///   V<I> divInt(V<I> x, V<I> y)   truncates; the caller sees to y != 0 and
///                                 not (x = MIN and y = -1)
///   V<bool> equal, notEqual, less, lessEqual(V<I> x, V<I> y)
///                                 signed
///   V<bool> lessUnsigned(V<I> x, V<I> y)
///   V<T> bitAnd, bitOr, bitXor(V<T> x, V<T> y), bitNot(V<T> x)
///                                 T is I or bool
///   V<I> shiftLeft, shiftRight (sign fill), shiftRightLogical (zero fill)
///       (V<I> x, V<I> n)          the caller sees to 0 <= n < width
/// Conversions
///   V<To> convertInt<To>(V<From> x)
///                                 among uint8_t, int32_t, int64_t: extends by
///                                 zeros from uint8_t, by the sign from the
///                                 others; keeps the low bits
///   V<F> toFloat<F>(V<I> x)       one rounding
///   V<I> truncToInt<I>(V<F> x)    toward zero; the caller sees to a result
///                                 that fits (NaN does not)
///   V<To> convertFloat<To>(V<From> x)
///                                 float <-> double, one rounding
///   V<int32_t> halfBits(V<Half> x)
///                                 the 16 bits, upper ones 0
///   V<Half> halfFromBits(V<int32_t> x)
///                                 the low 16 bits
/// Control
///   Vals<B, T, N> ifAny(V<bool> m, Then then, Vals<B, T, N> otherwise)
///                                 then() if m holds in any lane, else
///                                 `otherwise`, for the whole vector: then()
///                                 must give `otherwise`'s bits in the lanes
///                                 where m is false
///   Vals<B, T, N> loopWhile(Vals<B, T, N> init, Cond cond, Body body)
///                                 while cond(state), a V<bool>, holds in any
///                                 lane: state = body(state), in all lanes, so
///                                 body must leave the others as they are
///
/// In MLIR: arith's add/sub/mul/div/neg/cmp (predicates oeq olt ole une; eq ne
/// slt sle ult), and/or/xor, shl/shrs/shru, divsi, select, ext/trunc, sitofp,
/// fptosi, extf/truncf, bitcast; math.fma or mulf + addf; llvm.intr.sqrt;
/// scf.if and scf.while on the or of the lanes.
namespace tgc::payload {

/// A value of element type T (or a vector of them) as builder B has it.
template <class B, class T> struct Val {
  using Builder = B;
  using Element = T;
  typename B::template Repr<T> repr;
};

/// N values of one type: what conditional and repeated code results in.
template <class B, class T, int N> struct Vals {
  Val<B, T> v[N];
  Val<B, T> &operator[](int i) { return v[i]; }
  const Val<B, T> &operator[](int i) const { return v[i]; }
};

/// Layout of a float type and the integer type of its width.
template <class F> struct FloatInfo;
template <> struct FloatInfo<float> {
  using Int = int32_t;
  static constexpr int width = 32, fraction = 23, bias = 127;
};
template <> struct FloatInfo<double> {
  using Int = int64_t;
  static constexpr int width = 64, fraction = 52, bias = 1023;
};
template <> struct FloatInfo<Half> {
  static constexpr int width = 16, fraction = 10, bias = 15;
};
template <class F> using IntOf = typename FloatInfo<F>::Int;

/// The float type of an integer type's width.
template <class I> struct FloatOfInt;
template <> struct FloatOfInt<int32_t> {
  using Float = float;
};
template <> struct FloatOfInt<int64_t> {
  using Float = double;
};

template <class T> inline constexpr bool isFloatType = false;
template <> inline constexpr bool isFloatType<float> = true;
template <> inline constexpr bool isFloatType<double> = true;
template <class T> inline constexpr bool isBoolType = false;
template <> inline constexpr bool isBoolType<bool> = true;
template <class T, class U> inline constexpr bool isSameType = false;
template <class T> inline constexpr bool isSameType<T, T> = true;

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_BUILDER_H
