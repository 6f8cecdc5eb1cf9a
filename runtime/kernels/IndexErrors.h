// What a kernel cannot say: it is compiled for one CPU level and calls no
// library, so it reports a position and a function here puts it into words.
#ifndef TGC_RUNTIME_KERNELS_INDEXERRORS_H
#define TGC_RUNTIME_KERNELS_INDEXERRORS_H

#include "absl/types/span.h"
#include "tgc/runtime/core/OpAttrs.h"
#include "tgc/runtime/core/Status.h"

namespace tgc::kernels::errors {

/// One function per op with `reportsIndex`, named as its mnemonic, in the file
/// of its family: OutOfRange for the `position` that the kernel has returned
/// for these operands, naming the index, where it stands and what it may be.
#define TGC_INDEX_ERROR(mnemonic)                                              \
  absl::Status mnemonic(absl::Span<const Value> operands,                      \
                        const OpAttrs &attrs, int64_t position);
#include "tgc/runtime/KernelTable.inc"

} // namespace tgc::kernels::errors

#endif // TGC_RUNTIME_KERNELS_INDEXERRORS_H
