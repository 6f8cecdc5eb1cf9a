// A model against the table of operators, before anything is built.
#include "tgc/frontend/onnx/Check.h"

#include "tgc/frontend/onnx/OpTable.h"
#include "tgc/frontend/onnx/Order.h"
#include "tgc/frontend/onnx/Parse.h"
#include "tgc/frontend/onnx/TensorData.h"
#include "tgc/runtime/core/Status.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <unordered_set>

namespace tgc::onnx {
namespace {

/// Newest version of the file format that is known.
constexpr int64_t newestIrVersion = 14;

/// Operators of ONNX that draw random numbers: no generator is standard.
constexpr std::string_view randomOps =
    " Bernoulli Multinomial RandomNormal RandomNormalLike "
    "RandomUniform RandomUniformLike ";

/// The other operators of ONNX without a row in the table: a node of one of
/// them is not imported yet, any other name is no operator.
constexpr std::string_view otherOps =
    " Acos Acosh AffineGrid Asin Asinh Atan Atanh Attention BitCast "
    "BitShift BlackmanWindow CausalConvWithState CenterCropPad "
    "Col2Im Compress ConcatFromSequence ConvInteger Cosh CumProd "
    "DFT DeformConv DequantizeLinear Det "
    "DynamicQuantizeLinear GlobalLpPool GridSample "
    "HammingWindow HannWindow ImageDecoder LinearAttention Loop "
    "MatMulInteger MaxRoiPool MaxUnpool MelWeightMatrix "
    "NegativeLogLikelihoodLoss NonMaxSuppression NonZero Optional "
    "OptionalGetElement OptionalHasElement QLinearConv QLinearMatMul "
    "QuantizeLinear RegexFullMatch ReverseSequence RoiAlign "
    "RotaryEmbedding STFT Scan Scatter ScatterElements ScatterND "
    "SequenceAt SequenceConstruct SequenceEmpty SequenceErase "
    "SequenceInsert SequenceLength SequenceMap Sinh "
    "SoftmaxCrossEntropyLoss SplitToSequence StringConcat "
    "StringNormalizer StringSplit SwiGLU Tan TensorScatter "
    "TfIdfVectorizer TopK Unique ";

bool isIn(std::string_view names, const std::string &name) {
  return names.find(" " + name + " ") != names.npos;
}

using Opsets = std::map<std::string, int64_t>;

/// Names that a graph defines, inside those of the graphs around it.
struct Names {
  std::unordered_set<std::string> own;
  const Names *outer = nullptr;

  bool has(const std::string &name) const {
    for (const Names *names = this; names; names = names->outer)
      if (names->own.contains(name))
        return true;
    return false;
  }
};

/// Splits "dtype bf16" and "not-yet; text" into reason and detail.
std::pair<Reason, std::string> reasonOf(const std::string &text) {
  for (Reason reason : {Reason::DType, Reason::Type, Reason::NotYet}) {
    const std::string word(reasonText(reason));
    if (text.compare(0, word.size(), word) == 0) {
      std::string detail = text.substr(word.size());
      detail.erase(0, detail.find_first_not_of(' '));
      return {reason, detail};
    }
  }
  return {Reason::NotYet, "; " + text};
}

class Checker {
public:
  Checker(const Model &model, const std::string &file,
          const CheckOptions &options)
      : model(model), file(file), options(options) {}

  absl::Status run();

private:
  absl::Status versions();
  absl::Status graph(const Graph &graph, const Opsets &opsets,
                     const Names *outer, const std::string &path);
  absl::Status nodes(const std::vector<Node> &nodes, const Opsets &opsets,
                     Names &names, const std::string &path);
  absl::Status node(const Node &node, const Opsets &opsets, const Names &names,
                    const std::string &path);
  absl::Status attributes(const Node &node, const OpRow &row, int64_t opset,
                          const std::string &label);
  absl::Status attribute(const Node &node, const AttributeSpec &spec,
                         const Attribute &attribute, int64_t opset,
                         const std::string &label);
  absl::Status functions();
  absl::Status calls(const Function &function, int64_t level,
                     std::vector<char> &visited);
  void inputs(const Graph &graph);
  void refuse(const Node &node, int64_t opset, const std::string &label,
              Reason reason, std::string detail) {
    unsupported.add({opName(node), opset, label, reason, std::move(detail)});
  }
  absl::Status invalid(const Node &node, const std::string &text) const {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": ", nodePlace(node), ": ", text));
  }

