// Computes payloads on C++ vectors: the builder of the eager kernels.
#ifndef TGC_RUNTIME_PAYLOAD_VECTORBUILDER_H
#define TGC_RUNTIME_PAYLOAD_VECTORBUILDER_H

#include "tgc/runtime/payload/Builder.h"

namespace tgc::payload {

/// What lies in a lane of a vector of T.
template <class T> struct LaneOf {
  using Type = T;
};
template <> struct LaneOf<bool> {
  using Type = int8_t;
};
template <> struct LaneOf<Half> {
  using Type = uint16_t;
};

/// The integers of a number of bytes.
template <int Bytes> struct IntOfBytes;
template <> struct IntOfBytes<1> {
  using S = int8_t;
  using U = uint8_t;
};
template <> struct IntOfBytes<2> {
  using S = int16_t;
  using U = uint16_t;
};
template <> struct IntOfBytes<4> {
  using S = int32_t;
  using U = uint32_t;
};
template <> struct IntOfBytes<8> {
  using S = int64_t;
  using U = uint64_t;
};

/// The builder of Builder.h on vectors of `Lanes` elements (1 is a scalar).
///
/// Tag is any type. A file built once per CPU level passes one of an unnamed
/// namespace: every instantiation, those of the payloads too, then has
/// internal linkage, and the linker cannot put the code of one level in the
/// place of another's.
///
/// A bool is a byte, 0 or -1; memory holds 0 or 1 (load, store).
template <int Lanes, class Tag> struct VectorBuilder {
  static constexpr int lanes = Lanes;

  template <class E> using Vector = E __attribute__((ext_vector_type(Lanes)));
  template <class T> using Repr = Vector<typename LaneOf<T>::Type>;
  template <class T> using V = Val<VectorBuilder, T>;
  template <class T, int N> using Vs = Vals<VectorBuilder, T, N>;

  // Memory, unaligned.
  template <class T> TGC_PAYLOAD_INLINE static V<T> load(const T *p) {
    if constexpr (isBoolType<T>) {
      Vector<int8_t> bytes;
      __builtin_memcpy(&bytes, p, Lanes);
      return mask(bytes != 0);
    } else {
      V<T> x;
      __builtin_memcpy(&x.repr, p, Lanes * sizeof(T));
      return x;
    }
  }
  template <class T> TGC_PAYLOAD_INLINE static void store(T *p, V<T> x) {
    if constexpr (isBoolType<T>)
      x.repr &= 1;
    __builtin_memcpy(p, &x.repr, Lanes * sizeof(T));
  }

  // Values.
  template <class T> TGC_PAYLOAD_INLINE V<T> constant(T v) {
    if constexpr (isBoolType<T>)
      return {Repr<bool>(static_cast<int8_t>(v ? -1 : 0))};
    else
      return {Repr<T>(v)};
  }
  template <class T> TGC_PAYLOAD_INLINE V<T> select(V<bool> m, V<T> x, V<T> y) {
    using Mask = Vector<typename IntOfBytes<sizeof(T)>::S>;
    return {__builtin_convertvector(m.repr, Mask) ? x.repr : y.repr};
  }

  // Floats, and those that integers share.
  template <class T> TGC_PAYLOAD_INLINE V<T> add(V<T> x, V<T> y) {
    return wrapped<T>(wrap(x) + wrap(y));
  }
  template <class T> TGC_PAYLOAD_INLINE V<T> sub(V<T> x, V<T> y) {
    return wrapped<T>(wrap(x) - wrap(y));
  }
  template <class T> TGC_PAYLOAD_INLINE V<T> mul(V<T> x, V<T> y) {
    return wrapped<T>(wrap(x) * wrap(y));
  }
  template <class F> TGC_PAYLOAD_INLINE V<F> div(V<F> x, V<F> y) {
    static_assert(isFloatType<F>);
    return {x.repr / y.repr};
  }
  template <class F> TGC_PAYLOAD_INLINE V<F> neg(V<F> x) {
    static_assert(isFloatType<F>);
    return {-x.repr};
  }
  template <class F> TGC_PAYLOAD_INLINE V<F> fma(V<F> x, V<F> y, V<F> z) {
    if constexpr (exactFma())
      return {__builtin_elementwise_fma(x.repr, y.repr, z.repr)};
    else
      return {x.repr * y.repr + z.repr};
  }
  static constexpr bool exactFma() {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return true;
#else
    return false;
#endif
  }
  template <class F> TGC_PAYLOAD_INLINE V<F> sqrt(V<F> x) {
    return {__builtin_elementwise_sqrt(x.repr)};
  }
  template <class T> TGC_PAYLOAD_INLINE V<bool> equal(V<T> x, V<T> y) {
    return mask(x.repr == y.repr);
  }
  template <class T> TGC_PAYLOAD_INLINE V<bool> notEqual(V<T> x, V<T> y) {
    return mask(x.repr != y.repr);
  }
  template <class T> TGC_PAYLOAD_INLINE V<bool> less(V<T> x, V<T> y) {
    return mask(x.repr < y.repr);
  }
  template <class T> TGC_PAYLOAD_INLINE V<bool> lessEqual(V<T> x, V<T> y) {
    return mask(x.repr <= y.repr);
  }
  template <class F> TGC_PAYLOAD_INLINE V<IntOf<F>> bits(V<F> x) {
    return {__builtin_bit_cast(Repr<IntOf<F>>, x.repr)};
  }
  template <class I>
  TGC_PAYLOAD_INLINE V<typename FloatOfInt<I>::Float> fromBits(V<I> x) {
    return {__builtin_bit_cast(Repr<typename FloatOfInt<I>::Float>, x.repr)};
  }

  // Integers.
  template <class I> TGC_PAYLOAD_INLINE V<I> divInt(V<I> x, V<I> y) {
    return {x.repr / y.repr};
  }
  template <class I> TGC_PAYLOAD_INLINE V<bool> lessUnsigned(V<I> x, V<I> y) {
    return mask(wrap(x) < wrap(y));
  }
  template <class T> TGC_PAYLOAD_INLINE V<T> bitAnd(V<T> x, V<T> y) {
    return {x.repr & y.repr};
  }
  template <class T> TGC_PAYLOAD_INLINE V<T> bitOr(V<T> x, V<T> y) {
    return {x.repr | y.repr};
  }
  template <class T> TGC_PAYLOAD_INLINE V<T> bitXor(V<T> x, V<T> y) {
    return {x.repr ^ y.repr};
  }
  template <class T> TGC_PAYLOAD_INLINE V<T> bitNot(V<T> x) {
    return {~x.repr};
  }
  template <class I> TGC_PAYLOAD_INLINE V<I> shiftLeft(V<I> x, V<I> n) {
    return wrapped<I>(wrap(x) << wrap(n));
  }
  template <class I> TGC_PAYLOAD_INLINE V<I> shiftRight(V<I> x, V<I> n) {
    return {x.repr >> n.repr};
  }
  template <class I> TGC_PAYLOAD_INLINE V<I> shiftRightLogical(V<I> x, V<I> n) {
    return wrapped<I>(wrap(x) >> wrap(n));
  }

  // Conversions.
  template <class To, class From>
  TGC_PAYLOAD_INLINE V<To> convertInt(V<From> x) {
    return {__builtin_convertvector(x.repr, Repr<To>)};
  }
  template <class F, class I> TGC_PAYLOAD_INLINE V<F> toFloat(V<I> x) {
    return {__builtin_convertvector(x.repr, Repr<F>)};
  }
  template <class I, class F> TGC_PAYLOAD_INLINE V<I> truncToInt(V<F> x) {
    return {__builtin_convertvector(x.repr, Repr<I>)};
  }
  template <class To, class From>
  TGC_PAYLOAD_INLINE V<To> convertFloat(V<From> x) {
    return {__builtin_convertvector(x.repr, Repr<To>)};
  }
  TGC_PAYLOAD_INLINE V<int32_t> halfBits(V<Half> x) {
    return {__builtin_convertvector(x.repr, Repr<int32_t>)};
  }
  TGC_PAYLOAD_INLINE V<Half> halfFromBits(V<int32_t> x) {
    return {__builtin_convertvector(x.repr, Repr<Half>)};
  }

  // Control.
  template <class T, int N, class Then>
  TGC_PAYLOAD_INLINE Vs<T, N> ifAny(V<bool> m, Then then, Vs<T, N> otherwise) {
    if (__builtin_expect(anyTrue(m), false))
      return then();
    return otherwise;
  }
  template <class T, int N, class Cond, class Body>
  TGC_PAYLOAD_INLINE Vs<T, N> loopWhile(Vs<T, N> state, Cond cond, Body body) {
    while (anyTrue(cond(state)))
      state = body(state);
    return state;
  }

private:
  template <class M> TGC_PAYLOAD_INLINE static V<bool> mask(M m) {
    return {__builtin_convertvector(m, Repr<bool>)};
  }
  TGC_PAYLOAD_INLINE static bool anyTrue(V<bool> m) {
    return __builtin_reduce_or(m.repr) != 0;
  }
  /// Integers wrap, and shift by zeros, as unsigned ones; floats are as they
  /// are.
  template <class T> TGC_PAYLOAD_INLINE static auto wrap(V<T> x) {
    if constexpr (isFloatType<T>)
      return x.repr;
    else
      return __builtin_bit_cast(Vector<typename IntOfBytes<sizeof(T)>::U>,
                                x.repr);
  }
  template <class T, class R> TGC_PAYLOAD_INLINE static V<T> wrapped(R r) {
    return {__builtin_bit_cast(Repr<T>, r)};
  }
};

} // namespace tgc::payload

#endif // TGC_RUNTIME_PAYLOAD_VECTORBUILDER_H
