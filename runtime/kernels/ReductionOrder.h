// The order in which reductions combine (semantics.md 5). Included as Loops.h
// is.
//
// Element e belongs to lane e mod 16. In a block, 128 consecutive elements, a
// lane folds its 8 from left to right; the blocks' results combine as a
// balanced tree; the 16 lanes halve four times. An operand that is missing at
// the end is skipped, which equals the neutral element in its place.
#ifndef TGC_RUNTIME_KERNELS_REDUCTIONORDER_H
#define TGC_RUNTIME_KERNELS_REDUCTIONORDER_H

#include "tgc/runtime/core/NumericOrder.h"
#include "tgc/runtime/core/OpEnums.h"
#include "tgc/runtime/kernels/Loops.h"
#include "tgc/runtime/kernels/Vectors.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

using order::blockElements;
using order::numLanes;
constexpr int64_t groupElements = 4 * blockElements;

template <class T> struct BitsOf;
template <> struct BitsOf<float> {
  using Type = int32_t;
};
template <> struct BitsOf<double> {
  using Type = int64_t;
};

// Combiners: `apply` on vectors, `neutral` as above, `identity` the result of
// no elements. Integers that wrap are unsigned here.
struct AddCombiner {
  template <class V> static V apply(V a, V b) { return a + b; }
  template <class T> static constexpr T neutral() { return T(-0.0); }
  template <class T> static constexpr T identity() { return T(0); }
};

struct MulCombiner {
  template <class V> static V apply(V a, V b) { return a * b; }
  template <class T> static constexpr T neutral() { return T(1); }
  template <class T> static constexpr T identity() { return T(1); }
};

/// NaN wins, -0 < +0.
template <bool Max> struct ExtremeCombiner {
  template <class T, int N>
  static Vector<T, N> applyTo(Vector<T, N> a, Vector<T, N> b) {
    Vector<T, N> r = (Max ? a > b : a < b) ? a : b; // b if it is NaN
    if constexpr (isFloating<T>) {
      using Bits = Vector<typename BitsOf<T>::Type, N>;
      Bits x = __builtin_bit_cast(Bits, a), y = __builtin_bit_cast(Bits, b);
      // Equal operands differ in the sign of zero only.
      r = a == b ? __builtin_bit_cast(Vector<T, N>, Max ? x & y : x | y) : r;
      r = a != a ? a : r;
    }
    return r;
  }
  template <class V> static V apply(V a, V b) {
    using T = __typeof__(a[0] + a[0]);
    return applyTo<T, sizeof(V) / sizeof(T)>(a, b);
  }
  template <class T> static constexpr T neutral() {
    if constexpr (isFloating<T>)
      return Max ? -infinityOf<T> : infinityOf<T>;
    else if constexpr (sizeof(T) == 4)
      return Max ? INT32_MIN : INT32_MAX;
    else
      return Max ? INT64_MIN : INT64_MAX;
  }
  template <class T> static constexpr T identity() { return neutral<T>(); }
};
using MaxCombiner = ExtremeCombiner<true>;
using MinCombiner = ExtremeCombiner<false>;

struct AndCombiner {
  template <class V> static V apply(V a, V b) { return a & b; }
  /// A byte is a bool, 0 or 1.
  template <class T> static constexpr T neutral() {
    return sizeof(T) == 1 ? T(1) : static_cast<T>(-1);
  }
  template <class T> static constexpr T identity() { return neutral<T>(); }
};

struct OrCombiner {
  template <class V> static V apply(V a, V b) { return a | b; }
  template <class T> static constexpr T neutral() { return T(0); }
  template <class T> static constexpr T identity() { return T(0); }
};

struct XorCombiner {
  template <class V> static V apply(V a, V b) { return a ^ b; }
  template <class T> static constexpr T neutral() { return T(0); }
  template <class T> static constexpr T identity() { return T(0); }
};

/// Sixteen lanes of W neighbouring results, each folding its own sequence.
template <class A, int W> struct Lanes {
  Vector<A, W> lane[numLanes];
};

