// The copy that every movement op comes down to. Included as Loops.h is.
#ifndef TGC_RUNTIME_KERNELS_STRIDEDCOPY_H
#define TGC_RUNTIME_KERNELS_STRIDEDCOPY_H

#include "tgc/runtime/kernels/Loops.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

/// Any element of so many bytes, whatever its type.
template <class Bits> struct __attribute__((may_alias)) Element {
  Bits bits;
};

/// dst and src offsets, in elements.
using CopyLoops = StridedLoops<2>;
constexpr int dstSide = 0, srcSide = 1;

template <class E> void copyBytes(E *dst, const E *src, int64_t n) {
  __builtin_memcpy(dst, src, static_cast<size_t>(n) * sizeof(E));
}

template <class E>
void copyRun(E *dst, int64_t dstStride, const E *src, int64_t srcStride,
             int64_t n) {
  if (dstStride == 1 && srcStride == 1) {
    if (n * static_cast<int64_t>(sizeof(E)) >= 128)
      return copyBytes(dst, src, n);
    for (int64_t i = 0; i < n; ++i)
      dst[i] = src[i];
  } else if (dstStride == 1 && srcStride == 0) {
    E value = *src;
    for (int64_t i = 0; i < n; ++i)
      dst[i] = value;
  } else if (dstStride == 1 && srcStride == -1) {
    for (int64_t i = 0; i < n; ++i)
      dst[i] = src[-i];
  } else {
    for (int64_t i = 0; i < n; ++i)
      dst[i * dstStride] = src[i * srcStride];
  }
}

/// The last two loops, dst contiguous along the last, src along the one
/// before: square tiles, so that every line read or written is used whole
/// while it is in the nearest cache.
template <class E>
void copyTransposed(E *dst, int64_t dstStride, const E *src, int64_t srcStride,
                    int64_t rows, int64_t columns) {
  constexpr int64_t tile = 64 / sizeof(E) < 16 ? 64 / sizeof(E) : 16;
  for (int64_t row = 0; row < rows; row += tile) {
    int64_t height = lesser(tile, rows - row);
    for (int64_t column = 0; column < columns; column += tile) {
      int64_t width = lesser(tile, columns - column);
      E *to = dst + row * dstStride + column;
      const E *from = src + column * srcStride + row;
      E block[tile][tile];
      if (height == tile && width == tile) {
        for (int64_t j = 0; j < tile; ++j)
          for (int64_t i = 0; i < tile; ++i)
            block[i][j] = from[j * srcStride + i];
        for (int64_t i = 0; i < tile; ++i)
          for (int64_t j = 0; j < tile; ++j)
            to[i * dstStride + j] = block[i][j];
      } else {
        for (int64_t i = 0; i < height; ++i)
          for (int64_t j = 0; j < width; ++j)
            to[i * dstStride + j] = from[j * srcStride + i];
      }
    }
  }
}

/// Runs `loops`, on this thread.
template <class E> void copyHere(const CopyLoops &loops, E *dst, const E *src) {
  if (loops.rank == 0) {
    *dst = *src;
    return;
  }
  int64_t inner = loops.rank - 1;
  loops.walk(inner, 0, loops.turns(inner), [&](const int64_t (&at)[2]) {
    copyRun(dst + at[dstSide], loops.strides[dstSide][inner], src + at[srcSide],
            loops.strides[srcSide][inner], loops.sizes[inner]);
  });
}

/// Makes the loop along which src is contiguous the last but one, if the last
/// is not and a transposing tile pays.
inline bool arrangeTransposed(CopyLoops &loops) {
  int64_t last = loops.rank - 1;
  if (loops.strides[dstSide][last] != 1 || loops.strides[srcSide][last] <= 1 ||
      loops.sizes[last] < 4)
    return false;
  for (int64_t d = 0; d < last; ++d) {
    if (loops.strides[srcSide][d] != 1 || loops.sizes[d] < 4)
      continue;
    auto moveToEnd = [&](int64_t *list) {
      int64_t moved = list[d];
      for (int64_t i = d; i < last - 1; ++i)
        list[i] = list[i + 1];
      list[last - 1] = moved;
    };
    moveToEnd(loops.sizes);
    moveToEnd(loops.strides[dstSide]);
    moveToEnd(loops.strides[srcSide]);
    return true;
  }
  return false;
}

/// dst[offset] = src[offset] for every turn of `loops`, on all threads. No two
/// turns may write one element.
template <class E> void copyAll(CopyLoops loops, E *dst, const E *src) {
  if (loops.turns() == 0)
    return;
  constexpr double perElement = 0.1 * sizeof(E); // ns, from memory
  if (loops.rank == 0) {
    *dst = *src;
    return;
  }
  if (loops.rank == 1) {
    int64_t dstStride = loops.strides[dstSide][0];
    int64_t srcStride = loops.strides[srcSide][0];
    parallelFor(loops.sizes[0], perElement, [&](int64_t begin, int64_t end) {
      copyRun(dst + begin * dstStride, dstStride, src + begin * srcStride,
              srcStride, end - begin);
    });
    return;
  }
  bool transposed = arrangeTransposed(loops);
  int64_t last = loops.rank - 1, row = last - 1;
  int64_t rows = loops.sizes[row], columns = loops.sizes[last];
  int64_t dstRow = loops.strides[dstSide][row];
  int64_t srcRow = loops.strides[srcSide][row];
  int64_t dstStride = loops.strides[dstSide][last];
  int64_t srcStride = loops.strides[srcSide][last];
  // Items are rows; those of one outer turn are copied together.
  double perRow = 2 + perElement * static_cast<double>(columns);
  parallelFor(loops.turns(row) * rows, perRow, [&](int64_t begin, int64_t end) {
    while (begin < end) {
      int64_t at[2], first = begin % rows;
      loops.offsetsAt(row, begin / rows, at);
      int64_t count = lesser(rows - first, end - begin);
      E *to = dst + at[dstSide] + first * dstRow;
      const E *from = src + at[srcSide] + first * srcRow;
      if (transposed)
        copyTransposed(to, dstRow, from, srcStride, count, columns);
      else
        for (int64_t i = 0; i < count; ++i)
          copyRun(to + i * dstRow, dstStride, from + i * srcRow, srcStride,
                  columns);
      begin += count;
    }
  });
}

/// body(Element<...>{}) for the element type of `dtype`'s size.
template <class Body> void withElement(DType dtype, const Body &body) {
  switch (dtypeBytes(dtype)) {
  case 1:
    return body(Element<uint8_t>{});
  case 2:
    return body(Element<uint16_t>{});
  case 4:
    return body(Element<uint32_t>{});
  case 8:
    return body(Element<uint64_t>{});
  }
}

} // namespace
} // namespace tgc::kernels::TGC_CPU_LEVEL

#endif // TGC_RUNTIME_KERNELS_STRIDEDCOPY_H
