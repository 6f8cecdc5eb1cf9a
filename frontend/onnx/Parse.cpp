// Bytes of an ONNX file as a Model.
#include "tgc/frontend/onnx/Parse.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tgc/frontend/onnx/Order.h"
#include "tgc/frontend/onnx/TensorData.h"
#include "tgc/frontend/onnx/WireScan.h"
#include "tgc/frontend/onnx/tgc_onnx.pb.h"

#include <algorithm>
#include <utility>

namespace tgc::onnx {
namespace {

class Parser {
public:
  Parser(const Limits &limits, const std::string &file, ExternalData &external)
      : limits(limits), file(file), external(external) {}

  absl::StatusOr<Model> model(ModelProto &proto);

private:
  absl::StatusOr<std::shared_ptr<const Graph>> graph(GraphProto &proto);
  absl::StatusOr<Node> node(NodeProto &proto);
  absl::StatusOr<Attribute> attribute(AttributeProto &proto);
  absl::StatusOr<Function> function(FunctionProto &proto);
  ValueInfo valueInfo(ValueInfoProto &proto) const;
  absl::Status initializers(GraphProto &proto, Graph &graph);
  absl::StatusOr<std::map<std::string, int64_t>>
  opsets(const google::protobuf::RepeatedPtrField<OperatorSetIdProto> &protos)
      const;

