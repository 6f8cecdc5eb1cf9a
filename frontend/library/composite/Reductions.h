// Reductions with the names and defaults that users expect.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_REDUCTIONS_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_REDUCTIONS_H

#include "tgc/frontend/api/Ops.h"

namespace tgc {

/// What sum, prod and mean take by default.
struct ReductionOptions {
  /// The dtype of the accumulator, as in reduce.
  std::optional<DType> accum = std::nullopt;
  /// The reduced dimensions stay, as size 1: the result broadcasts against x.
  bool keepdims = false;
};

/// What reductions without an accumulator take by default.
struct KeepDimsOptions {
  /// The reduced dimensions stay, as size 1: the result broadcasts against x.
  bool keepdims = false;
};

// `dims` are removed from the result, or kept as size 1 with `keepdims`;
// without them all are, and the result is a scalar. Errors: a dim outside
// [-rank, rank), or named twice.

/// Sum. Integers and i1 give i64; an empty sum is 0.
TGC_API Tensor sum(const Tensor &x, std::source_location where =
                                        std::source_location::current());
TGC_API Tensor
sum(const Tensor &x, const Axes &dims, const ReductionOptions &options = {},
    std::source_location where = std::source_location::current());

/// Product. Integers and i1 give i64; an empty product is 1.
TGC_API Tensor prod(const Tensor &x, std::source_location where =
                                         std::source_location::current());
TGC_API Tensor
prod(const Tensor &x, const Axes &dims, const ReductionOptions &options = {},
     std::source_location where = std::source_location::current());

/// Sum / number of elements. Integers and i1 give f32; an empty mean is NaN.
TGC_API Tensor mean(const Tensor &x, std::source_location where =
                                         std::source_location::current());
TGC_API Tensor
mean(const Tensor &x, const Axes &dims, const ReductionOptions &options = {},
     std::source_location where = std::source_location::current());

/// Largest element; NaN wins. Keeps the dtype. Errors: an empty reduction.
TGC_API Tensor max(const Tensor &x, std::source_location where =
                                        std::source_location::current());
TGC_API Tensor
max(const Tensor &x, const Axes &dims, const KeepDimsOptions &options = {},
    std::source_location where = std::source_location::current());

/// Smallest element; NaN wins. Keeps the dtype. Errors: an empty reduction.
TGC_API Tensor min(const Tensor &x, std::source_location where =
                                        std::source_location::current());
TGC_API Tensor
min(const Tensor &x, const Axes &dims, const KeepDimsOptions &options = {},
    std::source_location where = std::source_location::current());

/// i1: whether any element is true. Numbers are true unless 0 (NaN is true);
/// of no elements none is.
TGC_API Tensor any(const Tensor &x, std::source_location where =
                                        std::source_location::current());
TGC_API Tensor
any(const Tensor &x, const Axes &dims, const KeepDimsOptions &options = {},
    std::source_location where = std::source_location::current());

/// i1: whether all elements are true. Numbers as in any; of no elements all
/// are.
TGC_API Tensor all(const Tensor &x, std::source_location where =
                                        std::source_location::current());
TGC_API Tensor
all(const Tensor &x, const Axes &dims, const KeepDimsOptions &options = {},
    std::source_location where = std::source_location::current());

/// log(sum(exp(x))) over `dims`, without overflow.
///
/// x: a float. A slice that is empty or all -inf gives -inf; one with +inf
/// gives +inf; NaN propagates.
/// Formula: m + log(sum(exp(x - m))), m = max(x), or 0 where that is infinite.
TGC_API Tensor logsumexp(
    const Tensor &x, const Axes &dims, const KeepDimsOptions &options = {},
    std::source_location where = std::source_location::current());

/// i64 position of the largest element along `dim`, which is removed: the
/// lowest on ties, the first NaN if there is one. Errors: a size of 0.
TGC_API Tensor
argmax(const Tensor &x, int64_t dim = -1, const KeepDimsOptions &options = {},
       std::source_location where = std::source_location::current());

/// i64 position of the smallest element along `dim`; the rest as argmax.
TGC_API Tensor
argmin(const Tensor &x, int64_t dim = -1, const KeepDimsOptions &options = {},
       std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_REDUCTIONS_H
