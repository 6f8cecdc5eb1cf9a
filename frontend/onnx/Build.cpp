// Walks the nodes of a model and calls their converters.
#include "tgc/frontend/onnx/Build.h"

#include "tgc/frontend/api/Error.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/onnx/Check.h"
#include "tgc/frontend/onnx/Conversion.h"
#include "tgc/frontend/onnx/Fold.h"
#include "tgc/frontend/onnx/Order.h"
#include "tgc/frontend/onnx/Parse.h"
#include "tgc/runtime/core/CheckedSize.h"
#include "tgc/runtime/core/ErrorId.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include <algorithm>
#include <unordered_map>

namespace tgc::onnx {
namespace {

/// The values of a graph, inside those of the graphs around it.
struct Scope {
  std::unordered_map<std::string, Operand> own;
  Scope *outer = nullptr;
  /// In the body of a function: its opsets and the attributes of the call.
  const std::map<std::string, int64_t> *opsets = nullptr;
  const std::unordered_map<std::string, const Attribute *> *bound = nullptr;

  Operand *find(const std::string &name) {
    for (Scope *scope = this; scope; scope = scope->outer)
      if (auto found = scope->own.find(name); found != scope->own.end())
        return &found->second;
    return nullptr;
  }

  /// The value of an output; poisoned where there is none, which is an input
  /// that the call of a function leaves out.
  Operand result(const std::string &name) {
    if (const Operand *found = find(name))
      return *found;
    Operand none;
    none.poisoned = true;
    return none;
  }
};

/// Thrown when nothing more is worth building: a limit.
struct Stop {
  absl::Status status;
};

class Builder {
public:
  Builder(const Model &model, const BuildOptions &options)
      : model(model), options(options) {}

  absl::StatusOr<std::vector<Tensor>> run(std::span<const Tensor> arguments);

private:
  void nodes(const std::vector<Node> &nodes, Scope &scope,
             const std::string &path);
  void node(const Node &node, Scope &scope, const std::string &path);
  Operands results(const Node &node, Scope &scope, const std::string &path);
  Operands call(const Function &function, const Node &node, Scope &scope,
                const std::string &path);
  Operands inlined(const Graph &graph, Scope &scope, const std::string &path);
  void account(int64_t ops);
  void fail(const Error &error, const Node &node, Scope &scope);
  void refuse(const Node &node, const std::string &path, Reason reason,
              std::string detail);