  const Limits &limits;
  const std::string &file;
  ExternalData &external;
  int64_t numNodes = 0;
};

template <class Strings> std::vector<std::string> taken(Strings &strings) {
  std::vector<std::string> result;
  result.reserve(static_cast<size_t>(strings.size()));
  for (std::string &text : strings)
    result.push_back(std::move(text));
  return result;
}

/// The type of an attribute of IR version 1, which does not say it.
AttributeType typeOfSetField(const AttributeProto &proto) {
  const std::pair<bool, AttributeType> fields[] = {
      {proto.has_f(), AttributeType::Float},
      {proto.has_i(), AttributeType::Int},
      {proto.has_s(), AttributeType::String},
      {proto.has_t(), AttributeType::Tensor},
      {proto.has_g(), AttributeType::Graph},
      {proto.floats_size() > 0, AttributeType::Floats},
      {proto.ints_size() > 0, AttributeType::Ints},
      {proto.strings_size() > 0, AttributeType::Strings},
  };
  for (auto [set, type] : fields)
    if (set)
      return type;
  return AttributeType::Undefined;
}

absl::StatusOr<Attribute> Parser::attribute(AttributeProto &proto) {
  Attribute attribute;
  attribute.name = std::move(*proto.mutable_name());
  attribute.reference = std::move(*proto.mutable_ref_attr_name());
  attribute.type = proto.has_type() && proto.type() != 0
                       ? static_cast<AttributeType>(proto.type())
                       : typeOfSetField(proto);
  switch (attribute.type) {
  case AttributeType::Float:
    attribute.f = proto.f();
    break;
  case AttributeType::Int:
    attribute.i = proto.i();
    break;
  case AttributeType::String:
    attribute.s = std::move(*proto.mutable_s());
    break;
  case AttributeType::Floats:
    attribute.floats.assign(proto.floats().begin(), proto.floats().end());
    break;
  case AttributeType::Ints:
    attribute.ints.assign(proto.ints().begin(), proto.ints().end());
    break;
  case AttributeType::Strings:
    attribute.strings = taken(*proto.mutable_strings());
    break;
  case AttributeType::Tensor: {
    absl::StatusOr<Value> value = valueFromTensor(
        *proto.mutable_t(), limits,
        absl::StrCat(file, ": attribute '", printable(attribute.name), "'"),
        external);
    if (value.ok())
      attribute.tensor = *std::move(value);
    else if (absl::IsUnimplemented(value.status()))
      attribute.tensorRefusal = std::string(value.status().message());
    else
      return value.status();
    break;
  }
  case AttributeType::Graph: {
    TGC_ASSIGN_OR_RETURN(attribute.graph, graph(*proto.mutable_g()));
    break;
  }
  default: // refused by name where it is used
    break;
  }
  return attribute;
}

absl::StatusOr<Node> Parser::node(NodeProto &proto) {
  Node node;
  node.name = std::move(*proto.mutable_name());
  node.domain = canonicalDomain(proto.domain());
  node.opType = std::move(*proto.mutable_op_type());
  node.overload = std::move(*proto.mutable_overload());
  node.inputs = taken(*proto.mutable_input());
  node.outputs = taken(*proto.mutable_output());
  node.attributes.reserve(static_cast<size_t>(proto.attribute_size()));
  for (AttributeProto &attributeProto : *proto.mutable_attribute()) {
    TGC_ASSIGN_OR_RETURN(Attribute parsed, attribute(attributeProto));
    node.attributes.push_back(std::move(parsed));
  }
  ++numNodes;
  return node;
}

ValueInfo Parser::valueInfo(ValueInfoProto &proto) const {
  ValueInfo info;
  info.name = std::move(*proto.mutable_name());
  const TypeProto &type = proto.type();
  switch (type.value_case()) {
  case TypeProto::kTensorType: {
    info.kind = ValueInfo::Kind::Tensor;
    info.dtype = type.tensor_type().elem_type();
    if (!type.tensor_type().has_shape())
      break;
    info.sizes.emplace();
    for (const auto &dim : type.tensor_type().shape().dim()) {
      DeclaredSize size;
      // A negative value is how some exporters say "unknown".
      if (dim.has_dim_value() && dim.dim_value() >= 0)
        size.value = dim.dim_value();
      else if (dim.has_dim_param())
        size.name = dim.dim_param();
      info.sizes->push_back(std::move(size));
    }
    break;
  }
  case TypeProto::kSequenceType:
    info.kind = ValueInfo::Kind::Sequence;
    break;
  case TypeProto::kMapType:
    info.kind = ValueInfo::Kind::Map;
    break;
  case TypeProto::kOpaqueType:
    info.kind = ValueInfo::Kind::Opaque;
    break;
  case TypeProto::kSparseTensorType:
    info.kind = ValueInfo::Kind::Sparse;
    break;
  case TypeProto::kOptionalType:
    info.kind = ValueInfo::Kind::Optional;
    break;
  case TypeProto::VALUE_NOT_SET:
    break;
  }
  return info;
}

absl::Status Parser::initializers(GraphProto &proto, Graph &graph) {
  for (TensorProto &tensor : *proto.mutable_initializer()) {
    std::string name = std::move(*tensor.mutable_name());
    absl::StatusOr<Value> value = valueFromTensor(
        tensor, limits,
        absl::StrCat(file, ": initializer '", printable(name), "'"), external);
    if (absl::IsUnimplemented(value.status())) {
      graph.refusedInitializers.push_back(
          {std::move(name), std::string(value.status().message())});
      continue;
    }
    TGC_RETURN_IF_ERROR(value.status());
    if (!graph.initializers.emplace(name, *std::move(value)).second)
      return absl::InvalidArgumentError(
          absl::StrCat(file, ": two initializers are named '", printable(name),
                       "'; expected one\n  fix: export the model again"));
  }
  for (const SparseTensorProto &tensor : proto.sparse_initializer())
    graph.refusedInitializers.push_back(
        {tensor.values().name(), "type sparse tensor"});
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Graph>> Parser::graph(GraphProto &proto) {
  auto graph = std::make_shared<Graph>();
  graph->name = std::move(*proto.mutable_name());
  graph->nodes.reserve(static_cast<size_t>(proto.node_size()));
  for (NodeProto &nodeProto : *proto.mutable_node()) {
    TGC_ASSIGN_OR_RETURN(Node parsed, node(nodeProto));
    graph->nodes.push_back(std::move(parsed));
  }
  TGC_RETURN_IF_ERROR(
      sortNodes(graph->nodes,
                absl::StrCat(file, ": graph '", printable(graph->name), "'")));
  for (ValueInfoProto &info : *proto.mutable_input())
    graph->inputs.push_back(valueInfo(info));
  for (ValueInfoProto &info : *proto.mutable_output())
    graph->outputs.push_back(valueInfo(info));
  TGC_RETURN_IF_ERROR(initializers(proto, *graph));
  return graph;
}

absl::StatusOr<std::map<std::string, int64_t>> Parser::opsets(
    const google::protobuf::RepeatedPtrField<OperatorSetIdProto> &protos)
    const {
  std::map<std::string, int64_t> result;
  for (const OperatorSetIdProto &opset : protos)
    if (!result.emplace(canonicalDomain(opset.domain()), opset.version())
             .second)
      return absl::InvalidArgumentError(absl::StrCat(
          file, ": opset_import names the domain '", printable(opset.domain()),
          "' twice; expected once\n  fix: export the model again"));
  return result;
}

absl::StatusOr<Function> Parser::function(FunctionProto &proto) {
  Function function;
  function.domain = canonicalDomain(proto.domain());
  function.name = std::move(*proto.mutable_name());
  function.overload = std::move(*proto.mutable_overload());
  function.inputs = taken(*proto.mutable_input());
  function.outputs = taken(*proto.mutable_output());
  function.requiredAttributes = taken(*proto.mutable_attribute());
  for (AttributeProto &attributeProto : *proto.mutable_attribute_proto()) {
    TGC_ASSIGN_OR_RETURN(Attribute parsed, attribute(attributeProto));
    function.defaults.push_back(std::move(parsed));
  }
  for (NodeProto &nodeProto : *proto.mutable_node()) {
    TGC_ASSIGN_OR_RETURN(Node parsed, node(nodeProto));
    function.nodes.push_back(std::move(parsed));
  }
  TGC_RETURN_IF_ERROR(
      sortNodes(function.nodes, absl::StrCat(file, ": function '",
                                             printable(function.name), "'")));
  TGC_ASSIGN_OR_RETURN(function.opsets, opsets(proto.opset_import()));
  return function;
}

absl::StatusOr<Model> Parser::model(ModelProto &proto) {
  Model model;
  model.irVersion = proto.ir_version();
  model.producer = proto.producer_name();
  if (!proto.producer_version().empty())
    absl::StrAppend(&model.producer, " ", proto.producer_version());
  TGC_ASSIGN_OR_RETURN(model.opsets, opsets(proto.opset_import()));
  if (model.opsets.empty()) {
    if (model.irVersion >= 3)
      return absl::InvalidArgumentError(absl::StrCat(
          file, ": there is no opset_import; expected one with IR version ",
          model.irVersion,
          "\n  fix: the file is cut short; export or copy it "
          "again"));
    model.opsets[""] = 1;
  }
  TGC_ASSIGN_OR_RETURN(model.graph, graph(*proto.mutable_graph()));
  for (FunctionProto &functionProto : *proto.mutable_functions()) {
    TGC_ASSIGN_OR_RETURN(Function parsed, function(functionProto));
    const std::string key =
        functionKey(parsed.domain, parsed.name, parsed.overload);
    if (!model.functionPlaces.emplace(key, model.functions.size()).second)
      return absl::InvalidArgumentError(absl::StrCat(
          file, ": two functions are named '", printable(parsed.name),
          "'; expected one\n  fix: export the model again"));
    model.functions.push_back(std::move(parsed));
  }
  model.numNodes = numNodes;
  return model;
}

bool isContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// True if the lengths of all characters are as their first bytes say.
bool isUtf8(const std::string &text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80                   ? 1
                          : lead >= 0xc2 && lead < 0xe0 ? 2
                          : lead >= 0xe0 && lead < 0xf0 ? 3
                          : lead >= 0xf0 && lead < 0xf5 ? 4
                                                        : 0;
    if (length == 0 || i + length > text.size())
      return false;
    for (size_t k = 1; k < length; ++k)
      if (!isContinuation(text[i + k]))
        return false;
    i += length;
  }
  return true;
}

} // namespace

std::string printable(const std::string &name) {
  constexpr size_t most = 80;
  size_t end = std::min(name.size(), most);
  while (end < name.size() && end > 0 && isContinuation(name[end]))
    --end; // not inside a character
  const std::string start = name.substr(0, end);
  const std::string text =
      isUtf8(start) ? absl::Utf8SafeCEscape(start) : absl::CHexEscape(start);
  return name.size() > end ? absl::StrCat(text, "...") : text;
}

absl::StatusOr<Model> parseModel(absl::Span<const uint8_t> bytes,
                                 const Limits &limits, const std::string &file,
                                 ExternalData &external) {
  TGC_RETURN_IF_ERROR(scanModel(bytes, limits, file));
  ModelProto proto;
  // The scan has accepted the size (at most 2 GiB - 1) and the depth.
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": the messages do not parse; expected an ONNX "
                           "model\n  fix: export the model again"));
  if (!proto.has_graph())
    return absl::InvalidArgumentError(absl::StrCat(
        file, ": there is no graph; expected an ONNX model\n  fix: the file "
              "is of another kind, or empty"));
  return Parser(limits, file, external).model(proto);
}

} // namespace tgc::onnx
