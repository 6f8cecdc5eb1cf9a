// The eager kernel of reduce_window.
#include "tgc/runtime/kernels/Kernels.h"
#include "tgc/runtime/kernels/ReductionOrder.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

/// Neighbouring results computed together.
constexpr int tileWidth = 16;
using Places = Vector<uint64_t, tileWidth>;

/// A dimension in which the window moves, is larger than 1 or meets padding.
struct WindowDim {
  int64_t xStride;
  int64_t window;
  uint64_t stride;
  uint64_t lo;
  uint64_t step;     // of the window
  uint64_t dilation; // of x
  uint64_t extent;   // of x, dilated
};

struct WindowPlan {
  int64_t rank = 0; // of x and the result
  const int64_t *sizes;
  int64_t xStrides[maxRank];
  int64_t dimOf[maxRank]; // in `dims`; -1: position i looks at element i
  int64_t numDims = 0;
  WindowDim dims[maxRank];
  int64_t slots = 1; // elements of the window
};

WindowPlan planOf(const KernelTensor &x, const KernelTensor &y,
                  const ReduceWindowAttrs &attrs) {
  WindowPlan plan;
  plan.rank = x.rank;
  plan.sizes = y.dims;
  denseStrides(x, plan.xStrides);
  for (int64_t d = 0; d < x.rank; ++d) {
    int64_t window = attrs.window.data()[d], stride = attrs.strides.data()[d];
    int64_t lo = attrs.lo.data()[d], dilation = attrs.base_dilation.data()[d];
    if (window == 1 && stride == 1 && lo == 0 && dilation == 1 &&
        y.dims[d] <= x.dims[d]) {
      plan.dimOf[d] = -1;
      continue;
    }
    plan.dimOf[d] = plan.numDims;
    plan.slots *= window;
    plan.dims[plan.numDims++] = {
        plan.xStrides[d],
        window,
        static_cast<uint64_t>(stride),
        static_cast<uint64_t>(lo),
        static_cast<uint64_t>(attrs.window_dilation.data()[d]),
        static_cast<uint64_t>(dilation),
        x.dims[d] > 0 ? static_cast<uint64_t>((x.dims[d] - 1) * dilation + 1)
                      : 0};
  }
  return plan;
}

/// What tileWidth consecutive results look at; beyond `last` as `last` does.
/// Unsigned, so that places left of x are beyond its extent too.
struct Tile {
  Places base;            // in x, of the first slot but for dilated dimensions
  Places origin[maxRank]; // per window dimension
  bool isRun;             // neighbours in x are neighbours in the result
};

void findTile(const WindowPlan &plan, int64_t first, int64_t last, Tile &tile) {
  for (int64_t w = 0; w < tileWidth; ++w) {
    int64_t rest = lesser(first + w, last);
    uint64_t base = 0;
    for (int64_t d = plan.rank; d-- > 0;) {
      uint64_t at = static_cast<uint64_t>(rest % plan.sizes[d]);
      rest /= plan.sizes[d];
      if (plan.dimOf[d] < 0) {
        base += at * static_cast<uint64_t>(plan.xStrides[d]);
        continue;
      }
      const WindowDim &dim = plan.dims[plan.dimOf[d]];
      uint64_t origin = at * dim.stride - dim.lo;
      tile.origin[plan.dimOf[d]][w] = origin;
      if (dim.dilation == 1)
        base += origin * static_cast<uint64_t>(dim.xStride);
    }
    tile.base[w] = base;
  }
  tile.isRun = true;
  for (int64_t w = 0; w < tileWidth; ++w)
    tile.isRun &= tile.base[w] == tile.base[0] + static_cast<uint64_t>(w);
  for (int64_t d = 0; d < plan.numDims; ++d)
    tile.isRun &= plan.dims[d].dilation == 1;
}

