// Promotion of dtypes and broadcasting of shapes: public calls only, the IR
// never promotes.
#include "tgc/frontend/eager/Bind.h"

#include "tgc/runtime/core/ErrorId.h"

#include "absl/strings/str_cat.h"

#include <cmath>

namespace tgc {
namespace {

int category(DType dtype) {
  switch (dtypeKind(dtype)) {
  case DTypeKind::Bool:
    return 0;
  case DTypeKind::Signed:
  case DTypeKind::Unsigned:
    return 1;
  case DTypeKind::Float:
    return 2;
  case DTypeKind::Complex:
    return 3;
  case DTypeKind::String:
    return 4;
  }
  return 4;
}

DType signedOfBits(size_t bits) {
  return bits <= 8    ? DType::i8
         : bits <= 16 ? DType::i16
         : bits <= 32 ? DType::i32
                      : DType::i64;
}

absl::Status refusePair(DType a, DType b) {
  return withErrorId(
      absl::InvalidArgumentError(absl::StrCat(
          "dtypes ", std::string(dtypeName(a)), " and ",
          std::string(dtypeName(b)), " do not promote\n  fix: convert(x, ",
          std::string(dtypeName(b)), ") or convert(y, ",
          std::string(dtypeName(a)), ")")),
      "TGC-E0401");
}

} // namespace

absl::StatusOr<DType> promote(DType a, DType b) {
  if (a == b)
    return a;
  if (category(a) > category(b))
    std::swap(a, b);
  if (category(b) == 4)
    return refusePair(a, b);
  if (category(a) < category(b))
    return b;
  if (category(b) == 2) // f16 with bf16: neither holds the other
    return (a == DType::f64 || b == DType::f64) ? DType::f64 : DType::f32;
  if (category(b) == 3)
    return DType::c128;
  bool signedA = dtypeKind(a) == DTypeKind::Signed;
  bool signedB = dtypeKind(b) == DTypeKind::Signed;
  size_t bitsA = dtypeBytes(a) * 8, bitsB = dtypeBytes(b) * 8;
  if (signedA == signedB)
    return bitsA > bitsB ? a : b;
  size_t unsignedBits = signedA ? bitsB : bitsA;
  size_t signedBits = signedA ? bitsA : bitsB;
  if (unsignedBits == 64)
    return refusePair(a, b);
  return signedOfBits(std::max(signedBits, 2 * unsignedBits));
}

namespace {

/// The common dtype of the arguments in [first, end): tensors promote, then
/// weak scalars raise it only by category.
absl::StatusOr<DType> commonDType(absl::Span<const TensorArg *const> args) {
  std::optional<DType> common;
  int scalarCategory = -1;
  for (const TensorArg *arg : args) {
    if (arg->kind == TensorArg::Kind::Tensor) {
      DType dtype = arg->tensor.dtype();
      TGC_ASSIGN_OR_RETURN(common, promote(common.value_or(dtype), dtype));
    } else {
      scalarCategory =
          std::max(scalarCategory, static_cast<int>(arg->kind) - 1);
    }
  }
  constexpr DType ofScalars[] = {DType::i1, DType::i64, DType::f32};
  if (!common)
    return ofScalars[scalarCategory];
  return scalarCategory > category(*common) ? ofScalars[scalarCategory]
                                            : *common;
}

template <class T> Value scalarOf(T value) {
  Value result = *Value::allocate(dtypeOf<T>, {});
  *result.data<T>() = value;
  return result;
}

/// A weak scalar as a rank-0 tensor of `dtype`.
absl::StatusOr<Tensor> scalarTensor(const TensorArg &arg, DType dtype) {
  bool isFloat = arg.kind == TensorArg::Kind::Float;
  auto refuse = [&] {
    return withErrorId(
        absl::InvalidArgumentError(absl::StrCat(
            "the scalar ",
            arg.fits ? absl::StrCat(arg.integer)
                     : absl::StrCat(static_cast<uint64_t>(arg.integer)),
            " does not fit ", std::string(dtypeName(dtype)),
            "\n  fix: convert the tensor to a wider dtype first")),
        "TGC-E0401");
  };
  if (!arg.fits)
    return refuse();
  switch (dtype) {
  case DType::i1:
    return fromValue(scalarOf<bool>(arg.integer != 0));
  case DType::i32:
    if (!std::in_range<int32_t>(arg.integer))
      return refuse();
    return fromValue(scalarOf(static_cast<int32_t>(arg.integer)));
  case DType::i64:
    return fromValue(scalarOf(arg.integer));
  case DType::u8:
    if (!std::in_range<uint8_t>(arg.integer))
      return refuse();
    return fromValue(scalarOf(static_cast<uint8_t>(arg.integer)));
  case DType::f32:
    return fromValue(scalarOf(isFloat ? static_cast<float>(arg.floating)
                                      : static_cast<float>(arg.integer)));
  default: // f64; f16 has no arithmetic and is refused by the type rule
    return fromValue(
        scalarOf(isFloat ? arg.floating : static_cast<double>(arg.integer)));
  }
}

/// Sizes that operands of these shapes broadcast to.
absl::StatusOr<std::vector<DimExpr>>
commonShape(OpKind kind, absl::Span<const Tensor> operands) {
  size_t rank = 0;
  for (const Tensor &x : operands)
    rank = std::max(rank, x.impl()->type.dims.size());
  std::vector<DimExpr> shape(rank, DimExpr(1));
  for (size_t i = 0; i < operands.size(); ++i) {
    const DimExprs &dims = operands[i].impl()->type.dims;
    for (size_t d = 0; d < dims.size(); ++d) {
      DimExpr &common = shape[rank - dims.size() + d];
      if (dims[d].constant() == 1 || common.provablyEqual(dims[d]))
        continue;
      if (common.constant() == 1 ||
          (!common.isConstant() && dims[d].isConstant()))
        common = dims[d];
      else if (common.provablyDifferent(dims[d]))
        return absl::InvalidArgumentError(absl::StrCat(
            "tgc.", std::string(opInfo(kind).mnemonic), ": operand ", i, " ('",
            std::string(opInfo(kind).operands[i].name), "') has size ",
            dims[d].text(), " in dimension ", d, "; expected 1 or ",
            common.text(),
            ", to broadcast with the operands before it\n  fix: shapes "
            "broadcast from the last dimension on; reshape one of them"));
    }
  }
  return shape;
}

Tensor broadcastTo(const Tensor &x, const std::vector<DimExpr> &shape,
                   std::source_location where) {
  const DimExprs &dims = x.impl()->type.dims;
  bool same = dims.size() == shape.size();
  for (size_t d = 0; same && d < dims.size(); ++d)
    // A static 1 expands; any other size is the common one, now or at entry.
    same = dims[d].constant() != 1 || shape[d].constant() == 1;
  if (same)
    return x;
  BroadcastInDimAttrs attrs;
  for (size_t d = 0; d < dims.size(); ++d)
    attrs.dims.push_back(static_cast<int64_t>(shape.size() - dims.size() + d));
  attrs.sizes = shape;
  return bindOne(OpKind::BroadcastInDim, {x}, std::move(attrs), where);
}

absl::Status rename(absl::Status status, OpKind kind) {
  if (status.ok())
    return status;
  absl::Status named(status.code(),
                     absl::StrCat("tgc.", std::string(opInfo(kind).mnemonic),
                                  ": ", status.message()));
  return withErrorId(named, errorId(status));
}

} // namespace

Tensor bindBroadcast(OpKind kind, std::initializer_list<const TensorArg *> args,
                     OpAttrs attrs, std::source_location where) {
  absl::Span<const TensorArg *const> all(args.begin(), args.size());
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i]->kind == TensorArg::Kind::Tensor && !all[i]->tensor.impl())
      throwStatus(emptyOperand(kind, i), where);
  auto promoted = kind == OpKind::Select ? all.subspan(1) : all;
  absl::StatusOr<DType> dtype = commonDType(promoted);
  if (!dtype.ok())
    throwStatus(rename(dtype.status(), kind), where);
  absl::InlinedVector<Tensor, 3> operands;
  for (const TensorArg *arg : all) {
    DType wanted =
        kind == OpKind::Select && operands.empty() ? DType::i1 : *dtype;
    if (arg->kind != TensorArg::Kind::Tensor) {
      absl::StatusOr<Tensor> scalar = scalarTensor(*arg, wanted);
      if (!scalar.ok())
        throwStatus(rename(scalar.status(), kind), where);
      operands.push_back(*std::move(scalar));
    } else if (arg->tensor.dtype() == wanted ||
               (kind == OpKind::Select && operands.empty())) {
      operands.push_back(arg->tensor);
    } else {
      operands.push_back(
          bindOne(OpKind::Convert, {arg->tensor}, ConvertAttrs{wanted}, where));
    }
  }
  absl::StatusOr<std::vector<DimExpr>> shape = commonShape(kind, operands);
  if (!shape.ok())
    throwStatus(shape.status(), where);
  for (Tensor &operand : operands)
    operand = broadcastTo(operand, *shape, where);
  return bindOne(kind, operands, std::move(attrs), where);
}

} // namespace tgc
