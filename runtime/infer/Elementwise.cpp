// Type rules of family Elementwise: equal shapes, dtypes by class.
#include "tgc/runtime/infer/Rule.h"

namespace tgc::rule {
namespace {

/// Operand i has the shape that `dims` holds, that of operand 0 so far.
absl::Status unifyShape(const Call &call, size_t i, DimExprs &dims) {
  auto fix = [&] {
    return absl::StrCat("give '", call.operandName(i), "' the shape ",
                        shapeText(call.operand(0).dims),
                        " with broadcast_in_dim, which the functions of tgc.h "
                        "do by themselves");
  };
  if (call.operand(i).dims.size() != dims.size())
    return call.error(absl::StrCat(call.operandText(i), " has rank ",
                                   call.operand(i).rank(), "; expected ",
                                   dims.size(), ", the rank of ",
                                   call.operandText(0)),
                      fix());
  for (size_t d = 0; d < dims.size(); ++d) {
    auto dim = static_cast<int64_t>(d);
    TGC_RETURN_IF_ERROR(unifyPlaces(call, dims[d], {i, dim}, {0, dim}, fix));
  }
  return absl::OkStatus();
}

absl::StatusOr<TensorTypes> sameShape(const Call &call, DType dtype) {
  DimExprs dims = call.operand(0).dims;
  for (size_t i = 1; i < call.operands.size(); ++i)
    TGC_RETURN_IF_ERROR(unifyShape(call, i, dims));
  return result(dtype, std::move(dims));
}

} // namespace

absl::StatusOr<TensorTypes> inferSameDType(const Call &call) {
  for (size_t i = 1; i < call.operands.size(); ++i)
    TGC_RETURN_IF_ERROR(call.sameDType(i, 0));
  return sameShape(call, call.operand(0).dtype);
}

absl::StatusOr<TensorTypes> inferCompare(const Call &call,
                                         const CompareAttrs &) {
  TGC_RETURN_IF_ERROR(call.sameDType(1, 0));
  return sameShape(call, DType::i1);
}

absl::StatusOr<TensorTypes> inferConvert(const Call &call,
                                         const ConvertAttrs &attrs) {
  if (!isStored(attrs.to))
    return call.error(
        absl::StrCat("attribute 'to' is ", nameText(attrs.to),
                     ", which this release does not store; expected ",
                     orText(dtypeClassText(DTypeClass::Any))),
        "convert to one of these");
  return sameShape(call, attrs.to);
}

absl::StatusOr<TensorTypes> inferIsFinite(const Call &call) {
  return sameShape(call, DType::i1);
}

absl::StatusOr<TensorTypes> inferSelect(const Call &call) {
  TGC_RETURN_IF_ERROR(call.sameDType(2, 1));
  return sameShape(call, call.operand(1).dtype);
}

} // namespace tgc::rule
