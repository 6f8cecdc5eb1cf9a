// Tensor: queries, data and construction.
#include "tgc/frontend/api/Tensor.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/runtime/io/Format.h"
#include "tgc/runtime/kernels/KernelTable.h"

#include "absl/strings/str_cat.h"

#include <cstring>

namespace tgc {
namespace {

const TensorImpl &implOf(const Tensor &x, std::source_location where) {
  if (!x.impl())
    throwStatus(absl::InvalidArgumentError(
                    "the tensor is empty (default-constructed)\n  fix: assign "
                    "it a value first"),
                where);
  return *x.impl();
}

/// Elements of two equal values; NaN differs from itself.
template <class T> bool equalElements(const Value &a, const Value &b) {
  return std::equal(a.data<T>(), a.data<T>() + a.numElements(), b.data<T>());
}

} // namespace

std::string_view dtype_name(DType dtype) { return dtypeName(dtype); }

std::optional<DType> dtype_from_name(std::string_view name) {
  return dtypeFromName(name);
}

size_t dtype_bytes(DType dtype) { return dtypeBytes(dtype); }

std::ostream &operator<<(std::ostream &os, DType dtype) {
  return os << dtypeName(dtype);
}

Tensor fromValue(Value value) {
  auto impl = std::make_shared<TensorImpl>();
  impl->type = typeOf(value);
  impl->value = std::move(value);
  impl->trace = currentInterpreter().traceId();
  return Tensor(std::move(impl));
}

const Value &valueOf(const Tensor &x, const char *use,
                     std::source_location where) {
  const TensorImpl &impl = implOf(x, where);
  if (!impl.isConcrete())
    throwStatus(
        absl::FailedPreconditionError(absl::StrCat(
            use, " needs the value of a ", typeText(impl.type),
            " tensor that is only being traced\n  fix: compute with tensor "
            "ops, choose with tgc::select, or read the value outside the "
            "trace")),
        where);
  return impl.value;
}

DType Tensor::dtype(std::source_location where) const {
  return implOf(*this, where).type.dtype;
}

Dims Tensor::shape(std::source_location where) const {
  const TensorImpl &impl = implOf(*this, where);
  std::vector<Dim> dims;
  for (const DimExpr &dim : impl.type.dims)
    dims.emplace_back(dim);
  return dims;
}

int64_t Tensor::rank(std::source_location where) const {
  return implOf(*this, where).type.rank();
}

Dim Tensor::size(int64_t dim, std::source_location where) const {
  const TensorImpl &impl = implOf(*this, where);
  int64_t rank = impl.type.rank();
  if (dim < -rank || dim >= rank)
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "size(", dim, ") of a tensor of rank ", rank,
                    "; expected a dimension in [", -rank, ", ", rank,
                    ")\n  fix: name a dimension that exists")),
                where);
  return Dim(impl.type.dims[dim < 0 ? dim + rank : dim]);
}

Dim Tensor::num_elements(std::source_location where) const {
  DimExpr count = 1;
  for (const DimExpr &dim : implOf(*this, where).type.dims)
    count = count * dim;
  return Dim(count);
}

std::pair<const void *, size_t> Tensor::raw(DType dtype, int64_t expected,
                                            std::source_location where) const {
  const Value &value = valueOf(*this, "reading elements", where);
  if (value.dtype != dtype)
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "elements of a ", typeText(value.dtype, value.shape),
                    " tensor were asked for as ", std::string(dtypeName(dtype)),
                    "\n  fix: read them as ",
                    std::string(dtypeName(value.dtype)), ", or convert first")),
                where);
  int64_t count = value.numElements();
  if (expected >= 0 && count != expected)
    throwStatus(absl::InvalidArgumentError(
                    absl::StrCat("item() of a tensor with ", count,
                                 " elements; expected 1\n  fix: use data()")),
                where);
  return {value.buffer->data(), static_cast<size_t>(count)};
}

std::string Tensor::to_string(const PrintOptions &options) const {
  if (!shared)
    return "<empty tensor>";
  if (!shared->isConcrete())
    return absl::StrCat("<traced ", typeText(shared->type), ">");
  return formatValue(shared->value, {.threshold = options.threshold,
                                     .edgeItems = options.edge_items});
}

std::ostream &operator<<(std::ostream &os, const Tensor &x) {
  return os << x.to_string();
}

bool array_equal(const Tensor &a, const Tensor &b, std::source_location where) {
  const Value &x = valueOf(a, "array_equal", where);
  const Value &y = valueOf(b, "array_equal", where);
  if (x.dtype != y.dtype || x.shape != y.shape)
    return false;
  switch (x.dtype) {
  case DType::f32:
    return equalElements<float>(x, y);
  case DType::f64:
    return equalElements<double>(x, y);
  default: // integers; f16 by bits is not by value, so it is compared as f32
    break;
  }
  if (x.dtype == DType::f16) {
    auto wide = [&](const Value &half) {
      return valueOrThrow(
          runOp(OpKind::Convert, {half}, ConvertAttrs{DType::f32}), where)[0];
    };
    return equalElements<float>(wide(x), wide(y));
  }
  return std::memcmp(x.buffer->data(), y.buffer->data(),
                     static_cast<size_t>(x.numBytes())) == 0;
}

namespace {

/// Concrete sizes of `dims`; their product is `count` if that is not negative.
Shape concreteShape(const Dims &dims, int64_t count,
                    std::source_location where) {
  Shape shape;
  for (const Dim &dim : dims)
    shape.push_back(static_cast<int64_t>(dim));
  std::optional<int64_t> product = checkedProduct(shape);
  if (!product)
    throwStatus(
        absl::InvalidArgumentError(absl::StrCat(
            "the shape ", shapeText(shape),
            " is impossible; expected sizes of 0 or more whose product fits "
            "64 bits\n  fix: use smaller sizes")),
        where);
  if (count >= 0 && *product != count)
    throwStatus(absl::InvalidArgumentError(
                    absl::StrCat(count, " values were given for the shape ",
                                 shapeText(shape), "; expected ", *product,
                                 "\n  fix: give one value per element")),
                where);
  return shape;
}

} // namespace

Tensor detail::copied(const void *data, size_t count, DType dtype,
                      const Dims &dims, std::source_location where) {
  Shape shape = concreteShape(dims, static_cast<int64_t>(count), where);
  Value value = valueOrThrow(Value::allocate(dtype, shape), where);
  if (count)
    std::memcpy(value.buffer->data(), data,
                static_cast<size_t>(value.numBytes()));
  return fromValue(std::move(value));
}

Tensor from_buffer(const void *data, DType dtype, const Dims &dims,
                   std::function<void()> release, std::source_location where) {
  Value value{dtype, concreteShape(dims, -1, where), nullptr};
  if (!isStored(dtype))
    throwIfError(Value::allocate(dtype, value.shape).status(), where);
  if (!data && value.numElements() > 0)
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "from_buffer: the address is null; expected memory of ",
                    value.numElements(),
                    " elements\n  fix: pass the memory, "
                    "or copy values with from_span")),
                where);
  if (reinterpret_cast<uintptr_t>(data) % dtypeBytes(dtype) != 0)
    throwStatus(absl::InvalidArgumentError(
                    absl::StrCat("from_buffer: the address is not aligned to ",
                                 dtypeBytes(dtype), " bytes, the size of a ",
                                 std::string(dtypeName(dtype)),
                                 "\n  fix: align it, or copy with from_span")),
                where);
  value.buffer = Buffer::wrap(const_cast<void *>(data), value.numBytes(),
                              std::move(release));
  return fromValue(std::move(value));
}

} // namespace tgc
