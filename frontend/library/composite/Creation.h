// Tensors made from sizes and numbers.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_CREATION_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_CREATION_H

#include "tgc/frontend/api/Tensor.h"

#include <optional>

namespace tgc {

// Sizes may be symbolic in a trace, which records how the tensor is made.
// Errors: a size below 0, a dtype that is not stored.

/// A tensor of zeros; false for i1.
TGC_API Tensor
zeros(const Dims &dims, DType dtype = DType::f32,
      std::source_location where = std::source_location::current());

/// A tensor of ones; true for i1.
TGC_API Tensor
ones(const Dims &dims, DType dtype = DType::f32,
     std::source_location where = std::source_location::current());

/// A tensor of copies of `value`, a C++ number or a tensor of rank 0.
///
/// dtype: by default that of the tensor; i64 for an integer, f32 for a
/// floating number, i1 for a bool. Errors: a number that the dtype cannot hold.
TGC_API Tensor
full(const Dims &dims, const TensorArg &value, std::optional<DType> dtype = {},
     std::source_location where = std::source_location::current());

/// Zeros with the shape of x, and its dtype by default.
TGC_API Tensor
zeros_like(const Tensor &x, std::optional<DType> dtype = {},
           std::source_location where = std::source_location::current());

/// Ones with the shape of x, and its dtype by default.
TGC_API Tensor
ones_like(const Tensor &x, std::optional<DType> dtype = {},
          std::source_location where = std::source_location::current());

/// Copies of `value` with the shape of x, and its dtype by default; as full.
TGC_API Tensor full_like(
    const Tensor &x, const TensorArg &value, std::optional<DType> dtype = {},
    std::source_location where = std::source_location::current());

/// The n x m matrix with ones where row and column are equal, else zeros;
/// without `m` n x n.
TGC_API Tensor
eye(const Dim &n, DType dtype = DType::f32,
    std::source_location where = std::source_location::current());
TGC_API Tensor
eye(const Dim &n, const Dim &m, DType dtype = DType::f32,
    std::source_location where = std::source_location::current());

/// A bound or step of arange: an integer, a size or a floating number.
struct RangeBound {
  RangeBound(const Dim &size) : size(size) {}
  template <std::integral T>
    requires detail::Number<T>
  RangeBound(T value) : size(value) {}
  template <std::floating_point T>
  RangeBound(T value)
      : size(0), floating(static_cast<double>(value)), isFloating(true) {}

  Dim size;
  double floating = 0;
  bool isFloating = false;
};

/// start, start + step, start + 2 step, ... before `stop`, as NumPy's.
///
/// start: 0 by default. dtype: by default i64, or f32 if a bound or the step is
/// a floating number. Length: ceil((stop - start) / step), at least 0. Formula
/// of element i: start + i * step, in i64, or in f64 with two roundings; then
/// converted.
/// Errors: a step of 0 or a symbolic one; floating numbers that are not finite,
/// or beside a symbolic size; an integer that the dtype cannot hold.
TGC_API Tensor
arange(const RangeBound &stop, std::optional<DType> dtype = {},
       std::source_location where = std::source_location::current());
TGC_API Tensor
arange(const RangeBound &start, const RangeBound &stop,
       const RangeBound &step = 1, std::optional<DType> dtype = {},
       std::source_location where = std::source_location::current());

/// `num` numbers at equal distances, the first `start` and, if there is more
/// than one, the last `stop`, as NumPy's.
///
/// dtype: a float. Formula of element i: start + i * ((stop - start) /
/// (num - 1)) in f64, then converted; the last one is `stop` itself.
TGC_API Tensor
linspace(double start, double stop, const Dim &num, DType dtype = DType::f32,
         std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_CREATION_H