  const Model &model;
  const std::string &file;
  const CheckOptions &options;
  UnsupportedList unsupported;
};

absl::Status Checker::versions() {
  auto newer = [&](const std::string &text) -> absl::Status {
    const std::string message = absl::StrCat(file, ": ", text);
    if (options.strict)
      return absl::InvalidArgumentError(
          absl::StrCat(message, "\n  fix: leave out --strict, or export the "
                                "model for an older version"));
    if (options.warning)
      options.warning(message);
    return absl::OkStatus();
  };
  if (model.irVersion > newestIrVersion)
    TGC_RETURN_IF_ERROR(
        newer(absl::StrCat("IR version ", model.irVersion, " is newer than ",
                           newestIrVersion, ", the newest known")));
  const auto opset = model.opsets.find("");
  if (opset != model.opsets.end() && opset->second > newestOpset)
    TGC_RETURN_IF_ERROR(
        newer(absl::StrCat("operator set ", opset->second, " is newer than ",
                           newestOpset, ", the newest known")));
  return absl::OkStatus();
}

/// Inputs that are no tensors, or of a dtype without storage.
void Checker::inputs(const Graph &graph) {
  for (const ValueInfo &input : graph.inputs) {
    const std::string label = absl::StrCat("'", printable(input.name), "'");
    auto add = [&](Reason reason, std::string detail) {
      unsupported.add({"(input)", 0, label, reason, std::move(detail)});
    };
    switch (input.kind) {
    case ValueInfo::Kind::Sequence:
      add(Reason::Type, "sequence");
      continue;
    case ValueInfo::Kind::Map:
      add(Reason::Type, "map");
      continue;
    case ValueInfo::Kind::Opaque:
      add(Reason::Type, "opaque");
      continue;
    case ValueInfo::Kind::Sparse:
      add(Reason::Type, "sparse tensor");
      continue;
    case ValueInfo::Kind::Optional:
      add(Reason::Type, "optional");
      continue;
    case ValueInfo::Kind::Missing:
    case ValueInfo::Kind::Tensor:
      break;
    }
    const std::optional<DType> dtype = dtypeFromId(input.dtype);
    if (!dtype || !isStored(*dtype))
      add(Reason::DType, dtypeIdText(input.dtype));
  }
}

absl::Status Checker::attribute(const Node &node, const AttributeSpec &spec,
                                const Attribute &attribute, int64_t opset,
                                const std::string &label) {
  const std::string name = printable(attribute.name);
  if (!attribute.reference.empty())
    return absl::OkStatus(); // checked where the function is called
  if (attribute.type != spec.type)
    return invalid(
        node, absl::StrCat("attribute '", name, "' has type ",
                           static_cast<int32_t>(attribute.type), "; expected ",
                           static_cast<int32_t>(spec.type),
                           " (AttributeProto.type)\n  fix: export the model "
                           "again"));
  if (spec.type == AttributeType::Tensor && !attribute.tensor) {
    auto [reason, detail] = reasonOf(attribute.tensorRefusal);
    refuse(node, opset, label, reason, std::move(detail));
  }
  const std::string value =
      spec.type == AttributeType::Int ? absl::StrCat(attribute.i) : attribute.s;
  if (!spec.allowed.empty() &&
      std::find(spec.allowed.begin(), spec.allowed.end(), value) ==
          spec.allowed.end())
    refuse(node, opset, label, Reason::Attribute,
           absl::StrCat(name, "=", printable(value)));
  return absl::OkStatus();
}

