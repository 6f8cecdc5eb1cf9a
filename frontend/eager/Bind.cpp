// bind: the steps that every op call takes in every mode.
#include "tgc/frontend/eager/Bind.h"

#include "tgc/runtime/core/ErrorId.h"

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

/// Operands that can be used now: concrete ones, and those of the current
/// trace.
absl::Status checkOperands(OpKind kind, absl::Span<const Tensor> operands) {
  for (size_t i = 0; i < operands.size(); ++i) {
    const auto &impl = operands[i].impl();
    if (!impl)
      return absl::InvalidArgumentError(absl::StrCat(
          "tgc.", std::string(opInfo(kind).mnemonic), ": operand ", i,
          " is an empty tensor (default-constructed)\n  fix: assign it a value "
          "first"));
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

void throwStatus(const absl::Status &status, std::source_location where) {
  std::string id = errorId(status);
  throw Error(static_cast<ErrorCode>(status.code()), id,
              absl::StrCat(id, ": ", withPlace(status.message(), where)),
              where);
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
