// Other sizes for the same elements.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_SHAPE_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_SHAPE_H

#include "tgc/frontend/api/Tensor.h"

namespace tgc {

/// x with dimensions of size 1 at the places `dims` of the result.
///
/// Errors: a dim outside [-rank, rank) of the result, or named twice.
TGC_API Tensor
unsqueeze(const Tensor &x, const Axes &dims,
          std::source_location where = std::source_location::current());

/// x without the dimensions `dims`, each of size 1 (a symbolic size is checked
/// when it is known).
///
/// Errors: a dim outside [-rank, rank), named twice, or of another size.
TGC_API Tensor
squeeze(const Tensor &x, const Axes &dims,
        std::source_location where = std::source_location::current());

/// x reshaped to two dimensions: those before `dim`, those from it on.
///
/// dim: in [-rank, rank]. flatten(x, 0) has one row.
TGC_API Tensor
flatten(const Tensor &x, int64_t dim = 1,
        std::source_location where = std::source_location::current());

/// x repeated to `sizes`: its dimensions are matched from the last on, as in
/// every elementwise call.
///
/// Errors: fewer sizes than x has dimensions, or a size of x that is neither 1
/// nor the one asked for.
TGC_API Tensor
broadcast_to(const Tensor &x, const Dims &sizes,
             std::source_location where = std::source_location::current());

/// x one after the other repeats[i] times along every dimension i.
///
/// Errors: not one entry per dimension.
TGC_API Tensor
tile(const Tensor &x, const Dims &repeats,
     std::source_location where = std::source_location::current());

/// `reduced`, the result of reducing x along `dims`, with these dimensions
/// back as size 1: what broadcasts against x.
TGC_API Tensor
keep_dims(const Tensor &reduced, const Tensor &x, const Axes &dims,
          std::source_location where = std::source_location::current());

/// A size as a scalar tensor of `dtype`, an integer or float: what makes a
/// computation depend on a symbolic size.
TGC_API Tensor
size_tensor(const Dim &size, DType dtype = DType::i64,
            std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_SHAPE_H