absl::Status Checker::attributes(const Node &node, const OpRow &row,
                                 int64_t opset, const std::string &label) {
  const std::vector<AttributeSpec> specs = attributeSpecs(row);
  std::unordered_set<std::string_view> given;
  for (const Attribute &found : node.attributes) {
    if (!given.insert(found.name).second)
      return invalid(node, absl::StrCat("attribute '", printable(found.name),
                                        "' is given twice; expected once"));
    const auto spec =
        std::find_if(specs.begin(), specs.end(), [&](const AttributeSpec &s) {
          return s.name == found.name;
        });
    if (spec == specs.end()) {
      refuse(node, opset, label, Reason::Attribute, printable(found.name));
      continue;
    }
    TGC_RETURN_IF_ERROR(attribute(node, *spec, found, opset, label));
  }
  for (const AttributeSpec &spec : specs)
    if (spec.required && !given.contains(spec.name))
      return invalid(node, absl::StrCat("attribute '", std::string(spec.name),
                                        "' is missing\n  fix: export the "
                                        "model again"));
  return absl::OkStatus();
}

absl::Status Checker::node(const Node &node, const Opsets &opsets,
                           const Names &names, const std::string &path) {
  const std::string label = path + nodeLabel(node);
  for (size_t i = 0; i < node.inputs.size(); ++i)
    if (!node.inputs[i].empty() && !names.has(node.inputs[i]))
      return invalid(
          node, absl::StrCat("input ", i, " ('", printable(node.inputs[i]),
                             "') is made by no node, input or initializer\n"
                             "  fix: export the model again"));
  if (const Function *function = calledFunction(model, node)) {
    if (node.inputs.size() > function->inputs.size() ||
        node.outputs.size() > function->outputs.size())
      return invalid(node, absl::StrCat(node.inputs.size(), " inputs and ",
                                        node.outputs.size(),
                                        " outputs; expected at most ",
                                        function->inputs.size(), " and ",
                                        function->outputs.size(),
                                        ", those of the function"));
    return absl::OkStatus();
  }
  const std::optional<int64_t> opset = opsetOf(opsets, node.domain);
  if (!opset)
    return invalid(node, absl::StrCat("opset_import does not name the domain '",
                                      printable(node.domain),
                                      "'\n  fix: export the model again"));
  const OpRow *row = findOp(node.domain, node.opType, *opset);
  if (!row) {
    Reason reason = Reason::UnknownOp;
    if (!node.domain.empty())
      reason = Reason::Domain;
    else if (isIn(randomOps, node.opType))
      reason = Reason::RandomValues;
    else if (isKnownOp("", node.opType) || isIn(otherOps, node.opType))
      reason = Reason::NotYet;
    refuse(node, *opset, label, reason, "");
  } else {
    const auto count = static_cast<int>(node.inputs.size());
    if (count < row->minInputs || count > row->maxInputs)
      return invalid(node,
                     absl::StrCat(count, " inputs; expected ", row->minInputs,
                                  row->maxInputs == row->minInputs ? ""
                                  : row->maxInputs == anyNumber
                                      ? " or more"
                                      : absl::StrCat(" to ", row->maxInputs),
                                  "\n  fix: export the model again"));
    if (node.outputs.empty())
      return invalid(node, "no outputs; expected 1 or more\n  fix: export the "
                           "model again");
    for (size_t i = static_cast<size_t>(row->maxOutputs);
         i < node.outputs.size(); ++i)
      if (!node.outputs[i].empty())
        refuse(node, *opset, label, Reason::NotYet,
               absl::StrCat("; output ", i));
    TGC_RETURN_IF_ERROR(attributes(node, *row, *opset, label));
  }
  for (const Attribute &found : node.attributes)
    if (found.graph)
      TGC_RETURN_IF_ERROR(
          graph(*found.graph, opsets, &names,
                absl::StrCat(label, " ", printable(found.name), " ")));
  return absl::OkStatus();
}

absl::Status Checker::nodes(const std::vector<Node> &nodes,
                            const Opsets &opsets, Names &names,
                            const std::string &path) {
  for (const Node &each : nodes) {
    TGC_RETURN_IF_ERROR(node(each, opsets, names, path));
    for (const std::string &output : each.outputs)
      if (!output.empty() && !names.own.insert(output).second)
        return invalid(each,
                       absl::StrCat("makes '", printable(output),
                                    "', which is an input or initializer; "
                                    "expected another name"));
  }
  return absl::OkStatus();
}

