// Eager kernels of family DataMovement.
#include "tgc/runtime/kernels/Kernels.h"
#include "tgc/runtime/kernels/ScalarConvert.h"
#include "tgc/runtime/kernels/StridedCopy.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

/// The value of a size attribute; calls have constant ones only.
int64_t sizeAt(const std::vector<DimExpr> &sizes, int64_t i) {
  return *sizes.data()[i].constant();
}

/// Copies `loops` between the two buffers, from these elements on.
void copy(DType dtype, const CopyLoops &loops, void *dst, int64_t dstStart,
          const void *src, int64_t srcStart) {
  withElement(dtype, [&](auto element) {
    using E = decltype(element);
    copyAll(loops, static_cast<E *>(dst) + dstStart,
            static_cast<const E *>(src) + srcStart);
  });
}

void copyWhole(const KernelTensor &dst, const KernelTensor &src) {
  CopyLoops loops;
  loops.add(src.elements, {1, 1});
  copy(src.dtype, loops, dst.data, 0, src.data, 0);
}

} // namespace

int64_t iota(const KernelCall &call) {
  const KernelTensor &y = call.results[0];
  int64_t dim = std::get_if<IotaAttrs>(call.attrs)->dim;
  int64_t size = y.dims[dim], inner = 1;
  for (int64_t d = dim + 1; d < y.rank; ++d)
    inner *= y.dims[d];
  withNumber(y.dtype, [&](auto zero) {
    using T = decltype(zero);
    T *data = static_cast<T *>(y.data);
    if (y.elements == 0)
      return;
    parallelFor(y.elements / inner, 1 + 0.3 * static_cast<double>(inner),
                [&](int64_t begin, int64_t end) {
                  int64_t at = begin % size;
                  for (int64_t i = begin; i < end; ++i) {
                    T value = convertScalar<T>(at);
                    for (int64_t j = 0; j < inner; ++j)
                      data[i * inner + j] = value;
                    at = at + 1 == size ? 0 : at + 1;
                  }
                });
  });
  return -1;
}

int64_t broadcast_in_dim(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &y = call.results[0];
  const auto &dims = std::get_if<BroadcastInDimAttrs>(call.attrs)->dims;
  int64_t xStrides[maxRank], yStrides[maxRank], steps[maxRank] = {};
  denseStrides(x, xStrides);
  denseStrides(y, yStrides);
  for (int64_t d = 0; d < x.rank; ++d)
    if (x.dims[d] != 1)
      steps[dims.data()[d]] = xStrides[d];
  CopyLoops loops;
  for (int64_t d = 0; d < y.rank; ++d)
    loops.add(y.dims[d], {yStrides[d], steps[d]});
  copy(x.dtype, loops, y.data, 0, x.data, 0);
  return -1;
}

int64_t transpose(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &y = call.results[0];
  const auto &perm = std::get_if<TransposeAttrs>(call.attrs)->perm;
  int64_t xStrides[maxRank], yStrides[maxRank];
  denseStrides(x, xStrides);
  denseStrides(y, yStrides);
  CopyLoops loops;
  for (int64_t d = 0; d < y.rank; ++d)
    loops.add(y.dims[d], {yStrides[d], xStrides[perm.data()[d]]});
  copy(x.dtype, loops, y.data, 0, x.data, 0);
  return -1;
}

int64_t reverse(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &y = call.results[0];
  const auto &dims = std::get_if<ReverseAttrs>(call.attrs)->dims;
  int64_t strides[maxRank];
  denseStrides(x, strides);
  bool reversed[maxRank] = {};
  for (size_t i = 0; i < dims.size(); ++i)
    reversed[dims.data()[i]] = true;
  CopyLoops loops;
  int64_t start = 0;
  for (int64_t d = 0; d < x.rank; ++d) {
    loops.add(x.dims[d], {strides[d], reversed[d] ? -strides[d] : strides[d]});
    if (reversed[d] && x.dims[d] > 0)
      start += (x.dims[d] - 1) * strides[d];
  }
  copy(x.dtype, loops, y.data, 0, x.data, start);
  return -1;
}

