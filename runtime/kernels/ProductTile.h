// The sums of products of dot_general and convolution (semantics.md 6).
// Included as Loops.h is.
//
// A panel of results has up to panelRows rows and NR columns, neighbours in
// vectors. Column operands are packed, or lie, as k rows of NR; row operands
// are read where they lie, by offset tables. k runs in chunks of 256: t, a
// chain of fused multiply-adds from +0, is added to r.
#ifndef TGC_RUNTIME_KERNELS_PRODUCTTILE_H
#define TGC_RUNTIME_KERNELS_PRODUCTTILE_H

#include "tgc/runtime/core/NumericOrder.h"
#include "tgc/runtime/kernels/Loops.h"
#include "tgc/runtime/kernels/Vectors.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

using order::chunkProducts;
constexpr int64_t panelRows = 132;

// What fits the registers: rows x vectors accumulators of 64 bytes.
// One or two rows take wide vectors' worth of columns, which memory likes.
#if defined(__AVX512F__)
constexpr int tileRows = 12, tileVectors = 2, wideVectors = 8;
#elif defined(__AVX2__) || defined(__aarch64__)
constexpr int tileRows = 6, tileVectors = 1, wideVectors = 4;
#else
constexpr int tileRows = 3, tileVectors = 1, wideVectors = 4;
#endif

template <class A> constexpr int tileLanes = 64 / sizeof(A);
template <class A> constexpr int64_t panelColumns = tileVectors * tileLanes<A>;
template <class A> constexpr int64_t wideColumns = wideVectors * tileLanes<A>;

/// One chunk of a panel. Columns are of the accumulation type A.
template <class T, class A> struct ProductChunk {
  int64_t products; // 0 to 256; 0 only where a result has none at all
  bool first;       // r := t instead of r := r + t
  const T *rowBase;
  const int64_t *rowOffsets; // where each row starts, from rowBase
  const int64_t *rowSteps;   // from there, per product
  const A *columns;
  const int64_t *columnSteps; // per product; NR neighbours each
  /// NR bytes per product, 0 where the column has no such product (a hole),
  /// else -1; null: all have.
  const int8_t *present;
};

template <class A, int N>
Vector<A, N> multiplyAdd(Vector<A, N> a, Vector<A, N> b, Vector<A, N> c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  if constexpr (isFloating<A>)
    return __builtin_elementwise_fma(a, b, c);
#endif
  return a * b + c;
}

template <class A> struct MaskOf {
  using Type = int32_t;
};
template <> struct MaskOf<double> {
  using Type = int64_t;
};
template <> struct MaskOf<uint64_t> {
  using Type = int64_t;
};

