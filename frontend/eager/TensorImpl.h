// What a Tensor handle points to.
#ifndef TGC_FRONTEND_EAGER_TENSORIMPL_H
#define TGC_FRONTEND_EAGER_TENSORIMPL_H

#include "tgc/frontend/api/Tensor.h"
#include "tgc/runtime/infer/TypeRules.h"

#include <cstdint>

namespace tgc {

/// A concrete value, or a place in a trace.
struct TensorImpl {
  TensorType type;
  /// Set for a concrete tensor; its buffer is null for a traced one.
  Value value;
  /// The trace this tensor belongs to (traced) or was made in (concrete); 0 for
  /// none. Ids are never reused.
  uint64_t trace = 0;
  /// Traced: the tracer's handle of the value.
  const void *traced = nullptr;

  bool isConcrete() const { return value.buffer != nullptr; }
};

/// A concrete tensor; remembers the current trace, whose literals are
/// constants while captured tensors become arguments.
Tensor fromValue(Value value);

/// The value of a concrete tensor. Throws FailedPrecondition for a traced one,
/// naming what `use` wanted, and InvalidArgument for an empty handle.
const Value &valueOf(const Tensor &x, const char *use,
                     std::source_location where);

} // namespace tgc

#endif // TGC_FRONTEND_EAGER_TENSORIMPL_H
