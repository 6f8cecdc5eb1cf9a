// The eager kernel of arg_reduce.
#include "tgc/runtime/kernels/Kernels.h"
#include "tgc/runtime/kernels/ReductionOrder.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

/// The extreme elements of W independent sequences and where they are.
template <class T, int W> struct Best {
  Vector<T, W> value;
  Vector<int64_t, W> position;
};

/// Whether b replaces a: it is NaN and a is not, or it is more extreme. Equal
/// ones, +0 and -0 among them, do not.
template <bool Max, class V> auto replaces(V a, V b) {
  return (Max ? b > a : b < a) | ((b != b) & (a == a));
}

/// Elements 0, 1, … n - 1 of W neighbouring sequences, `stride` apart.
template <bool Max, int W, class T>
Best<T, W> findBest(const T *p, int64_t stride, int64_t n) {
  Best<T, W> best = {loadVector<T, W>(p), Vector<int64_t, W>(0)};
  for (int64_t i = 1; i < n; ++i) {
    Vector<T, W> v = loadVector<T, W>(p + i * stride);
    auto better = replaces<Max>(best.value, v);
    best.value = better ? v : best.value;
    best.position = __builtin_convertvector(better, Vector<int64_t, W>)
                        ? Vector<int64_t, W>(i)
                        : best.position;
  }
  return best;
}

/// The position in one contiguous sequence: 16 interleaved ones, the rest,
/// then the lowest of the best.
template <bool Max, class T> int64_t findInRow(const T *p, int64_t n) {
  int64_t vectors = n / numLanes, position = 0;
  T value = p[0];
  auto offer = [&](T candidate, int64_t at) {
    bool nan = value != value;
    bool better = Max ? candidate > value : candidate < value;
    bool tie = candidate == value || (nan && candidate != candidate);
    better |= candidate != candidate && !nan;
    if (better || (tie && at < position)) {
      value = candidate;
      position = at;
    }
  };
  if (vectors > 0) {
    Best<T, 16> best = findBest<Max, 16>(p, numLanes, vectors);
    for (int64_t l = 0; l < numLanes; ++l)
      offer(best.value[l], best.position[l] * numLanes + l);
  }
  for (int64_t i = vectors * numLanes; i < n; ++i)
    offer(p[i], i);
  return position;
}

template <bool Max, class T>
void argReduce(const T *x, int64_t outer, int64_t n, int64_t inner,
               int64_t *y) {
  double perResult = 5 + 0.2 * static_cast<double>(n);
  if (inner == 1) {
    parallelFor(outer, perResult, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        y[i] = findInRow<Max>(x + i * n, n);
    });
    return;
  }
  constexpr int width = 16;
  int64_t tiles = ceilDiv(inner, width);
  parallelFor(
      outer * tiles, width * perResult, [&](int64_t begin, int64_t end) {
        for (int64_t task = begin; task < end; ++task) {
          int64_t i = task / tiles, column = task % tiles * width;
          const T *from = x + i * n * inner;
          int64_t *to = y + i * inner;
          if (column + width <= inner) {
            Best<T, width> best = findBest<Max, width>(from + column, inner, n);
            storeVector<int64_t, width>(to + column, best.position);
            continue;
          }
          for (; column < inner; ++column)
            to[column] = findBest<Max, 1>(from + column, inner, n).position[0];
        }
      });
}

template <class T>
void argReduce(const KernelTensor &x, const ArgReduceAttrs &attrs,
               const KernelTensor &y) {
  int64_t outer = 1, inner = 1;
  for (int64_t d = 0; d < attrs.dim; ++d)
    outer *= x.dims[d];
  for (int64_t d = attrs.dim + 1; d < x.rank; ++d)
    inner *= x.dims[d];
  auto *run = attrs.kind == ArgReduceKind::max ? &argReduce<true, T>
                                               : &argReduce<false, T>;
  run(static_cast<const T *>(x.data), outer, x.dims[attrs.dim], inner,
      static_cast<int64_t *>(y.data));
}

} // namespace

int64_t arg_reduce(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &y = call.results[0];
  if (y.elements == 0)
    return -1;
  const auto &attrs = *std::get_if<ArgReduceAttrs>(call.attrs);
  switch (x.dtype) {
  case DType::i32:
    argReduce<int32_t>(x, attrs, y);
    break;
  case DType::i64:
    argReduce<int64_t>(x, attrs, y);
    break;
  case DType::f32:
    argReduce<float>(x, attrs, y);
    break;
  case DType::f64:
    argReduce<double>(x, attrs, y);
    break;
  default:
    break; // the type rule lets nothing else through
  }
  return -1;
}

} // namespace tgc::kernels::TGC_CPU_LEVEL
