// Conditions that are known while a model is imported.
#include "tgc/frontend/onnx/Converters.h"

#include "absl/strings/str_cat.h"

namespace tgc::onnx::convert {

/// The branch that is taken, inlined. Exporters guard a Squeeze by the rank or
/// a size of its operand; such a condition is known.
Operands conditional(Conversion &c) {
  const std::optional<ShapeValue> condition = c.shapeValue(0);
  if (!condition || !condition->isConstant() || condition->elements.size() != 1)
    c.unsupported(Reason::NotYet, "; the condition is computed from values");
  return c.inlined(condition->elements[0].constant() != 0 ? "then_branch"
                                                          : "else_branch");
}

} // namespace tgc::onnx::convert
