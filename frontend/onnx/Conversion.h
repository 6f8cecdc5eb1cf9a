// A node as its converter sees it.
#ifndef TGC_FRONTEND_ONNX_CONVERSION_H
#define TGC_FRONTEND_ONNX_CONVERSION_H

#include "tgc/frontend/onnx/Model.h"
#include "tgc/frontend/onnx/OpTable.h"
#include "tgc/frontend/onnx/ShapeValue.h"
#include "tgc/frontend/onnx/Unsupported.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tgc::onnx {

/// A value of the graph under construction: a tensor of the trace, a constant
/// of the model, or integers known as expressions. The latter two become
/// tensors when one is asked for.
struct Operand {
  Operand() = default;
  Operand(Tensor tensor) : tensor(std::move(tensor)) {}
  Operand(Value constant) : constant(std::move(constant)) {}
  Operand(ShapeValue shape) : shape(std::move(shape)) {}

  /// The tensor, made at the first call.
  const Tensor &materialized();
  /// The value if it is known: of a constant, and of a tensor that is concrete,
  /// as every one is in eager mode and an argument may be in a trace.
  const Value *value() const;
  DType dtype() const;
  int64_t rank() const;
  std::vector<DimExpr> sizes() const;

  std::optional<Tensor> tensor;
  std::optional<Value> constant;
  std::optional<ShapeValue> shape;
  /// Its node failed, and with it all that reads it.
  bool poisoned = false;
};

using Operands = std::vector<Operand>;

/// What a converter throws for a node that is well-formed but not supported.
/// An exception, as the op surface that converters call throws too; it never
/// leaves the importer.
struct Refusal {
  Reason reason;
  std::string detail;
};

/// What a conversion asks of the walk over the nodes.
struct Walk {
  /// Inlines a graph of the node and gives its outputs.
  std::function<Operands(const Graph &graph)> inlined;
  /// Accounts for so many ops more than a node has as a rule; does not return
  /// if the model has too many.
  std::function<void(int64_t ops)> account;
};

/// Operands and attributes of one node. Attributes have been checked against
/// the row: asking for one that the row does not declare is a defect.
class Conversion {
public:
  Conversion(const Node &node, const OpRow &row, int64_t opset,
             std::vector<Operand *> inputs,
             std::vector<const Attribute *> attributes, Walk walk);

  int64_t opset() const { return operatorSet; }
  int64_t since() const { return row.since; }

  int numInputs() const { return static_cast<int>(inputs.size()); }
  bool has(int i) const;
  const Operand &operand(int i) const;
  /// The tensor of an input. Errors: InvalidArgument if it is left out.
  Tensor input(int i);
  std::optional<Tensor> optionalInput(int i);
  DType dtype(int i) const { return operand(i).dtype(); }
  int64_t rank(int i) const { return operand(i).rank(); }
  /// Known integers of an input.
  std::optional<ShapeValue> shapeValue(int i) const;
  /// shapeValue, or a refusal that names the input: `what` it is.
  std::vector<DimExpr> knownIntegers(int i, const char *what) const;
  /// As knownIntegers, all of them numbers.
  std::vector<int64_t> constantIntegers(int i, const char *what) const;
  /// The value of an input if it is known: Operand::value, or short integers.
  std::optional<Value> constant(int i) const;

  /// True if output i has a name.
  bool wants(int i) const;
  int numOutputs() const { return static_cast<int>(node.outputs.size()); }

  bool hasAttribute(std::string_view name) const;
  int64_t integer(std::string_view name) const;
  double real(std::string_view name) const;
  std::string text(std::string_view name) const;
  /// Empty if absent.
  std::vector<int64_t> integers(std::string_view name) const;
  std::vector<float> reals(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  const Value &tensor(std::string_view name) const;
  Operands inlined(std::string_view name) const;
  /// Before a converter repeats itself as often as the model says.
  void account(int64_t ops) const { walk.account(ops); }

  /// The attribute as a dimension in [0, rank). Errors: InvalidArgument.
  int64_t axis(std::string_view name, int64_t rank) const;
  /// `dim` in [0, rank), counted from the end if negative. `what` names it.
  int64_t normalAxis(int64_t dim, int64_t rank, std::string_view what) const;

  [[noreturn]] void unsupported(Reason reason, std::string detail) const;
  /// The model is wrong: InvalidArgument with this message, behind the node.
  [[noreturn]] void invalid(const std::string &message) const;

private:
  const Attribute *find(std::string_view name) const;
  std::string_view defaultText(std::string_view name) const;

  const Node &node;
  const OpRow &row;
  int64_t operatorSet;
  std::vector<Operand *> inputs; // null: left out
  std::vector<const Attribute *> attributes;
  Walk walk;
};

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_CONVERSION_H