  const Model &model;
  const BuildOptions &options;
  UnsupportedList unsupported;
  absl::Status firstError;
  int64_t numErrors = 0;
  int64_t numBuilt = 0;
  int64_t depth = 0;
};

void addInitializers(const Graph &graph, Scope &scope) {
  for (const auto &[name, value] : graph.initializers)
    scope.own.emplace(name, value);
}

/// The attributes of a node, with those that stand for an attribute of the
/// call replaced by it; one that the call leaves out is left out.
std::vector<const Attribute *> attributesOf(const Node &node, Scope &scope,
                                            std::vector<Attribute> &renamed) {
  const std::unordered_map<std::string, const Attribute *> *bound = nullptr;
  for (Scope *s = &scope; s && !bound; s = s->outer)
    bound = s->bound;
  renamed.reserve(node.attributes.size()); // pointers into it stay
  std::vector<const Attribute *> attributes;
  for (const Attribute &attribute : node.attributes) {
    if (attribute.reference.empty()) {
      attributes.push_back(&attribute);
    } else if (bound) {
      if (auto found = bound->find(attribute.reference);
          found != bound->end()) {
        renamed.push_back(*found->second);
        renamed.back().name = attribute.name;
        attributes.push_back(&renamed.back());
      }
    }
  }
  return attributes;
}

/// What the check could not say of attributes that come from a call.
void checkBound(const OpRow &row,
                const std::vector<const Attribute *> &attributes) {
  const auto where = std::source_location::current();
  for (const AttributeSpec &spec : attributeSpecs(row)) {
    const auto found =
        std::find_if(attributes.begin(), attributes.end(),
                     [&](const Attribute *a) { return a->name == spec.name; });
    const std::string name(spec.name);
    if (found == attributes.end()) {
      if (spec.required)
        throwStatus(absl::InvalidArgumentError(absl::StrCat(
                        "attribute '", name, "' is missing in the call")),
                    where);
      continue;
    }
    const Attribute &attribute = **found;
    if (attribute.type != spec.type ||
        (spec.type == AttributeType::Tensor && !attribute.tensor))
      throwStatus(absl::InvalidArgumentError(absl::StrCat(
                      "attribute '", name, "' has another type in the call")),
                  where);
    const std::string value = spec.type == AttributeType::Int
                                  ? absl::StrCat(attribute.i)
                                  : attribute.s;
    if (!spec.allowed.empty() &&
        std::find(spec.allowed.begin(), spec.allowed.end(), value) ==
            spec.allowed.end())
      throw Refusal{Reason::Attribute,
                    absl::StrCat(name, "=", printable(value))};
  }
}

/// "  x: 2x4xf32   w: 5x3xf32": what the node was given.
std::string operandTypes(const Node &node, Scope &scope) {
  std::string text;
  for (const std::string &name : node.inputs) {
    const Operand *operand = name.empty() ? nullptr : scope.find(name);
    if (!operand || operand->poisoned)
      continue;
    absl::StrAppend(&text, text.empty() ? "  " : "   ", printable(name), ": ");
    for (const DimExpr &size : operand->sizes())
      absl::StrAppend(&text, size.text(), "x");
    absl::StrAppend(&text, std::string(dtypeName(operand->dtype())));
  }
  return text;
}

/// The dtype that the type rule refused, where it is one that has storage but
/// no arithmetic: a lack of tgc, not of the model.
std::optional<DType> refusedDType(const Error &error, const Node &node,
                                  Scope &scope) {
  for (const std::string &name : node.inputs) {
    const Operand *operand = name.empty() ? nullptr : scope.find(name);
    if (!operand || operand->poisoned || isComputed(operand->dtype()))
      continue;
    const std::string dtype(dtypeName(operand->dtype()));
    if (absl::StrContains(error.what(),
                          absl::StrCat(" has dtype ", dtype, "; expected ")))
      return operand->dtype();
  }
  return std::nullopt;
}

void Builder::refuse(const Node &node, const std::string &path, Reason reason,
                     std::string detail) {
  unsupported.add({opName(node), opsetOf(model.opsets, node.domain).value_or(0),
                   path + nodeLabel(node), reason, std::move(detail)});
}

/// Keeps an error, its operands' types before the fix.
void Builder::fail(const Error &error, const Node &node, Scope &scope) {
  if (++numErrors > 1)
    return;
  std::string text = error.what();
  const std::string id(error.id());
  if (absl::StartsWith(text, id + ": "))
    text.erase(0, id.size() + 2);
  if (const std::string types = operandTypes(node, scope); !types.empty()) {
    const size_t line = text.find('\n');
    text.insert(line == std::string::npos ? text.size() : line, "\n" + types);
  }
  firstError = withErrorId(
      absl::Status(static_cast<absl::StatusCode>(error.code()), text), id);
}

/// Outputs of a graph inside the scope of the node that holds it.
Operands Builder::inlined(const Graph &graph, Scope &scope,
                          const std::string &path) {
  Scope inner;
  inner.outer = &scope;
  addInitializers(graph, inner);
  nodes(graph.nodes, inner, path);
  Operands results;
  for (const ValueInfo &output : graph.outputs)
    results.push_back(inner.result(output.name));
  return results;
}

Operands Builder::call(const Function &function, const Node &node, Scope &scope,
                       const std::string &path) {
  Scope inner;
  inner.opsets = function.opsets.empty() ? &model.opsets : &function.opsets;
  std::unordered_map<std::string, const Attribute *> bound;
  for (const Attribute &attribute : function.defaults)
    bound[attribute.name] = &attribute;
  std::vector<Attribute> renamed;
  for (const Attribute *attribute : attributesOf(node, scope, renamed))
    bound[attribute->name] = attribute;
  inner.bound = &bound;
  for (size_t i = 0; i < node.inputs.size(); ++i)
    if (const Operand *given = scope.find(node.inputs[i]))
      inner.own.emplace(function.inputs[i], *given);
  nodes(function.nodes, inner, path);
  Operands results;
  for (const std::string &output : function.outputs)
    results.push_back(inner.result(output));
  return results;
}

Operands Builder::results(const Node &node, Scope &scope,
                          const std::string &path) {
  const std::string inside = absl::StrCat(path, nodeLabel(node), " ");
  if (const Function *function = calledFunction(model, node))
    return call(*function, node, scope, inside);
  const std::map<std::string, int64_t> *opsets = nullptr;
  for (Scope *s = &scope; s && !opsets; s = s->outer)
    opsets = s->opsets;
  const int64_t opset =
      opsetOf(opsets ? *opsets : model.opsets, node.domain).value_or(0);
  const OpRow *row = findOp(node.domain, node.opType, opset);
  if (!row)
    throw Refusal{Reason::UnknownOp, ""};
  std::vector<Operand *> inputs;
  for (const std::string &name : node.inputs)
    inputs.push_back(name.empty() ? nullptr : scope.find(name));
  std::vector<Attribute> renamed;
  std::vector<const Attribute *> attributes =
      attributesOf(node, scope, renamed);
  if (!renamed.empty() || attributes.size() != node.attributes.size())
    checkBound(*row, attributes);
  const Walk walk = {
      [&](const Graph &graph) { return inlined(graph, scope, inside); },
      [&](int64_t ops) { account(ops); }};
  Conversion conversion(node, *row, opset, inputs, attributes, walk);
  if (row->shape)
    if (std::optional<ShapeValue> known = row->shape(conversion))
      return {*std::move(known)};
  if (std::optional<Operands> constants =
          fold(node, *row, opset, inputs, attributes, walk, options.foldBytes))
    return *std::move(constants);
  return row->convert(conversion);
}

void Builder::account(int64_t ops) {
  numBuilt = checkedAdd(numBuilt, ops).value_or(INT64_MAX);
  if (numBuilt > options.ops)
    throw Stop{absl::ResourceExhaustedError(absl::StrCat(
        options.file, ": more than ", options.ops,
        " nodes once functions and sequences are unrolled; expected at most "
        "Limits::ops\n  fix: raise Limits::ops"))};
}

void Builder::node(const Node &node, Scope &scope, const std::string &path) {
  account(1);
  bool readable = true;
  for (const std::string &name : node.inputs) {
    const Operand *operand = name.empty() ? nullptr : scope.find(name);
    // A function's input that its call leaves out is left out inside, too.
    readable = readable && (!operand || !operand->poisoned);
  }
  Operands made;
  if (readable) {
    const LocationScope location(
        absl::StrCat(options.file, ": ", nodePlace(node)),
        node.name.empty() ? opName(node) : printable(node.name), options.file,
        static_cast<unsigned>(node.index));
    try {
      made = results(node, scope, path);
    } catch (const Refusal &refusal) {
      refuse(node, path, refusal.reason, refusal.detail);
    } catch (const Error &error) {
      if (const std::optional<DType> dtype = refusedDType(error, node, scope))
        refuse(node, path, Reason::DType, std::string(dtypeName(*dtype)));
      else
        fail(error, node, scope);
    }
  }
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i].empty())
      continue;
    Operand &result = scope.own[node.outputs[i]];
    if (i < made.size())
      result = std::move(made[i]);
    else
      result.poisoned = true;
  }
}

