// Tensors: immutable values, cheap to copy.
#ifndef TGC_FRONTEND_API_TENSOR_H
#define TGC_FRONTEND_API_TENSOR_H

#include "tgc/frontend/api/Dim.h"
#include "tgc/frontend/api/Error.h"
#include "tgc/runtime/core/DType.h"
#include "tgc/runtime/core/Export.h"

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <source_location>
#include <span>
#include <string>
#include <string_view>

namespace tgc {

struct TensorImpl;

/// "f32" and so on: the name in IR, files, messages and on the command line.
TGC_API std::string_view dtype_name(DType dtype);

/// The dtype of that name; nothing if there is none.
TGC_API std::optional<DType> dtype_from_name(std::string_view name);

/// Bytes of one element; 0 for str.
TGC_API size_t dtype_bytes(DType dtype);

/// dtype_name.
TGC_API std::ostream &operator<<(std::ostream &os, DType dtype);

struct PrintOptions {
  /// Above this many elements the middle of each dimension prints as "...".
  int64_t threshold = 1000;
  /// Elements shown at each end of an elided dimension.
  int64_t edge_items = 3;
};

/// An immutable tensor with shared storage. In eager mode it holds a value; in
/// a trace it stands for a value that will exist when the program runs, and
/// asking for its data is an error. Default-constructed: empty, every use but
/// assignment is an error.
class TGC_API Tensor {
public:
  Tensor() = default;

  DType
  dtype(std::source_location where = std::source_location::current()) const;
  Dims
  shape(std::source_location where = std::source_location::current()) const;
  int64_t
  rank(std::source_location where = std::source_location::current()) const;
  /// Size of a dimension; negative ones count from the end. Errors:
  /// InvalidArgument outside [-rank, rank).
  Dim size(int64_t dim,
           std::source_location where = std::source_location::current()) const;
  Dim num_elements(
      std::source_location where = std::source_location::current()) const;

  /// The one element. Errors: InvalidArgument if T is not the dtype or there
  /// is not exactly one element; FailedPrecondition inside a trace.
  template <class T>
  T item(std::source_location where = std::source_location::current()) const {
    return data<T>(1, where)[0];
  }
  /// The elements in row-major order, valid as long as a handle to this tensor
  /// exists. Errors: as item, for any number of elements.
  template <class T>
  std::span<const T>
  data(std::source_location where = std::source_location::current()) const {
    return data<T>(-1, where);
  }
  /// As NumPy prints it.
  std::string to_string(const PrintOptions &options = {}) const;

  /// Internal: the shared representation.
  const std::shared_ptr<const TensorImpl> &impl() const { return shared; }
  explicit Tensor(std::shared_ptr<const TensorImpl> impl)
      : shared(std::move(impl)) {}

private:
  template <class T>
  std::span<const T> data(int64_t expected, std::source_location where) const {
    auto [pointer, count] = raw(dtypeOf<T>, expected, where);
    return {static_cast<const T *>(pointer), count};
  }
  std::pair<const void *, size_t> raw(DType dtype, int64_t expected,
                                      std::source_location where) const;

  std::shared_ptr<const TensorImpl> shared;
};

TGC_API std::ostream &operator<<(std::ostream &os, const Tensor &x);

/// equal() is elementwise, array_equal() one bool: == would be either.
bool operator==(const Tensor &, const Tensor &) = delete;

/// Same dtype, shape and values; NaN equals nothing. Errors: FailedPrecondition
/// inside a trace.
TGC_API bool
array_equal(const Tensor &a, const Tensor &b,
            std::source_location where = std::source_location::current());

/// Copies `values`, which are `dims` in row-major order. Errors:
/// InvalidArgument if their number is not the product of dims.
template <class T>
Tensor from_span(std::span<const T> values, const Dims &dims,
                 std::source_location where = std::source_location::current());

/// Wraps memory of the caller without copying; `release` runs once, when the
/// last handle goes. The memory must be row-major, aligned to its element and
/// unchanged meanwhile. Errors: InvalidArgument for null with elements, and for
/// an address that is not aligned; `release` does not run then.
TGC_API Tensor
from_buffer(const void *data, DType dtype, const Dims &dims,
            std::function<void()> release,
            std::source_location where = std::source_location::current());

namespace detail {
TGC_API Tensor copied(const void *data, size_t count, DType dtype,
                      const Dims &dims, std::source_location where);
} // namespace detail

template <class T>
Tensor from_span(std::span<const T> values, const Dims &dims,
                 std::source_location where) {
  return detail::copied(values.data(), values.size(), dtypeOf<T>, dims, where);
}

/// An operand: a tensor, or a C++ scalar, which is weak: the other operands'
/// dtype wins unless the scalar's category (bool < int < float) is higher.
/// Captures the caller's location for operators, which cannot have default
/// arguments.
class TGC_API TensorArg {
public:
  TensorArg(const Tensor &x,
            std::source_location where = std::source_location::current())
      : tensor(x), location(where) {}
  template <class T>
    requires detail::Number<T>
  TensorArg(T value,
            std::source_location where = std::source_location::current())
      : location(where) {
    if constexpr (std::same_as<T, bool>)
      kind = Kind::Bool, integer = value;
    else if constexpr (std::integral<T>)
      kind = Kind::Integer, integer = static_cast<int64_t>(value),
      fits = detail::fitsInt64(value);
    else
      kind = Kind::Float, floating = value;
  }

  enum class Kind : uint8_t { Tensor, Bool, Integer, Float };
  Tensor tensor;
  Kind kind = Kind::Tensor;
  bool fits = true; // false: `integer` holds the bits of a uint64_t
  int64_t integer = 0;
  double floating = 0;
  std::source_location location;
};

} // namespace tgc

#endif // TGC_FRONTEND_API_TENSOR_H
