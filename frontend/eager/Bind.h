// The one door of every op call in every mode.
#ifndef TGC_FRONTEND_EAGER_BIND_H
#define TGC_FRONTEND_EAGER_BIND_H

#include "tgc/frontend/eager/InterpreterScope.h"

#include <initializer_list>
#include <source_location>

namespace tgc {

/// Refuses foreign traced operands, normalises attributes, infers types and
/// lets the current interpreter process the op. Throws tgc::Error.
Tensors bind(OpKind kind, absl::Span<const Tensor> operands, OpAttrs attrs,
             std::source_location where);

/// bind of an op with one result.
Tensor bindOne(OpKind kind, absl::Span<const Tensor> operands, OpAttrs attrs,
               std::source_location where);

/// bindOne of an elementwise op after promotion of dtypes (semantics.md 3) and
/// broadcasting of shapes. A `select` promotes its last two operands only.
/// A symbolic size broadcasts against nothing but a static 1: against another
/// size it is taken to be equal, which is checked when sizes are known.
Tensor bindBroadcast(OpKind kind, std::initializer_list<const TensorArg *> args,
                     OpAttrs attrs, std::source_location where);

/// The dtype that operands of these dtypes compute in. Errors: InvalidArgument
/// naming the cast, for u64 with a signed type and dtypes that never promote.
absl::StatusOr<DType> promote(DType a, DType b);

/// The error of a default-constructed tensor as operand `index`.
absl::Status emptyOperand(OpKind kind, size_t index);

/// Throws the error that `status` describes. Inside a composite the error is
/// the composite's: its name in front, its caller's place instead of `where`.
[[noreturn]] void throwStatus(const absl::Status &status,
                              std::source_location where);
inline void throwIfError(const absl::Status &status,
                         std::source_location where) {
  if (!status.ok())
    throwStatus(status, where);
}
template <class T>
T valueOrThrow(absl::StatusOr<T> result, std::source_location where) {
  throwIfError(result.status(), where);
  return *std::move(result);
}

} // namespace tgc

#endif // TGC_FRONTEND_EAGER_BIND_H