void Builder::nodes(const std::vector<Node> &nodes, Scope &scope,
                    const std::string &path) {
  // Functions and branches nest on this thread's stack.
  constexpr int64_t deepest = 128;
  if (++depth > deepest)
    throw Stop{absl::ResourceExhaustedError(
        absl::StrCat(options.file, ": functions and branches nest more than ",
                     deepest, " deep\n  fix: inline them in the model"))};
  for (const Node &each : nodes)
    node(each, scope, path);
  --depth;
}

absl::StatusOr<std::vector<Tensor>>
Builder::run(std::span<const Tensor> arguments) {
  const Graph &graph = *model.graph;
  Scope scope;
  scope.opsets = &model.opsets;
  addInitializers(graph, scope);
  size_t next = 0;
  for (const ValueInfo &input : graph.inputs)
    if (isArgument(graph, input)) {
      if (next == arguments.size())
        return absl::InvalidArgumentError(
            absl::StrCat(options.file, ": ", arguments.size(),
                         " arguments; expected one for every input"));
      scope.own.emplace(input.name, arguments[next++]);
    }
  try {
    nodes(graph.nodes, scope, "");
    TGC_RETURN_IF_ERROR(unsupported.status(options.file, model.numNodes));
    if (numErrors > 1)
      return withErrorId(
          absl::Status(
              firstError.code(),
              absl::StrCat(firstError.message(), "\n  and ", numErrors - 1,
                           numErrors == 2 ? " more error" : " more errors")),
          errorId(firstError));
    TGC_RETURN_IF_ERROR(firstError);
    std::vector<Tensor> results;
    for (const ValueInfo &output : graph.outputs) {
      Operand *result = scope.find(output.name);
      if (!result || result->poisoned)
        return absl::InvalidArgumentError(
            absl::StrCat(options.file, ": output '", printable(output.name),
                         "' has no value at inference"));
      results.push_back(result->materialized());
    }
    return results;
  } catch (const Stop &stop) {
    return stop.status;
  } catch (const Error &error) {
    return absl::Status(static_cast<absl::StatusCode>(error.code()),
                        absl::StrCat(options.file, ": ", error.what()));
  }
}

} // namespace

bool isArgument(const Graph &graph, const ValueInfo &input) {
  return !graph.initializers.contains(input.name);
}

absl::StatusOr<std::vector<Tensor>>
buildGraph(const Model &model, std::span<const Tensor> arguments,
           const BuildOptions &options) {
  return Builder(model, options).run(arguments);
}

} // namespace tgc::onnx
