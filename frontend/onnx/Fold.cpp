// Nodes whose operands are all known, computed while a model is imported.
#include "tgc/frontend/onnx/Fold.h"

#include "tgc/frontend/eager/EagerInterpreter.h"
#include "tgc/runtime/core/CheckedSize.h"
#include "tgc/runtime/core/IntDivision.h"

#include <algorithm>

namespace tgc::onnx {
namespace {

/// Eager mode with a bound on what an op may make.
class BoundedEager final : public Interpreter {
public:
  explicit BoundedEager(int64_t maxBytes) : maxBytes(maxBytes) {}

  absl::StatusOr<Tensors> process(const OpCall &call) override {
    for (const TensorType &type : call.results) {
      Shape sizes;
      for (const DimExpr &size : type.dims)
        sizes.push_back(size.constant().value_or(-1));
      const std::optional<int64_t> elements = checkedProduct(sizes);
      if (!elements ||
          *elements > maxBytes / static_cast<int64_t>(dtypeBytes(type.dtype)))
        return absl::ResourceExhaustedError("too large to fold");
    }
    // --check-int-div looks at divisions when they run.
    absl::InlinedVector<Value, 2> operands;
    for (const Tensor &operand : call.operands)
      operands.push_back(operand.impl()->value);
    TGC_RETURN_IF_ERROR(checkIntDivision(call.kind, operands));
    return eagerInterpreter().process(call);
  }

private:
  int64_t maxBytes;
};

bool canFold(const std::vector<Operand *> &inputs,
             const std::vector<const Attribute *> &attributes) {
  if (currentInterpreter().traceId() == 0)
    return false;
  for (const Attribute *attribute : attributes)
    if (attribute->graph)
      return false;
  bool any = false;
  for (const Operand *input : inputs) {
    if (!input)
      continue;
    any = true;
    if (!input->value() && !(input->shape && input->shape->isConstant()))
      return false;
  }
  return any;
}

} // namespace

std::optional<Operands> fold(const Node &node, const OpRow &row, int64_t opset,
                             const std::vector<Operand *> &inputs,
                             const std::vector<const Attribute *> &attributes,
                             const Walk &walk, int64_t maxBytes) {
  if (!canFold(inputs, attributes))
    return std::nullopt;
  // Copies: a tensor that eager mode makes of a constant is not the trace's.
  std::vector<Operand> copies(inputs.size());
  std::vector<Operand *> known(inputs.size(), nullptr);
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i]) {
      copies[i] = *inputs[i];
      if (copies[i].constant || copies[i].shape)
        copies[i].tensor.reset();
      known[i] = &copies[i];
    }
  Conversion conversion(node, row, opset, std::move(known), attributes, walk);
  BoundedEager mode(maxBytes);
  const InterpreterScope scope(mode);
  try {
    Operands results = row.convert(conversion);
    for (Operand &result : results)
      if (result.tensor)
        result = Operand(result.tensor->impl()->value);
    return results;
  } catch (const Refusal &) {
    return std::nullopt;
  } catch (const Error &) {
    return std::nullopt;
  }
}

} // namespace tgc::onnx
