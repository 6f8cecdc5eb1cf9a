// Lists of dimensions as composites use them: internal.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_NORMALIZEDDIMS_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_NORMALIZEDDIMS_H

#include "tgc/frontend/api/Dim.h"

#include <source_location>
#include <vector>

namespace tgc {

/// `dims` in [0, rank) and sorted, negative entries counted from the end.
///
/// Errors: InvalidArgument for an entry outside [-rank, rank) or named twice;
/// `op` names the caller in the message.
std::vector<int64_t> normalizedDims(const Axes &dims, int64_t rank,
                                    const char *op, std::source_location where);

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_NORMALIZEDDIMS_H
