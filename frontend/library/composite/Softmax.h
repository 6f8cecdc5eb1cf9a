// Probabilities from scores.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_SOFTMAX_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_SOFTMAX_H

#include "tgc/frontend/api/Tensor.h"

namespace tgc {

/// exp(x) / sum(exp(x)) along `dim`, without overflow.
///
/// x: a float of rank 1 or more; the result has its shape and dtype. A slice
/// with +inf or NaN, or of -inf alone, gives NaN.
/// Formula: e / sum(e), e = exp(x - max(x)).
/// Errors: a dim outside [-rank, rank).
TGC_API Tensor
softmax(const Tensor &x, int64_t dim = -1,
        std::source_location where = std::source_location::current());

/// log(softmax(x)) along `dim`, accurate where probabilities are small.
///
/// As softmax. Formula: s - log(sum(exp(s))), s = x - max(x).
TGC_API Tensor
log_softmax(const Tensor &x, int64_t dim = -1,
            std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_SOFTMAX_H
