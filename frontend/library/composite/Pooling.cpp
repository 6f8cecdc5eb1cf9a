// Pooling: windows over the spatial dimensions.
#include "tgc/frontend/library/composite/Pooling.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/CompositeCall.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/runtime/core/CheckedSize.h"

#include "absl/strings/str_cat.h"

#include <algorithm>

namespace tgc {
namespace {

/// The attributes of reduce_window, batch and channels included, and what
/// ceil_mode asks for on top.
struct Windows {
  std::vector<int64_t> window, strides, lo, hi, dilation;
  /// How far `hi` reaches beyond the padding that was asked for.
  std::vector<int64_t> extra;
  /// Result sizes; smaller than reduce_window's where its last window starts
  /// in the padding at the end.
  Dims sizes;
  bool cut = false;
};

void append(std::vector<int64_t> &list, const Axes &entries, int64_t absent,
            int64_t least, size_t count, const char *what,
            const CompositeCall &call) {
  if (!entries.empty() && entries.size() != count)
    call.refuse(absl::StrCat("attribute '", what, "' has length ",
                             entries.size(), "; expected ", count,
                             ", one per spatial dimension"),
                "batch and channels have no entry");
  for (size_t i = 0; i < count; ++i) {
    const int64_t entry = entries.empty() ? absent : entries[i];
    if (entry < least)
      call.refuse(absl::StrCat("attribute '", what, "' has the entry ", entry,
                               "; expected ", least, " or more"),
                  absl::StrCat("write ", least, " or more"));
    list.push_back(entry);
  }
}

/// Size of a result dimension with a window that is dilated to `reach`.
Dim windowCount(const Dim &padded, int64_t reach, int64_t stride) {
  return max(floor_div(padded - reach, stride) + 1, 0);
}

Windows windowsOf(const Tensor &x, const Axes &window,
                  const PoolOptions &options, const CompositeCall &call) {
  call.needsRank({x}, 3, "batch and channels come first; unsqueeze it");
  const auto count = static_cast<size_t>(x.rank()) - 2;
  Windows w{{1, 1}, {1, 1}, {0, 0}, {0, 0}, {1, 1}, {0, 0}, {}, false};
  append(w.window, window, 0, 1, count, "window", call);
  append(w.strides, options.strides, 1, 1, count, "strides", call);
  append(w.lo, options.lo, 0, 0, count, "lo", call);
  append(w.hi, options.hi, 0, 0, count, "hi", call);
  append(w.dilation, options.dilation, 1, 1, count, "dilation", call);
  w.sizes = {x.size(0), x.size(1)};
  for (size_t d = 2; d < w.window.size(); ++d) {
    const Dim size = x.size(static_cast<int64_t>(d));
    const int64_t reach =
        checkedMul(w.window[d] - 1, w.dilation[d]).value_or(INT64_MAX - 1) + 1;
    const Dim padded = size + w.lo[d] + w.hi[d];
    Dim windows = windowCount(padded, reach, w.strides[d]);
    int64_t extra = 0;
    if (options.ceil_mode) {
      extra = w.strides[d] - 1;
      const Dim reached = windowCount(padded + extra, reach, w.strides[d]);
      // Windows that start inside x or the padding before it.
      const Dim starting = floor_div(size + w.lo[d] - 1, w.strides[d]) + 1;
      windows = min(reached, starting);
      w.cut = w.cut || !windows.expr().provablyEqual(reached.expr());
    }
    w.hi[d] = checkedAdd(w.hi[d], extra).value_or(INT64_MAX);
    w.extra.push_back(extra);
    w.sizes.push_back(windows);
  }
  return w;
}

Tensor reduceWindows(const Tensor &x, ReduceKind kind, const Windows &w,
                     std::source_location where) {
  ReduceWindowOptions options;
  options.strides = w.strides;
  options.lo = w.lo;
  options.hi = w.hi;
  options.window_dilation = w.dilation;
  const Tensor y = reduce_window(x, kind, w.window, options, where);
  if (!w.cut)
    return y;
  const std::vector<int64_t> zeros(w.window.size(), 0);
  const std::vector<int64_t> ones(w.window.size(), 1);
  return slice(y, zeros, w.sizes, ones, where);
}

/// How many places of every window count.
Tensor windowElements(const Tensor &x, Windows w, bool countPadding,
                      std::source_location where) {
  Tensor ones = convert(tensor(1, DType::i64, where), x.dtype(), where);
  Dims sizes = {1, 1};
  for (int64_t d = 2; d < x.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    Dim size = x.size(d, where);
    if (countPadding) { // all of it but what ceil_mode has added
      size = size + w.lo[i] + (w.hi[i] - w.extra[i]);
      w.lo[i] = 0;
      w.hi[i] = w.extra[i];
    }
    sizes.push_back(size);
  }
  w.sizes = [&] {
    Dims counted = {1, 1};
    for (size_t d = 2; d < w.sizes.size(); ++d)
      counted.push_back(w.sizes[d]);
    return counted;
  }();
  ones = broadcast_to(ones, sizes, where);
  return reduceWindows(ones, ReduceKind::add, w, where);
}

} // namespace

Tensor max_pool(const Tensor &x, const Axes &window, const PoolOptions &options,
                std::source_location where) {
  const CompositeCall call("max_pool", where);
  call.needsValue({x});
  const Windows w = windowsOf(x, window, options, call);
  return reduceWindows(x, ReduceKind::max, w, where);
}

Tensor sum_pool(const Tensor &x, const Axes &window, const PoolOptions &options,
                std::source_location where) {
  const CompositeCall call("sum_pool", where);
  call.needsValue({x});
  const Windows w = windowsOf(x, window, options, call);
  return reduceWindows(x, ReduceKind::add, w, where);
}

Tensor avg_pool(const Tensor &x, const Axes &window, const PoolOptions &options,
                std::source_location where) {
  const CompositeCall call("avg_pool", where);
  call.needsFloat({x});
  const Windows w = windowsOf(x, window, options, call);
  const Tensor total = reduceWindows(x, ReduceKind::add, w, where);
  auto none = [](const std::vector<int64_t> &list) {
    return std::all_of(list.begin(), list.end(),
                       [](int64_t entry) { return entry == 0; });
  };
  const bool padded = !none(w.lo) || !none(w.hi);
  if (!none(w.extra) || (padded && !options.count_include_pad))
    return divide(total, windowElements(x, w, options.count_include_pad, where),
                  where);
  double elements = 1;
  for (int64_t size : w.window)
    elements *= static_cast<double>(size);
  return divide(total, elements, where);
}

} // namespace tgc
