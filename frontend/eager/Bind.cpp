// bind: the steps that every op call takes in every mode.
#include "tgc/frontend/eager/Bind.h"

#include "tgc/runtime/core/ErrorId.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tgc {
namespace {

std::string fileName(const char *path) {
  std::string text(path);
  size_t slash = text.rfind('/');
  return slash == std::string::npos ? text : text.substr(slash + 1);
}

/// Message form: the importer's node in front, or the user's line behind.
std::string withPlace(absl::string_view message, std::source_location where) {
  std::string text(message);
  if (const LocationScope *scope = LocationScope::current())
    return absl::StrCat(scope->prefix, ": ", text);
  size_t line = text.find('\n');
  size_t end = line == std::string::npos ? text.size() : line;
  if (where.line() != 0)
    text.insert(end, absl::StrCat(" [", fileName(where.file_name()), ":",
                                  where.line(), "]"));
  return text;
}

/// The message of an error in a composite: "tgc.softmax (in tgc.exp): …".
std::string inComposite(absl::string_view message, const char *composite) {
  size_t end = message.find(": ");
  absl::string_view op = message.substr(0, end);
  if (end == message.npos || !absl::StartsWith(op, "tgc."))
    return absl::StrCat("tgc.", composite, ": ", message);
  if (op.substr(4) == composite)
    return std::string(message);
  return absl::StrCat("tgc.", composite, " (in ", op, ")", message.substr(end));
}

/// Operands that can be used now: concrete ones, and those of the current
/// trace.
absl::Status checkOperands(OpKind kind, absl::Span<const Tensor> operands) {
  for (size_t i = 0; i < operands.size(); ++i) {
    const auto &impl = operands[i].impl();
    if (!impl)
      return emptyOperand(kind, i);
    if (impl->isConcrete() || impl->trace == currentInterpreter().traceId())
      continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "tgc.", std::string(opInfo(kind).mnemonic), ": operand ", i,
        " belongs to a trace that is finished or not the innermost\n  fix: "
        "return it from the traced function instead of keeping it"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Tensors> tryBind(OpKind kind, absl::Span<const Tensor> operands,
                                OpAttrs &attrs, std::source_location where) {
  TGC_RETURN_IF_ERROR(checkOperands(kind, operands));
  absl::InlinedVector<TensorType, 3> types;
  for (const Tensor &operand : operands)
    types.push_back(operand.impl()->type);
  TGC_RETURN_IF_ERROR(normalizeAttrs(kind, types, attrs));
  std::vector<SizeCheck> checks;
  TGC_ASSIGN_OR_RETURN(TensorTypes results,
                       inferTypes(kind, types, attrs, &checks));
  return currentInterpreter().process(
      {kind, operands, attrs, results, checks, where});
}

} // namespace

absl::Status emptyOperand(OpKind kind, size_t index) {
  return absl::InvalidArgumentError(absl::StrCat(
      "tgc.", std::string(opInfo(kind).mnemonic), ": operand ", index,
      " is an empty tensor (default-constructed)\n  fix: assign it a value "
      "first"));
}

void throwStatus(const absl::Status &status, std::source_location where) {
  std::string id = errorId(status);
  std::string text(status.message());
  if (const CompositeScope *scope = CompositeScope::outermost()) {
    where = scope->where;
    if (!LocationScope::current()) // whose node is what the user knows
      text = inComposite(text, scope->name);
  }
  throw Error(static_cast<ErrorCode>(status.code()), id,
              absl::StrCat(id, ": ", withPlace(text, where)), where);
}

Tensors bind(OpKind kind, absl::Span<const Tensor> operands, OpAttrs attrs,
             std::source_location where) {
  return valueOrThrow(tryBind(kind, operands, attrs, where), where);
}

Tensor bindOne(OpKind kind, absl::Span<const Tensor> operands, OpAttrs attrs,
               std::source_location where) {
  return bind(kind, operands, std::move(attrs), where)[0];
}

} // namespace tgc
