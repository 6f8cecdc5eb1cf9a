// Pooling: windows over the spatial dimensions.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_POOLING_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_POOLING_H

#include "tgc/frontend/api/Tensor.h"

namespace tgc {

/// One entry per spatial dimension in every list; an empty list stands for
/// ones, of `lo` and `hi` for zeros.
struct PoolOptions {
  Axes strides = {};
  Axes lo = {};
  Axes hi = {};
  Axes dilation = {};
  /// Also takes windows that reach beyond the padded end, but none that
  /// starts in or beyond the padding there.
  bool ceil_mode = false;
  /// avg_pool: padded places count as zeros instead of not counting.
  bool count_include_pad = false;
};

/// Largest element of every window; NaN wins, padding never does.
///
/// x: numbers [batch, channels, spatial ...]; `window`: its size in every
/// spatial dimension. Size of a result dimension, with K the dilated window:
/// (D + lo + hi - K) / stride + 1, rounded down, or up with ceil_mode.
/// Errors: lists of another length, entries that are not positive (lo and hi:
/// negative).
TGC_API Tensor
max_pool(const Tensor &x, const Axes &window, const PoolOptions &options = {},
         std::source_location where = std::source_location::current());

/// Mean of every window of x, a float; shapes and errors as max_pool.
TGC_API Tensor
avg_pool(const Tensor &x, const Axes &window, const PoolOptions &options = {},
         std::source_location where = std::source_location::current());

/// Sum of every window of x; shapes and errors as max_pool.
TGC_API Tensor
sum_pool(const Tensor &x, const Axes &window, const PoolOptions &options = {},
         std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_POOLING_H
