// Sizes: what the header leaves open.
#include "tgc/frontend/api/Dim.h"

#include "tgc/frontend/eager/Bind.h"

#include "absl/strings/str_cat.h"

namespace tgc {
namespace {

[[noreturn]] void refuseSymbolic(const std::string &text) {
  throwStatus(absl::FailedPreconditionError(absl::StrCat(
                  "the size ", text,
                  " is not known while tracing\n  fix: give it with --dim or "
                  "--shape, or use Dim arithmetic instead of its value")),
              {}); // an operator knows no caller
}

} // namespace

Dim::operator int64_t() const {
  if (std::optional<int64_t> value = expression.constant())
    return *value;
  refuseSymbolic(expression.text());
}

bool operator==(const Dim &a, const Dim &b) {
  if (a.expression.provablyEqual(b.expression))
    return true;
  if (a.expression.provablyDifferent(b.expression))
    return false;
  refuseSymbolic(
      absl::StrCat(a.expression.text(), " == ", b.expression.text()));
}

bool operator<(const Dim &a, const Dim &b) {
  DimExpr difference = a.expression - b.expression;
  if (std::optional<int64_t> value = difference.constant())
    return *value < 0;
  refuseSymbolic(absl::StrCat(a.expression.text(), " < ", b.expression.text()));
}

std::ostream &operator<<(std::ostream &os, const Dim &dim) {
  return os << dim.expression.text();
}

Dim dim(std::string_view name, std::source_location where) {
  DimExpr symbol = DimExpr::symbol(name);
  if (symbol.isInvalid())
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "dim: the name of a size has ", name.size(),
                    " bytes; expected 1 to ", DimExpr::maxTextBytes,
                    "\n  fix: give a short name, e.g. dim(\"batch\")")),
                where);
  return Dim(std::move(symbol));
}

std::ostream &operator<<(std::ostream &os, const Dims &dims) {
  if (dims.empty())
    return os << "scalar";
  const char *separator = "";
  for (const Dim &dim : dims) {
    os << separator << dim;
    separator = "x";
  }
  return os;
}

} // namespace tgc
