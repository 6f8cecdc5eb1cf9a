// Allocation of values with every size checked.
#include "tgc/runtime/core/Value.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/Limits.h"

namespace tgc {

absl::StatusOr<Value> Value::allocate(DType dtype, Shape shape) {
  if (!isStored(dtype))
    return absl::InvalidArgumentError(
        absl::StrCat("dtype '", std::string(dtypeName(dtype)),
                     "' has no storage in this release; expected one of i1 u8 "
                     "i32 i64 f16 f32 f64"));
  Limits limits;
  if (static_cast<int64_t>(shape.size()) > limits.rank)
    return absl::ResourceExhaustedError(
        absl::StrCat("rank ", shape.size(), " is above the limit of ",
                     limits.rank, " (Limits::rank)"));
  std::optional<int64_t> count = checkedProduct(shape);
  if (!count)
    return absl::InvalidArgumentError(
        absl::StrCat("shape ", shapeText(shape),
                     " has a negative size or more elements than fit 64 bits"));
  if (*count > limits.elements)
    return absl::ResourceExhaustedError(
        absl::StrCat("shape ", shapeText(shape), " has ", *count,
                     " elements, above the limit of ", limits.elements,
                     " (Limits::elements)"));
  // elements <= 2^40 and at most 16 bytes each: no overflow.
  int64_t bytes = *count * static_cast<int64_t>(dtypeBytes(dtype));
  TGC_ASSIGN_OR_RETURN(auto buffer, Buffer::allocate(bytes));
  return Value{dtype, std::move(shape), std::move(buffer)};
}

} // namespace tgc