/// The slots [0, count) from place `at` of the window on, which moves on;
/// `values` gets tileWidth elements for each, `neutral` where there is none.
template <class T>
void fillSlots(const WindowPlan &plan, const Tile &tile, const T *x, T neutral,
               int64_t *at, int64_t count, T *values) {
  for (int64_t slot = 0; slot < count; ++slot, values += tileWidth) {
    Places offset = tile.base;
    uint64_t shift = 0; // the same in all columns
    Vector<int64_t, tileWidth> inside(-1);
    for (int64_t d = 0; d < plan.numDims; ++d) {
      const WindowDim &dim = plan.dims[d];
      uint64_t moved = static_cast<uint64_t>(at[d]) * dim.step;
      Places place = tile.origin[d] + moved;
      inside &= place < dim.extent;
      if (dim.dilation == 1) {
        shift += moved * static_cast<uint64_t>(dim.xStride);
        continue;
      }
      Places element = place / dim.dilation;
      inside &= element * dim.dilation == place;
      offset += element * static_cast<uint64_t>(dim.xStride);
    }
    offset += shift;
    if (__builtin_reduce_and(inside) == 0)
      for (int64_t w = 0; w < tileWidth; ++w)
        values[w] = inside[w] ? x[offset[w]] : neutral;
    else if (tile.isRun)
      storeVector<T, tileWidth>(values,
                                loadVector<T, tileWidth>(x + offset[0]));
    else
      for (int64_t w = 0; w < tileWidth; ++w)
        values[w] = x[offset[w]];
    for (int64_t d = plan.numDims; d-- > 0;) {
      if (++at[d] < plan.dims[d].window)
        break;
      at[d] = 0;
    }
  }
}

/// Results [first, first + count), count <= tileWidth.
template <class C, class T>
void reduceTile(const WindowPlan &plan, const T *x, T *y, int64_t first,
                int64_t count) {
  using Item = Lanes<T, tileWidth>;
  Tile tile;
  findTile(plan, first, first + count - 1, tile);
  int64_t offsets[blockElements];
  for (int64_t i = 0; i < blockElements; ++i)
    offsets[i] = i * tileWidth;
  int64_t at[maxRank] = {};
  auto combine = [](Item &a, const Item &b) {
    combineInto<C, T, tileWidth>(a, b);
  };
  auto fold = [&](int64_t block, Item &item) { // in order: `at` moves on
    T values[blockElements * tileWidth];
    int64_t n = lesser(blockElements, plan.slots - block * blockElements);
    fillSlots(plan, tile, x, C::template neutral<T>(), at, n, values);
    foldColumns<C, T, tileWidth>(values, offsets, n, plan.slots > n, item);
  };
  Item total;
  foldTree(0, ceilDiv(plan.slots, blockElements), combine, fold, total);
  Vector<T, tileWidth> result =
      halve<C, T, tileWidth>(total, lesser(plan.slots, numLanes));
  for (int64_t w = 0; w < count; ++w)
    y[first + w] = result[w];
}

} // namespace

int64_t reduce_window(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &y = call.results[0];
  if (y.elements == 0)
    return -1;
  const auto &attrs = *std::get_if<ReduceWindowAttrs>(call.attrs);
  WindowPlan plan = planOf(x, y, attrs);
  withCombiner(attrs.kind, x.dtype, [&](auto combiner, auto zero) {
    using C = decltype(combiner);
    using T = decltype(zero);
    const T *from = static_cast<const T *>(x.data);
    T *to = static_cast<T *>(y.data);
    parallelFor(ceilDiv(y.elements, tileWidth),
                100 + 20 * static_cast<double>(plan.slots),
                [&](int64_t begin, int64_t end) {
                  for (int64_t i = begin; i < end; ++i) {
                    int64_t first = i * tileWidth;
                    reduceTile<C>(plan, from, to, first,
                                  lesser(tileWidth, y.elements - first));
                  }
                });
  });
  return -1;
}

} // namespace tgc::kernels::TGC_CPU_LEVEL
