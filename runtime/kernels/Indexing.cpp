// Eager kernels of family Indexing.
#include "tgc/runtime/kernels/Kernels.h"
#include "tgc/runtime/kernels/ScalarConvert.h"
#include "tgc/runtime/kernels/StridedCopy.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

bool contains(const std::vector<int64_t> &list, int64_t value) {
  for (size_t i = 0; i < list.size(); ++i)
    if (list.data()[i] == value)
      return true;
  return false;
}

/// A gather as offsets and strides, all in elements.
struct GatherPlan {
  /// Over the positions: offsets in y, in the indices and, from batching
  /// dimensions, in x.
  StridedLoops<3> positions;
  /// The slice at one position, y's side first.
  CopyLoops slice;
  /// The index vector: how far its components lie apart in the indices, the
  /// largest start of each and its stride in x.
  int64_t components;
  int64_t componentStride;
  int64_t limit[maxRank];
  int64_t stride[maxRank];
  OobMode oob;
};

GatherPlan planOf(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &indices = call.operands[1];
  const KernelTensor &y = call.results[0];
  const auto &attrs = *std::get_if<GatherAttrs>(call.attrs);
  int64_t xStrides[maxRank], indexStrides[maxRank], yStrides[maxRank];
  denseStrides(x, xStrides);
  denseStrides(indices, indexStrides);
  denseStrides(y, yStrides);
  GatherPlan plan;

  int64_t vectorDim = attrs.index_vector_dim;
  bool hasVectorDim = vectorDim < indices.rank;
  int64_t yDim = 0;
  for (int64_t d = 0; d < indices.rank; ++d) {
    if (d == vectorDim)
      continue;
    while (contains(attrs.offset_dims, yDim))
      ++yDim;
    int64_t batchStep = 0;
    for (size_t i = 0; i < attrs.indices_batching_dims.size(); ++i)
      if (attrs.indices_batching_dims.data()[i] == d)
        batchStep = xStrides[attrs.operand_batching_dims.data()[i]];
    plan.positions.add(indices.dims[d],
                       {yStrides[yDim++], indexStrides[d], batchStep});
  }

  size_t offsetDim = 0;
  for (int64_t d = 0; d < x.rank; ++d) {
    if (contains(attrs.collapsed_dims, d) ||
        contains(attrs.operand_batching_dims, d))
      continue;
    int64_t at = attrs.offset_dims.data()[offsetDim++];
    plan.slice.add(y.dims[at], {yStrides[at], xStrides[d]});
  }

  plan.components = static_cast<int64_t>(attrs.start_index_map.size());
  plan.componentStride = hasVectorDim ? indexStrides[vectorDim] : 0;
  for (int64_t i = 0; i < plan.components; ++i) {
    int64_t d = attrs.start_index_map.data()[i];
    int64_t size = *attrs.slice_sizes.data()[d].constant();
    plan.limit[i] = x.dims[d] - size;
    plan.stride[i] = xStrides[d];
  }
  plan.oob = attrs.oob;
  return plan;
}

/// The start in x that an index vector asks for, moved inside; `inside` says
/// whether it was.
template <class I>
int64_t startOf(const GatherPlan &plan, const I *index, bool &inside) {
  int64_t start = 0;
  inside = true;
  for (int64_t i = 0; i < plan.components; ++i) {
    int64_t at = index[i * plan.componentStride];
    inside &= at >= 0 && at <= plan.limit[i];
    at = at < 0 ? 0 : lesser(at, plan.limit[i]);
    start += at * plan.stride[i];
  }
  return start;
}

/// Keeps the smaller of two positions, -1 being none.
void recordFirst(int64_t *first, int64_t position) {
  int64_t known = __atomic_load_n(first, __ATOMIC_RELAXED);
  while ((known < 0 || position < known) &&
         !__atomic_compare_exchange_n(first, &known, position, true,
                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

template <class E, class I>
int64_t gatherAll(const GatherPlan &plan, E *y, const E *x, const I *indices,
                  E fill) {
  int64_t sliceElements = plan.slice.turns(), depth = plan.positions.rank;
  int64_t firstOutside = -1;
  double perPosition = 4 + 0.1 * static_cast<double>(sliceElements);
  parallelFor(
      plan.positions.turns(), perPosition, [&](int64_t begin, int64_t end) {
        int64_t position = begin;
        plan.positions.walk(depth, begin, end, [&](const int64_t (&at)[3]) {
          bool inside;
          int64_t start = at[2] + startOf(plan, indices + at[1], inside);
          if (!inside && plan.oob == OobMode::error)
            recordFirst(&firstOutside, position);
          ++position;
          if (sliceElements == 0)
            return;
          if (inside || plan.oob != OobMode::fill)
            return copyHere(plan.slice, y + at[0], x + start);
          plan.slice.walk(plan.slice.rank, 0, sliceElements,
                          [&](const int64_t (&offset)[2]) {
                            y[at[0] + offset[dstSide]] = fill;
                          });
        });
      });
  return firstOutside;
}

/// The attribute `fill` in the bits of x's dtype.
template <class E> E fillElement(DType dtype, double fill) {
  E element{};
  auto put = [&](auto value) {
    if constexpr (sizeof(value) == sizeof(E))
      __builtin_memcpy(&element, &value, sizeof(E));
  };
  if (dtype == DType::i1)
    put(fill != 0);
  else
    withNumber(dtype,
               [&](auto zero) { put(convertScalar<decltype(zero)>(fill)); });
  return element;
}

} // namespace

int64_t gather(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &indices = call.operands[1];
  const KernelTensor &y = call.results[0];
  GatherPlan plan = planOf(call);
  double fill = std::get_if<GatherAttrs>(call.attrs)->fill;
  int64_t firstOutside = -1;
  withElement(x.dtype, [&](auto element) {
    using E = decltype(element);
    E *to = static_cast<E *>(y.data);
    const E *from = static_cast<const E *>(x.data);
    E fillBits = fillElement<E>(x.dtype, fill);
    firstOutside =
        indices.dtype == DType::i32
            ? gatherAll(plan, to, from,
                        static_cast<const int32_t *>(indices.data), fillBits)
            : gatherAll(plan, to, from,
                        static_cast<const int64_t *>(indices.data), fillBits);
  });
  return firstOutside;
}

} // namespace tgc::kernels::TGC_CPU_LEVEL
