// Tensors from literals: shape first, then values.
#include "tgc/frontend/api/Literal.h"

#include "tgc/frontend/eager/Bind.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/kernels/KernelTable.h"

#include <cmath>

namespace tgc {
namespace {

using Kind = Literal::Kind;

/// Appends the shape below `literal` to `shape`; the first rows decide.
absl::Status readShape(const Literal &literal, Shape &shape, size_t depth) {
  if (literal.kind != Kind::List)
    return absl::OkStatus();
  if (depth == shape.size())
    shape.push_back(static_cast<int64_t>(literal.items.size()));
  for (size_t i = 0; i < literal.items.size(); ++i) {
    const Literal &first = literal.items[0], &item = literal.items[i];
    if ((item.kind == Kind::List) != (first.kind == Kind::List))
      return absl::InvalidArgumentError(absl::StrCat(
          "row ", i, " is a ", item.kind == Kind::List ? "list" : "number",
          ", row 0 is not\n  fix: nest all rows equally deep"));
    if (item.kind == Kind::List && item.items.size() != first.items.size())
      return absl::InvalidArgumentError(
          absl::StrCat("row ", i, " has ", item.items.size(),
                       " elements, row 0 has ", first.items.size(),
                       "\n  fix: use `ragged` for rows of different length"));
    TGC_RETURN_IF_ERROR(readShape(item, shape, depth + 1));
  }
  // Rows of rows agree among themselves only if all have the first's length.
  if (literal.items.size() > 1 && depth + 1 < shape.size() &&
      literal.items[0].kind == Kind::List)
    for (size_t i = 0; i < literal.items.size(); ++i)
      for (const Literal &inner : literal.items[i].items)
        if (inner.kind == Kind::List && depth + 2 < shape.size() &&
            static_cast<int64_t>(inner.items.size()) != shape[depth + 2])
          return absl::InvalidArgumentError(absl::StrCat(
              "row ", i, " has ", inner.items.size(), " elements, row 0 has ",
              shape[depth + 2],
              "\n  fix: use `ragged` for rows of different length"));
  return absl::OkStatus();
}

Kind widest(const Literal &literal) {
  if (literal.kind != Kind::List)
    return literal.kind;
  Kind kind = Kind::List;
  for (const Literal &item : literal.items)
    kind = std::max(kind, widest(item));
  return kind;
}

DType dtypeOfKind(Kind kind) {
  switch (kind) {
  case Kind::Bool:
    return DType::i1;
  case Kind::Integer:
    return DType::i64;
  case Kind::Complex:
    return DType::c64;
  case Kind::Text:
    return DType::str;
  case Kind::List: // no element at all
  case Kind::Float:
    return DType::f32;
  }
  return DType::f32;
}

/// Writes the scalars below `literal` in order.
template <class T> absl::Status fill(const Literal &literal, T *&out) {
  for (const Literal &item : literal.items)
    TGC_RETURN_IF_ERROR(fill(item, out));
  if (literal.kind == Kind::List)
    return absl::OkStatus();
  bool isFloat = literal.kind == Kind::Float;
  auto refuse = [&] {
    return absl::InvalidArgumentError(absl::StrCat(
        "the literal ",
        isFloat        ? absl::StrCat(literal.floating)
        : literal.fits ? absl::StrCat(literal.integer)
                       : absl::StrCat(static_cast<uint64_t>(literal.integer)),
        " does not fit ", std::string(dtypeName(dtypeOf<T>)),
        "\n  fix: give a dtype that holds it"));
  };
  if constexpr (std::floating_point<T>) {
    // Straight from the integer: by way of double it could round twice.
    T value = isFloat ? static_cast<T>(literal.floating)
              : literal.fits
                  ? static_cast<T>(literal.integer)
                  : static_cast<T>(static_cast<uint64_t>(literal.integer));
    if (std::isinf(value) && !std::isinf(literal.floating))
      return refuse();
    *out++ = value;
  } else {
    if (isFloat || !literal.fits || !std::in_range<int64_t>(literal.integer))
      return refuse();
    if constexpr (std::same_as<T, bool>) {
      if (literal.integer != 0 && literal.integer != 1)
        return refuse();
    } else if (!std::in_range<T>(literal.integer)) {
      return refuse();
    }
    *out++ = static_cast<T>(literal.integer);
  }
  return absl::OkStatus();
}

template <class T>
absl::Status fillValue(const Literal &literal, Value &value) {
  T *out = value.data<T>();
  return fill(literal, out);
}

absl::StatusOr<Value> build(const Literal &literal,
                            std::optional<DType> requested) {
  Shape shape;
  TGC_RETURN_IF_ERROR(readShape(literal, shape, 0));
  Kind kind = widest(literal);
  DType dtype = requested.value_or(dtypeOfKind(kind));
  if (kind == Kind::Complex || kind == Kind::Text)
    dtype = dtypeOfKind(kind);
  if (dtype == DType::f16) {
    // Half has no arithmetic: values are made as f32 and converted.
    TGC_ASSIGN_OR_RETURN(Value wide, build(literal, DType::f32));
    TGC_ASSIGN_OR_RETURN(
        std::vector<Value> halves,
        runOp(OpKind::Convert, {wide}, ConvertAttrs{DType::f16}));
    return halves[0];
  }
  TGC_ASSIGN_OR_RETURN(Value value, Value::allocate(dtype, shape));
  absl::Status status;
  switch (dtype) {
  case DType::i1:
    status = fillValue<bool>(literal, value);
    break;
  case DType::u8:
    status = fillValue<uint8_t>(literal, value);
    break;
  case DType::i32:
    status = fillValue<int32_t>(literal, value);
    break;
  case DType::i64:
    status = fillValue<int64_t>(literal, value);
    break;
  case DType::f32:
    status = fillValue<float>(literal, value);
    break;
  default:
    status = fillValue<double>(literal, value);
    break;
  }
  if (!status.ok())
    return status;
  return value;
}

} // namespace

Tensor tensor(const Literal &literal, std::optional<DType> dtype,
              std::source_location where) {
  absl::StatusOr<Value> value = build(literal, dtype);
  if (!value.ok())
    throwStatus(withErrorId(value.status(), "TGC-E0202"), where);
  return fromValue(*std::move(value));
}

} // namespace tgc
