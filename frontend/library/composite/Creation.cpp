// Tensors made from sizes and numbers.
#include "tgc/frontend/library/composite/Creation.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/CompositeCall.h"
#include "tgc/frontend/library/composite/Shape.h"

#include "absl/strings/str_cat.h"

#include <cmath>

namespace tgc {
namespace {

Literal literalOf(const TensorArg &number) {
  switch (number.kind) {
  case TensorArg::Kind::Bool:
    return number.integer != 0;
  case TensorArg::Kind::Float:
    return number.floating;
  case TensorArg::Kind::Integer:
  case TensorArg::Kind::Tensor:
    break;
  }
  if (!number.fits)
    return static_cast<uint64_t>(number.integer);
  return number.integer;
}

Tensor filled(const CompositeCall &call, const Dims &dims,
              const TensorArg &value, std::optional<DType> dtype) {
  Tensor scalar = value.tensor;
  if (value.kind != TensorArg::Kind::Tensor) {
    scalar = tensor(literalOf(value), dtype, call.where);
  } else {
    const CompositeCall::Operand operand{scalar, 0, "value"};
    call.needsValue(operand);
    if (scalar.rank() != 0)
      call.refuse(absl::StrCat(operand.text(), " has rank ", scalar.rank(),
                               "; expected a scalar"),
                  "broadcast_to repeats other tensors");
    if (dtype && *dtype != scalar.dtype())
      scalar = convert(scalar, *dtype, call.where);
  }
  return dims.empty() ? scalar : broadcast_in_dim(scalar, {}, dims, call.where);
}

Tensor like(const CompositeCall &call, const Tensor &x, const TensorArg &value,
            std::optional<DType> dtype) {
  call.needsValue({x});
  return filled(call, x.shape(), value, dtype.value_or(x.dtype()));
}

Tensor identity(const CompositeCall &call, const Dim &n, const Dim &m,
                DType dtype) {
  const Tensor row = iota(0, {n, m}, DType::i64, call.where);
  const Tensor column = iota(1, {n, m}, DType::i64, call.where);
  const Tensor ones =
      compare(row, column, CompareDirection::EQ, {}, call.where);
  return dtype == DType::i1 ? ones : convert(ones, dtype, call.where);
}

/// start + i * step in f64.
Tensor floatingRange(const CompositeCall &call, const RangeBound &start,
                     const RangeBound &stop, const RangeBound &step,
                     DType dtype) {
  auto number = [&](const RangeBound &bound, const char *name) {
    double value = bound.floating;
    if (!bound.isFloating) {
      const std::optional<int64_t> integer = bound.size.expr().constant();
      if (!integer)
        call.refuse(absl::StrCat("'", name, "' is ", bound.size.expr().text(),
                                 ", a size that is not known while tracing; "
                                 "expected a number beside floating ones"),
                    "scale an integer arange, whose sizes may be symbolic");
      value = static_cast<double>(*integer);
    }
    if (!std::isfinite(value))
      call.refuse(
          absl::StrCat("'", name, "' is ", value, "; expected a finite number"),
          "give finite numbers");
    return value;
  };
  const double first = number(start, "start"), last = number(stop, "stop");
  const double distance = number(step, "step");
  if (distance == 0)
    call.refuse("'step' is 0; expected another number", "use a step of 1");
  const double length = std::max(std::ceil((last - first) / distance), 0.0);
  if (!(length < 9e18)) // or NaN: the difference of the bounds is infinite
    call.refuse(absl::StrCat("the result has ", length,
                             " elements, too many for 64 bits"),
                "use a larger step");
  const Tensor i =
      iota(0, {static_cast<int64_t>(length)}, DType::f64, call.where);
  const Tensor x = add(multiply(i, distance, call.where), first, call.where);
  return dtype == DType::f64 ? x : convert(x, dtype, call.where);
}

/// start + i * step in i64.
Tensor integerRange(const CompositeCall &call, const Dim &start,
                    const Dim &stop, const Dim &step, DType dtype) {
  const std::optional<int64_t> distance = step.expr().constant();
  if (!distance || *distance == 0)
    call.refuse(absl::StrCat("'step' is ", step.expr().text(),
                             "; expected a number other than 0"),
                "use a step of 1");
  // Rounded up for either sign.
  const Dim rounded = stop - start + step - (*distance > 0 ? 1 : -1);
  const Dim length = max(floor_div(rounded, step), 0);
  const std::optional<int64_t> first = start.expr().constant();
  const std::optional<int64_t> count = length.expr().constant();
  if (first && count && *count > 0) {
    const Dim last = start + (*count - 1) * step;
    (void)tensor(*first, dtype, call.where); // refuses what does not fit
    (void)tensor(last.expr().constant().value_or(*first), dtype, call.where);
  }
  Tensor x = iota(0, {length}, DType::i64, call.where);
  if (*distance != 1)
    x = multiply(x, *distance, call.where);
  if (!first)
    x = add(x, size_tensor(start, DType::i64, call.where), call.where);
  else if (*first != 0)
    x = add(x, *first, call.where);
  return dtype == DType::i64 ? x : convert(x, dtype, call.where);
}

Tensor range(const CompositeCall &call, const RangeBound &start,
             const RangeBound &stop, const RangeBound &step,
             std::optional<DType> dtype) {
  if (start.isFloating || stop.isFloating || step.isFloating)
    return floatingRange(call, start, stop, step, dtype.value_or(DType::f32));
  return integerRange(call, start.size, stop.size, step.size,
                      dtype.value_or(DType::i64));
}

} // namespace

Tensor zeros(const Dims &dims, DType dtype, std::source_location where) {
  const CompositeCall call("zeros", where);
  return filled(call, dims, 0, dtype);
}

Tensor ones(const Dims &dims, DType dtype, std::source_location where) {
  const CompositeCall call("ones", where);
  return filled(call, dims, 1, dtype);
}

Tensor full(const Dims &dims, const TensorArg &value,
            std::optional<DType> dtype, std::source_location where) {
  const CompositeCall call("full", where);
  return filled(call, dims, value, dtype);
}

Tensor zeros_like(const Tensor &x, std::optional<DType> dtype,
                  std::source_location where) {
  const CompositeCall call("zeros_like", where);
  return like(call, x, 0, dtype);
}

Tensor ones_like(const Tensor &x, std::optional<DType> dtype,
                 std::source_location where) {
  const CompositeCall call("ones_like", where);
  return like(call, x, 1, dtype);
}

Tensor full_like(const Tensor &x, const TensorArg &value,
                 std::optional<DType> dtype, std::source_location where) {
  const CompositeCall call("full_like", where);
  return like(call, x, value, dtype);
}

Tensor eye(const Dim &n, DType dtype, std::source_location where) {
  const CompositeCall call("eye", where);
  return identity(call, n, n, dtype);
}

Tensor eye(const Dim &n, const Dim &m, DType dtype,
           std::source_location where) {
  const CompositeCall call("eye", where);
  return identity(call, n, m, dtype);
}

Tensor arange(const RangeBound &stop, std::optional<DType> dtype,
              std::source_location where) {
  const CompositeCall call("arange", where);
  return range(call, 0, stop, 1, dtype);
}

Tensor arange(const RangeBound &start, const RangeBound &stop,
              const RangeBound &step, std::optional<DType> dtype,
              std::source_location where) {
  const CompositeCall call("arange", where);
  return range(call, start, stop, step, dtype);
}

Tensor linspace(double start, double stop, const Dim &num, DType dtype,
                std::source_location where) {
  const CompositeCall call("linspace", where);
  if (!isFloat(dtype))
    call.refuse(absl::StrCat("attribute 'dtype' is ",
                             std::string(dtypeName(dtype)),
                             "; expected a float"),
                "convert the result, which rounds toward zero");
  const Tensor i = iota(0, {num}, DType::f64, where);
  // One gap, of no element, where there is no second number.
  const Tensor gaps = size_tensor(max(num - 1, 1), DType::f64, where);
  const Tensor step =
      divide(full({}, stop - start, DType::f64, where), gaps, where);
  const Tensor inner = compare(i, gaps, CompareDirection::LT, {}, where);
  const Tensor x = select(inner, add(multiply(i, step, where), start, where),
                          full({}, stop, DType::f64, where), where);
  return dtype == DType::f64 ? x : convert(x, dtype, where);
}

} // namespace tgc