template <class C, class A, int W>
__attribute__((noinline)) void combineInto(Lanes<A, W> &a,
                                           const Lanes<A, W> &b) {
  for (int64_t l = 0; l < numLanes; ++l)
    a.lane[l] = C::apply(a.lane[l], b.lane[l]);
}

/// The four halvings. Only the first `present` lanes have an operand.
template <class C, class A, int W>
__attribute__((noinline)) Vector<A, W> halve(Lanes<A, W> &lanes,
                                             int64_t present) {
  for (int64_t s = numLanes / 2; s > 0; s /= 2)
    for (int64_t l = 0; l + s < present && l < s; ++l)
      lanes.lane[l] = C::apply(lanes.lane[l], lanes.lane[l + s]);
  return lanes.lane[0];
}

/// Lanes of one result, as a vector: the same halvings.
template <class C, class A> A halve(Vector<A, 16> v) {
  auto v8 =
      C::apply(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7),
               __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
  auto v4 = C::apply(__builtin_shufflevector(v8, v8, 0, 1, 2, 3),
                     __builtin_shufflevector(v8, v8, 4, 5, 6, 7));
  auto v2 = C::apply(__builtin_shufflevector(v4, v4, 0, 1),
                     __builtin_shufflevector(v4, v4, 2, 3));
  return C::apply(v2, Vector<A, 2>(__builtin_shufflevector(v2, v2, 1, 0)))[0];
}

/// The results of blocks [first, last), at least one, combined as a balanced
/// tree. `fold(block, item)` computes a block's result, `combine(a, b)` does
/// a = a op b. The stack is as deep as this many blocks need: an eager op must
/// do with a small thread's stack.
template <class Item, class Combine, class Fold>
__attribute__((noinline)) void foldTree(int64_t first, int64_t last,
                                        const Combine &combine,
                                        const Fold &fold, Item &result) {
  // A binary counter: digit d is the result of 2^d blocks.
  auto digits = static_cast<uint64_t>(
      65 - __builtin_clzll(static_cast<uint64_t>(last - first) | 1));
  Item *stack = static_cast<Item *>(
      __builtin_alloca_with_align(digits * sizeof(Item), 8 * alignof(Item)));
  int64_t depth = 0;
  uint64_t count = 0;
  for (int64_t block = first; block < last; ++block) {
    fold(block, stack[depth++]);
    for (uint64_t c = ++count; (c & 1) == 0; c >>= 1) {
      --depth;
      combine(stack[depth - 1], stack[depth]);
    }
  }
  for (; depth > 1; --depth)
    combine(stack[depth - 2], stack[depth - 1]);
  result = stack[0];
}

/// The block of 1 <= n <= 128 elements at p, lane by lane.
template <class C, class A, class T>
__attribute__((noinline)) Vector<A, 16> foldBlock(const T *p, int64_t n) {
  int64_t whole = n / numLanes, rest = n % numLanes;
  T tail[numLanes];
  for (int64_t l = 0; l < numLanes; ++l)
    tail[l] = C::template neutral<T>();
  for (int64_t l = 0; l < rest; ++l)
    tail[l] = p[whole * numLanes + l];
  if (whole == 0)
    return loadAs<A, 16>(tail);
  Vector<A, 16> v = loadAs<A, 16>(p);
  for (int64_t i = 1; i < whole; ++i)
    v = C::apply(v, loadAs<A, 16>(p + i * numLanes));
  return rest == 0 ? v : C::apply(v, loadAs<A, 16>(tail));
}

