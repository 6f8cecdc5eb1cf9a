// Integer divisions that have no mathematical result.
#include "tgc/runtime/core/IntDivision.h"

#include "tgc/runtime/core/ErrorId.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include <limits>
#include <type_traits>

namespace tgc {
namespace {

std::string position(int64_t element, const Shape &shape) {
  Shape index(shape.size());
  for (size_t d = shape.size(); d-- > 0;) {
    index[d] = element % shape[d];
    element /= shape[d];
  }
  return absl::StrCat("[", absl::StrJoin(index, ", "), "]");
}

template <class T>
absl::Status check(OpKind kind, const Value &lhs, const Value &rhs) {
  for (int64_t i = 0, n = rhs.numElements(); i < n; ++i) {
    T divisor = rhs.data<T>()[i];
    bool overflows = false;
    if constexpr (std::is_signed_v<T>)
      overflows = kind == OpKind::Divide && divisor == -1 &&
                  lhs.data<T>()[i] == std::numeric_limits<T>::min();
    if (divisor != 0 && !overflows)
      continue;
    std::string at = position(i, rhs.shape);
    return withErrorId(
        absl::OutOfRangeError(absl::StrCat(
            "tgc.", std::string(opInfo(kind).mnemonic),
            ": operand 1 ('rhs') is ", divisor == 0 ? "0" : "-1",
            " at position ", at,
            divisor == 0
                ? "; expected another divisor\n  fix: guard the division with "
                  "select, or allow the defined result"
                : " where operand 0 ('lhs') is the least integer, whose "
                  "quotient does not fit\n  fix: divide in a wider dtype, or "
                  "allow the defined result")),
        "TGC-E0703");
  }
  return absl::OkStatus();
}

} // namespace

absl::Status checkIntDivision(OpKind kind, absl::Span<const Value> operands) {
  if (kind != OpKind::Divide && kind != OpKind::Rem)
    return absl::OkStatus();
  switch (operands[0].dtype) { // of the dtypes with storage
  case DType::u8:
    return check<uint8_t>(kind, operands[0], operands[1]);
  case DType::i32:
    return check<int32_t>(kind, operands[0], operands[1]);
  case DType::i64:
    return check<int64_t>(kind, operands[0], operands[1]);
  default:
    return absl::OkStatus();
  }
}

} // namespace tgc
