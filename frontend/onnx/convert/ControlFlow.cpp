// If as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Ops.h"

#include "absl/strings/str_cat.h"

namespace tgc::onnx::convert {
namespace {

/// One result of either branch, whose types must not depend on the choice.
Operand chosen(Conversion &c, const Tensor &condition, Operand yes,
               Operand no) {
  if (yes.poisoned || no.poisoned) // what failed inside has been told
    return yes.poisoned ? yes : no;
  if (yes.rank() != no.rank())
    c.unsupported(Reason::RankVaries,
                  absl::StrCat("; ", yes.rank(), " or ", no.rank(),
                               " dimensions, by a condition on values"));
  const std::vector<DimExpr> a = yes.sizes(), b = no.sizes();
  for (size_t d = 0; d < a.size(); ++d)
    if (!a[d].provablyEqual(b[d]))
      c.unsupported(Reason::NotYet,
                    absl::StrCat("; size ", a[d].text(), " or ", b[d].text(),
                                 ", by a condition on values"));
  return tgc::select(condition, yes.materialized(), no.materialized());
}

} // namespace

/// The branch that is taken, if the condition is known: exporters guard a
/// Squeeze by the rank or a size of its operand. Else both, and a choice
/// between their results: ops have no effects, and every value but an index out
/// of range, which is an error in either branch, gives a result.
Operands conditional(Conversion &c) {
  const std::optional<ShapeValue> known = c.shapeValue(0);
  if (known && known->isConstant() && known->elements.size() == 1)
    return c.inlined(known->elements[0].constant() != 0 ? "then_branch"
                                                        : "else_branch");
  const Tensor condition = tgc::reshape(c.input(0), {});
  const Operands yes = c.inlined("then_branch");
  const Operands no = c.inlined("else_branch");
  if (yes.size() != no.size())
    c.invalid(absl::StrCat("the branches have ", yes.size(), " and ", no.size(),
                           " outputs; expected equally many"));
  Operands results;
  for (size_t i = 0; i < yes.size(); ++i)
    results.push_back(chosen(c, condition, yes[i], no[i]));
  return results;
}

} // namespace tgc::onnx::convert
