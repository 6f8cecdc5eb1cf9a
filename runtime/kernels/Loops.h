// Parallel loops and walks over strided dimensions: what kernels share. To be
// included by files that are built once per CPU level, hence the unnamed
// namespace (see Kernels.h).
#ifndef TGC_RUNTIME_KERNELS_LOOPS_H
#define TGC_RUNTIME_KERNELS_LOOPS_H

#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/kernels/KernelTable.h"
#include "tgc/runtime/parallel/ParallelFor.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

constexpr int64_t maxRank = Limits{}.rank;

constexpr int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
constexpr int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }
constexpr int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// body(begin, end) on ranges that cover [0, n), on several threads if a range
/// is 20 us of work or more. `nanoseconds` is the estimate for one item.
template <class Body>
void parallelFor(int64_t n, double nanoseconds, const Body &body) {
  constexpr double worthAThread = 20'000;
  double items = worthAThread / (nanoseconds > 1e-3 ? nanoseconds : 1e-3);
  tgc_parallel_for(
      n, items > 1 ? static_cast<int64_t>(items) : 1,
      [](void *context, int64_t begin, int64_t end) {
        (*static_cast<const Body *>(context))(begin, end);
      },
      const_cast<Body *>(&body));
}

/// Row-major strides, in elements, of a dense tensor.
inline void denseStrides(const KernelTensor &tensor, int64_t *strides) {
  int64_t stride = 1;
  for (int64_t d = tensor.rank; d-- > 0;) {
    strides[d] = stride;
    stride *= greater(tensor.dims[d], 1);
  }
}

/// Nested loops, outermost first, each of which moves N offsets by a stride.
/// Loops of one turn vanish and neighbours that act as one loop become one.
template <int N> struct StridedLoops {
  int64_t rank = 0;
  int64_t sizes[maxRank];
  int64_t strides[N][maxRank];

  /// Appends an inner loop.
  void add(int64_t size, const int64_t (&step)[N]) {
    if (size == 1)
      return;
    bool merges = rank > 0;
    for (int i = 0; i < N && merges; ++i)
      merges = strides[i][rank - 1] == size * step[i];
    if (!merges)
      sizes[rank++] = 1;
    sizes[rank - 1] *= size;
    for (int i = 0; i < N; ++i)
      strides[i][rank - 1] = step[i];
  }

  /// Turns of the outer `depth` loops.
  int64_t turns(int64_t depth) const {
    int64_t n = 1;
    for (int64_t d = 0; d < depth; ++d)
      n *= sizes[d];
    return n;
  }
  int64_t turns() const { return turns(rank); }

  /// Offsets after `index` turns of the outer `depth` loops.
  void offsetsAt(int64_t depth, int64_t index, int64_t (&offsets)[N]) const {
    for (int i = 0; i < N; ++i)
      offsets[i] = 0;
    for (int64_t d = depth; d-- > 0;) {
      int64_t at = d == 0 ? index : index % sizes[d];
      index = d == 0 ? 0 : index / sizes[d];
      for (int i = 0; i < N; ++i)
        offsets[i] += at * strides[i][d];
    }
  }

  /// visit(offsets) for turns [begin, end) of the outer `depth` loops, in
  /// order.
  template <class Visit>
  void walk(int64_t depth, int64_t begin, int64_t end,
            const Visit &visit) const {
    if (begin >= end)
      return; // a size may be 0
    int64_t at[maxRank], offsets[N];
    int64_t rest = begin;
    for (int64_t d = depth; d-- > 0;) {
      at[d] = rest % sizes[d];
      rest /= sizes[d];
    }
    offsetsAt(depth, begin, offsets);
    for (int64_t index = begin; index < end; ++index) {
      visit(offsets);
      for (int64_t d = depth; d-- > 0;) {
        bool wraps = ++at[d] == sizes[d];
        int64_t steps = wraps ? 1 - sizes[d] : 1;
        for (int i = 0; i < N; ++i)
          offsets[i] += steps * strides[i][d];
        if (!wraps)
          break;
        at[d] = 0;
      }
    }
  }
};

} // namespace
} // namespace tgc::kernels::TGC_CPU_LEVEL

#endif // TGC_RUNTIME_KERNELS_LOOPS_H
