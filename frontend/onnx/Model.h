// An ONNX model as plain data: what is left of it once its bytes have been
// checked. Everything behind this header is free of protobuf.
#ifndef TGC_FRONTEND_ONNX_MODEL_H
#define TGC_FRONTEND_ONNX_MODEL_H

#include "tgc/runtime/core/Value.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tgc::onnx {

struct Graph;

/// The values of AttributeProto.type that a model may hold.
enum class AttributeType : int32_t {
  Undefined = 0,
  Float = 1,
  Int = 2,
  String = 3,
  Tensor = 4,
  Graph = 5,
  Floats = 6,
  Ints = 7,
  Strings = 8,
  Tensors = 9,
  Graphs = 10,
  SparseTensor = 11,
  SparseTensors = 12,
  Type = 13,
  Types = 14,
};

/// An attribute of a node. Only the member that `type` names has a value.
struct Attribute {
  std::string name;
  AttributeType type = AttributeType::Undefined;
  /// Not empty in the body of a function: the attribute of the call that is
  /// meant.
  std::string reference;
  float f = 0;
  int64_t i = 0;
  std::string s;
  std::vector<float> floats;
  std::vector<int64_t> ints;
  std::vector<std::string> strings;
  std::optional<Value> tensor;
  /// Why `tensor` has no value: a dtype or a place that is not supported.
  std::string tensorRefusal;
  std::shared_ptr<const Graph> graph;
};

struct Node {
  int64_t index = 0; // position in the file's list
  std::string name;
  std::string domain; // "" for ai.onnx
  std::string opType;
  std::string overload;
  std::vector<std::string> inputs; // "" where an optional one is left out
  std::vector<std::string> outputs;
  std::vector<Attribute> attributes;
};

/// A size in a declared shape: a value, a name, or neither.
struct DeclaredSize {
  std::optional<int64_t> value;
  std::string name;
};

/// What a model says of a value.
struct ValueInfo {
  enum class Kind { Missing, Tensor, Sequence, Map, Opaque, Sparse, Optional };
  std::string name;
  Kind kind = Kind::Missing;
  int32_t dtype = 0; // ONNX's id
  std::optional<std::vector<DeclaredSize>> sizes;
};

/// A tensor of the model that could not be taken over, and why.
struct RefusedTensor {
  std::string name;
  std::string text;
};

struct Graph {
  std::string name;
  std::vector<Node> nodes;
  std::vector<ValueInfo> inputs;
  std::vector<ValueInfo> outputs;
  std::unordered_map<std::string, Value> initializers;
  std::vector<RefusedTensor> refusedInitializers;
};

/// A function of the model itself; a node of its name is a call.
struct Function {
  std::string domain, name, overload;
  std::vector<std::string> inputs, outputs;
  std::vector<std::string> requiredAttributes;
  std::vector<Attribute> defaults;
  std::vector<Node> nodes;
  std::map<std::string, int64_t> opsets;
};

struct Model {
  int64_t irVersion = 0;
  std::string producer;
  std::map<std::string, int64_t> opsets; // by domain, "" for ai.onnx
  std::shared_ptr<const Graph> graph;
  std::vector<Function> functions;
  std::unordered_map<std::string, size_t> functionPlaces; // by functionKey
  int64_t numNodes = 0; // in all graphs and functions
};

/// What identifies a function among those of its model.
inline std::string functionKey(const std::string &domain,
                               const std::string &name,
                               const std::string &overload) {
  std::string key = domain;
  key.push_back('\0');
  key += name;
  key.push_back('\0');
  return key + overload;
}

/// "" for both spellings of ONNX's own domain.
inline std::string canonicalDomain(const std::string &domain) {
  return domain == "ai.onnx" ? std::string() : domain;
}

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_MODEL_H