/// Up to four blocks, 1 <= n <= 512 elements at p, as the tree combines them:
/// side by side, so that no chain waits for itself.
template <class C, class A, class T>
Vector<A, 16> foldGroup(const T *p, int64_t n) {
  Vector<A, 16> v[4];
  if (n == groupElements) {
    for (int64_t b = 0; b < 4; ++b)
      v[b] = loadAs<A, 16>(p + b * blockElements);
    for (int64_t i = 1; i < 8; ++i)
      for (int64_t b = 0; b < 4; ++b)
        v[b] =
            C::apply(v[b], loadAs<A, 16>(p + b * blockElements + i * numLanes));
  } else {
    for (int64_t b = 0; b * blockElements < n; ++b)
      v[b] = foldBlock<C, A>(p + b * blockElements,
                             lesser(blockElements, n - b * blockElements));
    if (n <= blockElements)
      return v[0];
    if (n <= 2 * blockElements)
      return C::apply(v[0], v[1]);
    if (n <= 3 * blockElements)
      return C::apply(C::apply(v[0], v[1]), v[2]);
  }
  return C::apply(C::apply(v[0], v[1]), C::apply(v[2], v[3]));
}

/// The block of 1 <= n <= 128 elements at base + offsets[i], for W
/// neighbouring results. `pad`: lanes without an element become neutral.
template <class C, class A, int W, class T>
__attribute__((noinline)) void foldColumns(const T *base,
                                           const int64_t *offsets, int64_t n,
                                           bool pad, Lanes<A, W> &lanes) {
  int64_t present = lesser(n, numLanes);
  for (int64_t l = 0; l < present; ++l) {
    Vector<A, W> v = loadAs<A, W>(base + offsets[l]);
    for (int64_t i = l + numLanes; i < n; i += numLanes)
      v = C::apply(v, loadAs<A, W>(base + offsets[i]));
    lanes.lane[l] = v;
  }
  if (pad)
    for (int64_t l = present; l < numLanes; ++l)
      lanes.lane[l] = Vector<A, W>(C::template neutral<A>());
}

/// body(combiner, T{}) for a kind and dtype; T is the type to compute in: of
/// the dtype's size, unsigned where integers wrap, uint8_t for i1.
template <class Body>
void withCombiner(ReduceKind kind, DType dtype, const Body &body) {
  auto onNumber = [&](auto combiner) {
    switch (dtype) {
    case DType::i32:
      return body(combiner, uint32_t{});
    case DType::i64:
      return body(combiner, uint64_t{});
    case DType::f32:
      return body(combiner, float{});
    case DType::f64:
      return body(combiner, double{});
    default:
      return;
    }
  };
  auto onOrdered = [&](auto combiner) {
    switch (dtype) {
    case DType::i32:
      return body(combiner, int32_t{});
    case DType::i64:
      return body(combiner, int64_t{});
    case DType::f32:
      return body(combiner, float{});
    case DType::f64:
      return body(combiner, double{});
    default:
      return;
    }
  };
  auto onBits = [&](auto combiner) {
    switch (dtype) {
    case DType::i1:
      return body(combiner, uint8_t{});
    case DType::i32:
      return body(combiner, uint32_t{});
    case DType::i64:
      return body(combiner, uint64_t{});
    default:
      return;
    }
  };
  if (dtype == DType::i1) { // or, and: what the order of false and true gives
    if (kind == ReduceKind::add || kind == ReduceKind::max)
      kind = ReduceKind::bitwise_or;
    if (kind == ReduceKind::mul || kind == ReduceKind::min)
      kind = ReduceKind::bitwise_and;
  }
  switch (kind) {
  case ReduceKind::add:
    return onNumber(AddCombiner{});
  case ReduceKind::mul:
    return onNumber(MulCombiner{});
  case ReduceKind::max:
    return onOrdered(MaxCombiner{});
  case ReduceKind::min:
    return onOrdered(MinCombiner{});
  case ReduceKind::bitwise_and:
    return onBits(AndCombiner{});
  case ReduceKind::bitwise_or:
    return onBits(OrCombiner{});
  case ReduceKind::bitwise_xor:
    return onBits(XorCombiner{});
  }
}

} // namespace
} // namespace tgc::kernels::TGC_CPU_LEVEL

#endif // TGC_RUNTIME_KERNELS_REDUCTIONORDER_H
