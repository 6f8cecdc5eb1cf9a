// The one type rule of every op: eager calls, traces, the IR verifier and the
// ONNX importer all ask here, so a mistake reads the same everywhere.
#ifndef TGC_RUNTIME_INFER_TYPERULES_H
#define TGC_RUNTIME_INFER_TYPERULES_H

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "tgc/runtime/core/OpAttrs.h"
#include "tgc/runtime/core/Status.h"

namespace tgc {

using DimExprs = absl::InlinedVector<DimExpr, 6>;

/// dtype and sizes of a tensor that may not have a value yet.
struct TensorType {
  DType dtype = DType::f32;
  DimExprs dims;

  int64_t rank() const { return static_cast<int64_t>(dims.size()); }
};

/// "2xbatchxf32", "(2*batch + 1)xf32", "f32" for a scalar.
std::string typeText(const TensorType &type);
TensorType typeOf(const Value &value);

enum class SizeRelation : uint8_t { Equal, AtLeast };

/// A relation of two sizes, got = expected or got >= expected, that must hold
/// but is not known to: the caller checks it once when sizes are known. `what`
/// is the message's start, without the sizes: "tgc.add: operand 1 ('rhs') in
/// dimension 0".
struct SizeCheck {
  DimExpr got;
  DimExpr expected;
  std::string what;
  SizeRelation relation = SizeRelation::Equal;

  bool holds(int64_t gotSize, int64_t expectedSize) const {
    return relation == SizeRelation::Equal ? gotSize == expectedSize
                                           : gotSize >= expectedSize;
  }
};

/// The error of a check whose sizes turned out so that it does not hold:
/// "<what> has size 3; expected [at least ]4\n  fix: ...".
absl::Status sizeCheckError(const SizeCheck &check, int64_t got,
                            int64_t expected);

using TensorTypes = absl::InlinedVector<TensorType, 1>;

/// Puts the attributes of a call into the form that IR holds: negative dims
/// counted from the end, empty lists that have a rank-dependent default
/// filled in. Idempotent. Errors: InvalidArgument for a dim outside
/// [-rank, rank), naming the attribute, and for a wrong number of operands.
absl::Status normalizeAttrs(OpKind kind, absl::Span<const TensorType> operands,
                            OpAttrs &attrs);

/// Result types of an op whose attributes are normalised. Where a static and a
/// symbolic size must be equal, the result has the static one. Appends to
/// `checks` (if not null) the relations of sizes that could not be decided.
/// Errors: InvalidArgument (ResourceExhausted for a rank above Limits::rank)
/// with the whole message of style.md 5 but its location: op, operand (index
/// and name), got, expected, then "\n  fix: ...". A type whose bytes do not fit
/// 64 bits is refused, Limits::elements is not looked at.
absl::StatusOr<TensorTypes>
inferTypes(OpKind kind, absl::Span<const TensorType> operands,
           const OpAttrs &attrs, std::vector<SizeCheck> *checks = nullptr);

} // namespace tgc

#endif // TGC_RUNTIME_INFER_TYPERULES_H