absl::Status Checker::graph(const Graph &graph, const Opsets &opsets,
                            const Names *outer, const std::string &path) {
  Names names;
  names.outer = outer;
  for (const auto &[name, value] : graph.initializers)
    names.own.insert(name);
  for (const RefusedTensor &tensor : graph.refusedInitializers) {
    auto [reason, detail] = reasonOf(tensor.text);
    names.own.insert(tensor.name);
    unsupported.add({"(initializer)", 0,
                     absl::StrCat("'", printable(tensor.name), "'"), reason,
                     std::move(detail)});
  }
  std::unordered_set<std::string> inputNames;
  for (const ValueInfo &input : graph.inputs) {
    if (!inputNames.insert(input.name).second)
      return absl::InvalidArgumentError(
          absl::StrCat(file, ": two inputs are named '", printable(input.name),
                       "'; expected one\n  fix: export the model again"));
    names.own.insert(input.name);
  }
  TGC_RETURN_IF_ERROR(nodes(graph.nodes, opsets, names, path));
  for (const ValueInfo &output : graph.outputs)
    if (!names.has(output.name))
      return absl::InvalidArgumentError(
          absl::StrCat(file, ": output '", printable(output.name),
                       "' is made by no node, input or initializer\n  fix: "
                       "export the model again"));
  return absl::OkStatus();
}

/// Refuses circles and long chains of calls. `visited`: 0 not seen, 1 on the
/// chain of `level` calls that led here, 2 done.
absl::Status Checker::calls(const Function &function, int64_t level,
                            std::vector<char> &visited) {
  char &state = visited[static_cast<size_t>(&function - &model.functions[0])];
  if (state == 2)
    return absl::OkStatus();
  const std::string name = printable(function.name);
  if (state == 1)
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": function '", name,
                     "' calls itself; expected no circle\n  fix: repeat with "
                     "Loop or Scan"));
  if (level > options.callDepth)
    return absl::ResourceExhaustedError(absl::StrCat(
        file, ": function '", name, "' is called ", level,
        " deep; expected "
        "at most ",
        options.callDepth, "\n  fix: inline the functions of the model"));
  state = 1;
  for (const Node &node : function.nodes)
    if (const Function *callee = calledFunction(model, node))
      TGC_RETURN_IF_ERROR(calls(*callee, level + 1, visited));
  state = 2;
  return absl::OkStatus();
}

absl::Status Checker::functions() {
  std::vector<char> visited(model.functions.size(), 0);
  for (const Function &function : model.functions) {
    TGC_RETURN_IF_ERROR(calls(function, 1, visited));
    Names names;
    for (const std::string &input : function.inputs)
      names.own.insert(input);
    const std::string path = printable(function.name) + " ";
    TGC_RETURN_IF_ERROR(nodes(
        function.nodes,
        function.opsets.empty() ? model.opsets : function.opsets, names, path));
    for (const std::string &output : function.outputs)
      if (!names.has(output))
        return absl::InvalidArgumentError(
            absl::StrCat(file, ": function '", printable(function.name),
                         "': output '", printable(output),
                         "' is made by no node\n  fix: export the model "
                         "again"));
  }
  return absl::OkStatus();
}

absl::Status Checker::run() {
  TGC_RETURN_IF_ERROR(versions());
  inputs(*model.graph);
  TGC_RETURN_IF_ERROR(functions());
  TGC_RETURN_IF_ERROR(graph(*model.graph, model.opsets, nullptr, ""));
  return unsupported.status(file, model.numNodes);
}

} // namespace

std::optional<int64_t> opsetOf(const std::map<std::string, int64_t> &opsets,
                               const std::string &domain) {
  const auto found = opsets.find(domain);
  return found == opsets.end() ? std::nullopt : std::optional(found->second);
}

const Function *calledFunction(const Model &model, const Node &node) {
  if (model.functions.empty())
    return nullptr;
  const auto found = model.functionPlaces.find(
      functionKey(node.domain, node.opType, node.overload));
  return found == model.functionPlaces.end() ? nullptr
                                             : &model.functions[found->second];
}

std::string opName(const Node &node) {
  return printable(node.domain.empty()
                       ? node.opType
                       : absl::StrCat(node.domain, ".", node.opType));
}

absl::Status checkModel(const Model &model, const std::string &file,
                        const CheckOptions &options) {
  return Checker(model, file, options).run();
}

} // namespace tgc::onnx