/// R rows from `row` on, N vectors wide; `r` holds the panel's results, row by
/// row. Unrolled to the end, so that all of t stays in registers.
template <int R, int N, bool Holes, class T, class A>
void addRows(const ProductChunk<T, A> &chunk, int64_t row, A *r) {
  constexpr int lanes = tileLanes<A>;
  using V = Vector<A, lanes>;
  V t[R][N];
  const T *rows[R];
#pragma clang loop unroll(full)
  for (int i = 0; i < R; ++i) {
    rows[i] = chunk.rowBase + chunk.rowOffsets[row + i];
    for (int j = 0; j < N; ++j)
      t[i][j] = V(A(0));
  }
  for (int64_t k = 0; k < chunk.products; ++k) {
    const A *column = chunk.columns + chunk.columnSteps[k];
    V b[N];
    for (int j = 0; j < N; ++j)
      b[j] = loadVector<A, lanes>(column + j * lanes);
    int64_t step = chunk.rowSteps[k];
#pragma clang loop unroll(full)
    for (int i = 0; i < R; ++i) {
      V a = V(static_cast<A>(rows[i][step]));
      for (int j = 0; j < N; ++j) {
        V sum = multiplyAdd<A, lanes>(a, b[j], t[i][j]);
        if constexpr (Holes) {
          using Mask = Vector<typename MaskOf<A>::Type, lanes>;
          auto has = loadVector<int8_t, lanes>(chunk.present +
                                               k * panelColumns<A> + j * lanes);
          sum = __builtin_convertvector(has, Mask) ? sum : t[i][j];
        }
        t[i][j] = sum;
      }
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < R; ++i)
    for (int j = 0; j < N; ++j) {
      A *place = r + (row + i) * N * lanes + j * lanes;
      V sum = t[i][j];
      if (!chunk.first)
        sum = loadVector<A, lanes>(place) + sum;
      storeVector<A, lanes>(place, sum);
    }
}

/// Adds a chunk to the results of all `rows` rows.
template <bool Holes, class T, class A>
void addChunk(const ProductChunk<T, A> &chunk, int64_t rows, A *r) {
  int64_t row = 0;
  for (; row + tileRows <= rows; row += tileRows)
    addRows<tileRows, tileVectors, Holes>(chunk, row, r);
  if constexpr (tileRows > 4)
    for (; row + 4 <= rows; row += 4)
      addRows<4, tileVectors, Holes>(chunk, row, r);
  for (; row + 2 <= rows; row += 2)
    addRows<2, tileVectors, Holes>(chunk, row, r);
  for (; row < rows; ++row)
    addRows<1, tileVectors, Holes>(chunk, row, r);
}

/// Rows of an N x N block become its columns: log2(N) rounds, each of which
/// interleaves row i with row i + N / 2.
template <class A, int N> void transposeBlock(Vector<A, N> (&rows)[N]) {
  for (int round = 1; round < N; round *= 2) {
    Vector<A, N> next[N];
    for (int i = 0; i < N / 2; ++i) {
      Vector<A, N> a = rows[i], b = rows[i + N / 2];
      if constexpr (N == 16) {
        next[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19,
                                              4, 20, 5, 21, 6, 22, 7, 23);
        next[2 * i + 1] = __builtin_shufflevector(
            a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      } else {
        static_assert(N == 8);
        next[2 * i] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
        next[2 * i + 1] =
            __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
      }
    }
    for (int i = 0; i < N; ++i)
      rows[i] = next[i];
  }
}

/// dst[k][column] = src[offsets[column] + steps[k]] for NR columns; beyond
/// `count` zeros, whose results nobody reads.
template <class T, class A>
void packColumns(const T *src, const int64_t *offsets, int64_t count,
                 const int64_t *steps, int64_t products, A *dst) {
  constexpr int64_t width = panelColumns<A>;
  constexpr int lanes = tileLanes<A>;
  auto isRun = [](const int64_t *list, int64_t n) {
    bool run = true;
    for (int64_t i = 1; i < n; ++i)
      run &= list[i] == list[0] + i;
    return run;
  };
  if (count == width && isRun(offsets, count)) {
    for (int64_t k = 0; k < products; ++k)
      for (int64_t j = 0; j < width; j += lanes)
        storeVector<A, lanes>(
            dst + k * width + j,
            loadAs<A, lanes>(src + offsets[0] + steps[k] + j));
    return;
  }
  int64_t done = 0; // products
  if (isRun(steps, products))
    for (; done + lanes <= products; done += lanes)
      for (int64_t j = 0; j < width; j += lanes) {
        Vector<A, lanes> block[lanes];
        for (int64_t i = 0; i < lanes; ++i)
          block[i] = j + i < count
                         ? loadAs<A, lanes>(src + offsets[j + i] + steps[done])
                         : Vector<A, lanes>(A(0));
        transposeBlock<A, lanes>(block);
        for (int64_t i = 0; i < lanes; ++i)
          storeVector<A, lanes>(dst + (done + i) * width + j, block[i]);
      }
  for (int64_t k = done; k < products; ++k) {
    A *row = dst + k * width;
    const T *from = src + steps[k];
    for (int64_t i = 0; i < count; ++i)
      row[i] = static_cast<A>(from[offsets[i]]);
    for (int64_t i = count; i < width; ++i)
      row[i] = A(0);
  }
}

/// body(T{}, A{}) for operands of a dtype and accumulation in `accum`;
/// integers wrap, so they accumulate unsigned.
template <class Body>
void withProductTypes(DType dtype, DType accum, const Body &body) {
  switch (dtype) {
  case DType::i32:
    return body(uint32_t{}, uint32_t{});
  case DType::i64:
    return body(uint64_t{}, uint64_t{});
  case DType::f32:
    return accum == DType::f64 ? body(float{}, double{})
                               : body(float{}, float{});
  case DType::f64:
    return body(double{}, double{});
  default:
    return; // the type rule lets nothing else through
  }
}

/// to[at + place(i)] = row[i] as `dtype`, a float for a float.
template <class A, class Place>
void storeRow(const A *row, int64_t count, DType dtype, void *to, int64_t at,
              const Place &place) {
  auto store = [&](auto *typed) {
    using T = __typeof__(*typed);
    for (int64_t i = 0; i < count; ++i)
      typed[at + place(i)] = static_cast<T>(row[i]);
  };
  if constexpr (!isFloating<A>)
    store(static_cast<A *>(to));
  else if (dtype == DType::f32)
    store(static_cast<float *>(to));
  else
    store(static_cast<double *>(to));
}

} // namespace
} // namespace tgc::kernels::TGC_CPU_LEVEL

#endif // TGC_RUNTIME_KERNELS_PRODUCTTILE_H
