// The part of type inference that is the same for every op.
#include "tgc/runtime/infer/TypeRules.h"

#include "tgc/runtime/infer/Rule.h"

#include <cassert>
#include <type_traits>

namespace tgc {
namespace {

using rule::Call;

/// A dtype of the class that values of `dtype` convert to with least loss.
DType nearestDType(DTypeClass cls, DType dtype) {
  if (cls == DTypeClass::Bool)
    return DType::i1;
  if (cls == DTypeClass::Index)
    return DType::i64;
  bool integers = isInteger(dtype) || dtype == DType::i1;
  bool wide = dtypeBytes(dtype) >= 8 || dtype == DType::u32;
  if (cls == DTypeClass::Bits || (cls != DTypeClass::Float && integers))
    return wide && integers ? DType::i64 : DType::i32;
  return dtype == DType::f64 ? DType::f64 : DType::f32;
}

absl::Status dtypeError(const Call &call, size_t i, DTypeClass cls) {
  DType dtype = call.operand(i).dtype;
  std::string target = rule::nameText(nearestDType(cls, dtype));
  if (!isStored(dtype))
    return call.error(
        absl::StrCat(call.operandText(i), " has dtype ", rule::nameText(dtype),
                     ", which this release does not store; expected ",
                     rule::orText(dtypeClassText(cls))),
        absl::StrCat("make the tensor with dtype ", target));
  return call.error(absl::StrCat(call.operandText(i), " has dtype ",
                                 rule::nameText(dtype), "; expected ",
                                 rule::orText(dtypeClassText(cls))),
                    absl::StrCat("convert it first, e.g. convert(",
                                 call.operandName(i), ", ", target, ")"));
}

/// Sizes are not negative and the bytes of the known ones fit 64 bits (those of
/// size 0 aside, so that strides fit too). `what`: "operand 0 ('x')".
absl::Status checkType(const Call &call, const TensorType &type,
                       absl::FunctionRef<std::string()> what) {
  int64_t bytes = static_cast<int64_t>(dtypeBytes(type.dtype));
  bool fits = true;
  for (size_t i = 0; i < type.dims.size(); ++i) {
    const DimExpr &dim = type.dims[i];
    if (dim.isInvalid())
      return call.tooLarge(
          absl::StrCat("the size of ", what(), " in dimension ", i));
    if (DimExpr(-1).provablyAtLeast(dim))
      return call.error(absl::StrCat(what(), " has size ", dim.text(),
                                     " in dimension ", i,
                                     "; expected 0 or more"),
                        "count the elements of the dimension");
    if (std::optional<int64_t> size = dim.constant(); size && *size)
      fits &= !__builtin_mul_overflow(bytes, *size, &bytes);
  }
  if (fits)
    return absl::OkStatus();
  return call.error(absl::StrCat(what(), " has type ", typeText(type),
                                 ", which is too large; expected at most "
                                 "9223372036854775807 bytes"),
                    "use smaller sizes");
}

absl::Status checkOperands(const Call &call) {
  TGC_RETURN_IF_ERROR(call.checkOperandCount());
  for (size_t i = 0; i < call.operands.size(); ++i) {
    size_t record = std::min<size_t>(i, call.info.numOperands - 1u);
    DTypeClass cls = call.info.operands[record].dtypes;
    const TensorType &type = call.operand(i);
    if (!inClass(cls, type.dtype))
      return dtypeError(call, i, cls);
    TGC_RETURN_IF_ERROR(
        call.checkRank(type.rank(), [&] { return call.operandText(i); }));
    TGC_RETURN_IF_ERROR(
        checkType(call, type, [&] { return call.operandText(i); }));
  }
  return absl::OkStatus();
}

/// What the table knows of an op.
struct RuleRow {
  absl::StatusOr<TensorTypes> (*infer)(const Call &call);
  /// Null for an op whose attributes have one form only.
  absl::Status (*normalize)(const Call &call, OpAttrs &attrs);
};

/// Runs a rule if the attributes are those of its op.
template <class Attrs, auto Rule>
absl::StatusOr<TensorTypes> inferBy(const Call &call) {
  const auto *attrs = std::get_if<Attrs>(&call.attrs);
  if (!attrs)
    return call.wrongAttrs();
  if constexpr (std::is_invocable_v<decltype(Rule), const Call &>)
    return Rule(call);
  else
    return Rule(call, *attrs);
}

template <class Attrs, auto Rule>
absl::Status normalizeBy(const Call &call, OpAttrs &any) {
  auto *attrs = std::get_if<Attrs>(&any);
  return attrs ? Rule(call, *attrs) : call.wrongAttrs();
}

#define TGC_TYPE_RULE_TABLE
#include "tgc/runtime/TypeRules.inc"
#undef TGC_TYPE_RULE_TABLE

const RuleRow &ruleOf(OpKind kind) {
  return ruleTable[static_cast<size_t>(kind)];
}

} // namespace

std::string typeText(const TensorType &type) {
  std::string name = rule::nameText(type.dtype);
  return type.dims.empty()
             ? name
             : absl::StrCat(rule::shapeText(type.dims), "x", name);
}

TensorType typeOf(const Value &value) {
  return {value.dtype, DimExprs(value.shape.begin(), value.shape.end())};
}

absl::Status sizeCheckError(const SizeCheck &check, int64_t got,
                            int64_t expected) {
  return absl::InvalidArgumentError(
      absl::StrCat(check.what, " has size ", got, "; expected ",
                   check.relation == SizeRelation::AtLeast ? "at least " : "",
                   expected, "\n  fix: pass operands whose sizes agree"));
}

absl::Status normalizeAttrs(OpKind kind, absl::Span<const TensorType> operands,
                            OpAttrs &attrs) {
  Call call{kind, opInfo(kind), operands, attrs, nullptr};
  TGC_RETURN_IF_ERROR(call.checkOperandCount());
  auto *normalize = ruleOf(kind).normalize;
  return normalize ? normalize(call, attrs) : absl::OkStatus();
}

absl::StatusOr<TensorTypes> inferTypes(OpKind kind,
                                       absl::Span<const TensorType> operands,
                                       const OpAttrs &attrs,
                                       std::vector<SizeCheck> *checks) {
  Call call{kind, opInfo(kind), operands, attrs, checks};
  TGC_RETURN_IF_ERROR(checkOperands(call));
  absl::StatusOr<TensorTypes> results = ruleOf(kind).infer(call);
  if (!results.ok())
    return results;
  assert(results->size() == call.info.numResults && "one type per result");
  auto what = [] { return "the result"; };
  for (const TensorType &type : *results) {
    TGC_RETURN_IF_ERROR(call.checkRank(type.rank(), what));
    TGC_RETURN_IF_ERROR(checkType(call, type, what));
  }
  return results;
}

} // namespace tgc
