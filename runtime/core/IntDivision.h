// Integer divisions that have no mathematical result.
#ifndef TGC_RUNTIME_CORE_INTDIVISION_H
#define TGC_RUNTIME_CORE_INTDIVISION_H

#include "tgc/runtime/core/OpKind.h"
#include "tgc/runtime/core/Value.h"

#include "absl/types/span.h"

namespace tgc {

/// Error for `divide` or `rem` on integers of equal shape where a divisor is 0,
/// or for `divide` the least integer meets -1; semantics.md 4 defines a value
/// for both. OutOfRange with id TGC-E0703, naming the operand and the first
/// position. Any other op is OK.
absl::Status checkIntDivision(OpKind kind, absl::Span<const Value> operands);

} // namespace tgc

#endif // TGC_RUNTIME_CORE_INTDIVISION_H