namespace {

/// The loops over a strided block of `whole`, dense on the other side; `side`
/// is that of `whole`. Returns the block's first element.
int64_t addBlock(CopyLoops &loops, const KernelTensor &whole,
                 const KernelTensor &block, int side,
                 const std::vector<DimExpr> &offsets,
                 const std::vector<DimExpr> &strides) {
  int64_t wholeStrides[maxRank], blockStrides[maxRank];
  denseStrides(whole, wholeStrides);
  denseStrides(block, blockStrides);
  int64_t start = 0;
  for (int64_t d = 0; d < whole.rank; ++d) {
    // A stride counts, and fits, only where the block has two elements.
    int64_t step = block.dims[d] > 1 ? sizeAt(strides, d) * wholeStrides[d] : 0;
    if (side == srcSide)
      loops.add(block.dims[d], {blockStrides[d], step});
    else
      loops.add(block.dims[d], {step, blockStrides[d]});
    start += sizeAt(offsets, d) * wholeStrides[d];
  }
  return start;
}

} // namespace

int64_t slice(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &y = call.results[0];
  if (y.elements == 0)
    return -1;
  const auto *attrs = std::get_if<SliceAttrs>(call.attrs);
  CopyLoops loops;
  int64_t start =
      addBlock(loops, x, y, srcSide, attrs->offsets, attrs->strides);
  copy(x.dtype, loops, y.data, 0, x.data, start);
  return -1;
}

int64_t update_slice(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &update = call.operands[1];
  const KernelTensor &y = call.results[0];
  copyWhole(y, x);
  if (update.elements == 0)
    return -1;
  const auto *attrs = std::get_if<UpdateSliceAttrs>(call.attrs);
  CopyLoops loops;
  int64_t start =
      addBlock(loops, y, update, dstSide, attrs->offsets, attrs->strides);
  copy(x.dtype, loops, y.data, start, update.data, 0);
  return -1;
}

int64_t pad(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &value = call.operands[1];
  const KernelTensor &y = call.results[0];
  const auto *attrs = std::get_if<PadAttrs>(call.attrs);
  CopyLoops fill;
  fill.add(y.elements, {1, 0});
  copy(x.dtype, fill, y.data, 0, value.data, 0);
  if (y.elements == 0 || x.elements == 0)
    return -1;

  int64_t xStrides[maxRank], yStrides[maxRank];
  denseStrides(x, xStrides);
  denseStrides(y, yStrides);
  CopyLoops loops;
  int64_t dstStart = 0, srcStart = 0;
  for (int64_t d = 0; d < x.rank; ++d) {
    // Element i of x goes to lo + i * step; those in [first, first + count)
    // stay inside. Unsigned: lo may be any int64 where x has one element.
    int64_t size = x.dims[d], lo = sizeAt(attrs->lo, d);
    int64_t step = 1;
    if (size > 1 && attrs->interior.size() != 0)
      step = attrs->interior.data()[d] + 1;
    uint64_t span = static_cast<uint64_t>(step);
    uint64_t first =
        lo < 0 ? (uint64_t{0} - static_cast<uint64_t>(lo) + span - 1) / span
               : 0;
    if (lo >= y.dims[d] || first >= static_cast<uint64_t>(size))
      return -1;
    uint64_t room = static_cast<uint64_t>(y.dims[d] - 1) -
                    static_cast<uint64_t>(lo); // y.dims - 1 >= lo
    uint64_t last = room / span;
    if (last >= static_cast<uint64_t>(size))
      last = static_cast<uint64_t>(size) - 1;
    if (last < first)
      return -1;
    int64_t count = static_cast<int64_t>(last - first + 1);
    loops.add(count, {count > 1 ? step * yStrides[d] : 0, xStrides[d]});
    int64_t at = static_cast<int64_t>(first * span + static_cast<uint64_t>(lo));
    dstStart += at * yStrides[d];
    srcStart += static_cast<int64_t>(first) * xStrides[d];
  }
  copy(x.dtype, loops, y.data, dstStart, x.data, srcStart);
  return -1;
}

int64_t concatenate(const KernelCall &call) {
  const KernelTensor &y = call.results[0];
  int64_t dim = std::get_if<ConcatenateAttrs>(call.attrs)->dim;
  int64_t outer = 1, inner = 1;
  for (int64_t d = 0; d < dim; ++d)
    outer *= y.dims[d];
  for (int64_t d = dim + 1; d < y.rank; ++d)
    inner *= y.dims[d];
  int64_t row = y.dims[dim] * inner, start = 0;
  for (int64_t i = 0; i < call.numOperands; ++i) {
    const KernelTensor &x = call.operands[i];
    int64_t part = x.dims[dim] * inner;
    CopyLoops loops;
    loops.add(outer, {row, part});
    loops.add(part, {1, 1});
    copy(x.dtype, loops, y.data, start, x.data, 0);
    start += part;
  }
  return -1;
}

} // namespace tgc::kernels::TGC_CPU_LEVEL
