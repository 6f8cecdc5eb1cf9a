// A concrete dense tensor: what kernels, files and executables exchange.
#ifndef TGC_RUNTIME_CORE_VALUE_H
#define TGC_RUNTIME_CORE_VALUE_H

#include "tgc/runtime/core/Buffer.h"
#include "tgc/runtime/core/Shape.h"

namespace tgc {

/// dtype, shape and shared storage; dense and row-major. Copying shares.
struct Value {
  DType dtype = DType::f32;
  Shape shape;
  std::shared_ptr<Buffer> buffer; // null: no value

  /// Uninitialised storage. Errors: InvalidArgument for a dtype without
  /// storage, a negative size or one beyond `Limits::elements`;
  /// ResourceExhausted if memory is not to be had.
  static absl::StatusOr<Value> allocate(DType dtype, Shape shape);

  int64_t numElements() const { return checkedProduct(shape).value_or(0); }
  int64_t numBytes() const {
    return numElements() * static_cast<int64_t>(dtypeBytes(dtype));
  }
  template <class T> T *data() const {
    return static_cast<T *>(buffer->data());
  }
};

} // namespace tgc

#endif // TGC_RUNTIME_CORE_VALUE_H
