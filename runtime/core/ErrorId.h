// Stable ids of errors: TGC-E0402.
#ifndef TGC_RUNTIME_CORE_ERRORID_H
#define TGC_RUNTIME_CORE_ERRORID_H

#include "tgc/runtime/core/Status.h"

#include "absl/strings/string_view.h"

#include <string>

namespace tgc {

/// Attaches an id such as "TGC-E0401" to an error that has none yet.
absl::Status withErrorId(absl::Status status, absl::string_view id);

/// The id of an error; without one, that of its code: E0402 for
/// InvalidArgument, E0301 Unimplemented, E0701 OutOfRange, E0801
/// ResourceExhausted, E0802 DeadlineExceeded, E0803 Cancelled, E0201 NotFound
/// and DataLoss, E0601 FailedPrecondition, else E0901.
std::string errorId(const absl::Status &status);

} // namespace tgc

#endif // TGC_RUNTIME_CORE_ERRORID_H
