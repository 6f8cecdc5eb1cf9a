// A look at the bytes of a model before protobuf sees them.
#include "tgc/frontend/onnx/WireScan.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/CheckedSize.h"
#include "tgc/runtime/core/Status.h"

#include <algorithm>
#include <array>
#include <optional>

namespace tgc::onnx {
namespace {

enum class Message : uint8_t {
  Model,
  Graph,
  Node,
  Attribute,
  Tensor,
  SparseTensor,
  Type,
  TensorType,
  Shape,
  Dimension,
  Nested,
  ValueInfo,
  Opset,
  Function,
  Pair,
  Training,
  Leaf
};

constexpr const char *messageNames[] = {"ModelProto",
                                        "GraphProto",
                                        "NodeProto",
                                        "AttributeProto",
                                        "TensorProto",
                                        "SparseTensorProto",
                                        "TypeProto",
                                        "TypeProto.Tensor",
                                        "TensorShapeProto",
                                        "Dimension",
                                        "TypeProto element",
                                        "ValueInfoProto",
                                        "OperatorSetId",
                                        "FunctionProto",
                                        "StringStringEntry",
                                        "TrainingInfo",
                                        "message"};

/// What lies in a length-delimited field. Data is everything whose size alone
/// matters: bytes, packed numbers, fields that the schema skips. Text is a
/// string of any length.
enum class Content : uint8_t { Message, Name, Text, Data };

struct FieldRow {
  Message in;
  uint32_t number;
  Content content;
  Message message = Message::Leaf;
};

using enum Message;
constexpr FieldRow fieldRows[] = {
    {Model, 2, Content::Name},
    {Model, 3, Content::Name},
    {Model, 7, Content::Message, Graph},
    {Model, 8, Content::Message, Opset},
    {Model, 14, Content::Message, Pair},
    {Model, 20, Content::Message, Training},
    {Model, 25, Content::Message, Function},
    {Graph, 1, Content::Message, Node},
    {Graph, 2, Content::Name},
    {Graph, 5, Content::Message, Tensor},
    {Graph, 11, Content::Message, ValueInfo},
    {Graph, 12, Content::Message, ValueInfo},
    {Graph, 13, Content::Message, ValueInfo},
    {Graph, 15, Content::Message, SparseTensor},
    {Node, 1, Content::Name},
    {Node, 2, Content::Name},
    {Node, 3, Content::Name},
    {Node, 4, Content::Name},
    {Node, 5, Content::Message, Attribute},
    {Node, 7, Content::Name},
    {Node, 8, Content::Name},
    {Node, 9, Content::Message, Pair},
    {Attribute, 1, Content::Name},
    {Attribute, 5, Content::Message, Tensor},
    {Attribute, 6, Content::Message, Graph},
    {Attribute, 9, Content::Text},
    {Attribute, 10, Content::Message, Tensor},
    {Attribute, 11, Content::Message, Graph},
    {Attribute, 14, Content::Message, Type},
    {Attribute, 15, Content::Message, Type},
    {Attribute, 21, Content::Name},
    {Attribute, 22, Content::Message, SparseTensor},
    {Attribute, 23, Content::Message, SparseTensor},
    {Tensor, 3, Content::Message, Leaf},
    {Tensor, 6, Content::Text},
    {Tensor, 8, Content::Name},
    {Tensor, 13, Content::Message, Pair},
    {SparseTensor, 1, Content::Message, Tensor},
    {SparseTensor, 2, Content::Message, Tensor},
    {Type, 1, Content::Message, TensorType},
    {Type, 4, Content::Message, Nested},
    {Type, 5, Content::Message, Nested},
    {Type, 7, Content::Message, Leaf},
    {Type, 8, Content::Message, TensorType},
    {Type, 9, Content::Message, Nested},
    {TensorType, 2, Content::Message, Shape},
    {Shape, 1, Content::Message, Dimension},
    {Dimension, 2, Content::Name},
    {Nested, 1, Content::Message, Type}, // of a sequence or optional
    {Nested, 2, Content::Message, Type}, // of a map
    {ValueInfo, 1, Content::Name},
    {ValueInfo, 2, Content::Message, Type},
    {Opset, 1, Content::Name},
    {Function, 1, Content::Name},
    {Function, 4, Content::Name},
    {Function, 5, Content::Name},
    {Function, 6, Content::Name},
    {Function, 7, Content::Message, Node},
    {Function, 9, Content::Message, Opset},
    {Function, 10, Content::Name},
    {Function, 11, Content::Message, Attribute},
    {Function, 12, Content::Message, ValueInfo},
    {Function, 13, Content::Name},
    {Pair, 1, Content::Name},
    {Pair, 2, Content::Data},
    {Training, 1, Content::Message, Graph},
    {Training, 2, Content::Message, Graph},
    {Training, 3, Content::Message, Pair},
    {Training, 4, Content::Message, Pair},
};

const FieldRow *findRow(Message in, uint32_t number) {
  for (const FieldRow &row : fieldRows)
    if (row.in == in && row.number == number)
      return &row;
  return nullptr;
}

/// Objects of strings and messages a model may hold, per node allowed: enough
/// for every exporter seen, too few for a file of empty messages to exhaust
/// memory.
constexpr int64_t objectsPerNode = 16;

class Scanner {
public:
  Scanner(absl::Span<const uint8_t> bytes, Message root, const Limits &limits,
          const std::string &file)
      : bytes(bytes), root(root), limits(limits), file(file) {}

  absl::Status run();

private:
  absl::Status scanField();
  absl::Status scanLength(uint32_t number);
  absl::Status countObject(const FieldRow &row);
  std::optional<uint64_t> varint();
  absl::Status corrupt(const std::string &what) const;

  struct Frame {
    Message message;
    size_t end;
  };

  absl::Span<const uint8_t> bytes;
  Message root;
  const Limits &limits;
  const std::string &file;
  size_t at = 0;
  std::array<Frame, maxMessageDepth + 1> frames;
  int depth = 0;
  int64_t nodes = 0;
  int64_t objects = 0;
};

absl::Status Scanner::corrupt(const std::string &what) const {
  return absl::InvalidArgumentError(
      absl::StrCat(file, ": byte ", at, ": ", what, "; expected an ONNX ",
                   root == Model ? "model" : "tensor",
                   "\n  fix: the file is cut short, damaged or of "
                   "another kind; export or copy it again"));
}

/// A varint of the current message; nothing if it has more than ten bytes or
/// runs out of the message.
std::optional<uint64_t> Scanner::varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 70 && at < frames[depth].end; shift += 7) {
    const uint8_t byte = bytes[at++];
    if (shift == 63 && byte > 1)
      return std::nullopt;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80)
      return value;
  }
  return std::nullopt;
}

absl::Status Scanner::countObject(const FieldRow &row) {
  const int64_t most =
      checkedMul(limits.ops, objectsPerNode).value_or(limits.ops);
  if (row.content == Content::Message && row.message == Node &&
      ++nodes > limits.ops)
    return absl::ResourceExhaustedError(absl::StrCat(
        file, ": more than ", limits.ops,
        " nodes; expected at most Limits::ops\n  fix: raise Limits::ops"));
  if (++objects > most)
    return absl::ResourceExhaustedError(absl::StrCat(
        file, ": more than ", most, " messages and names; expected at most ",
        objectsPerNode, " * Limits::ops\n  fix: raise Limits::ops"));
  return absl::OkStatus();
}

absl::Status Scanner::scanLength(uint32_t number) {
  const std::optional<uint64_t> length = varint();
  const Frame &frame = frames[depth];
  if (!length)
    return corrupt("a length that is no varint");
  const char *in = messageNames[static_cast<size_t>(frame.message)];
  if (*length > frame.end - at)
    return corrupt(absl::StrCat("field ", number, " of ", in, " has ", *length,
                                " bytes where ", frame.end - at, " are left"));
  const size_t end = at + static_cast<size_t>(*length);
  const FieldRow *row = findRow(frame.message, number);
  if (!row || row->content == Content::Data) {
    at = end;
    return absl::OkStatus();
  }
  TGC_RETURN_IF_ERROR(countObject(*row));
  if (row->content != Content::Message) {
    if (row->content == Content::Name &&
        *length > static_cast<uint64_t>(limits.name_bytes))
      return absl::ResourceExhaustedError(
          absl::StrCat(file, ": byte ", at, ": a name of ", *length,
                       " bytes; expected at most ", limits.name_bytes,
                       "\n  fix: raise Limits::name_bytes"));
    at = end;
    return absl::OkStatus();
  }
  if (depth == maxMessageDepth)
    return absl::ResourceExhaustedError(
        absl::StrCat(file, ": byte ", at, ": messages nest more than ",
                     maxMessageDepth, " deep, about ", maxMessageDepth / 3,
                     " subgraphs\n  fix: flatten the subgraphs of the model"));
  frames[++depth] = {row->message, end};
  return absl::OkStatus();
}

absl::Status Scanner::scanField() {
  const std::optional<uint64_t> tag = varint();
  if (!tag || *tag >> 3 == 0 || *tag >> 3 > 0x1fffffff)
    return corrupt("a field tag that is none");
  size_t fixed = 0;
  switch (*tag & 7) {
  case 0:
    return varint() ? absl::OkStatus() : corrupt("a number that is no varint");
  case 1:
    fixed = 8;
    break;
  case 2:
    return scanLength(static_cast<uint32_t>(*tag >> 3));
  case 5:
    fixed = 4;
    break;
  default: // groups, which ONNX never had, and undefined wire types
    return corrupt(absl::StrCat("wire type ", *tag & 7));
  }
  if (fixed > frames[depth].end - at)
    return corrupt("a number that runs out of its message");
  at += fixed;
  return absl::OkStatus();
}

absl::Status Scanner::run() {
  if (bytes.empty())
    return corrupt("an empty file");
  // protobuf counts bytes in an int.
  const int64_t most = std::min<int64_t>(limits.model_bytes, INT32_MAX);
  if (bytes.size() > static_cast<uint64_t>(most))
    return absl::ResourceExhaustedError(absl::StrCat(
        file, ": ", bytes.size(), " bytes; expected at most ", most,
        "\n  fix: raise Limits::model_bytes (up to 2 GiB - 1), or store the "
        "weights as external data"));
  frames[0] = {root, bytes.size()};
  while (true) {
    while (at == frames[depth].end) {
      if (depth == 0)
        return absl::OkStatus();
      --depth;
    }
    TGC_RETURN_IF_ERROR(scanField());
  }
}

} // namespace

absl::Status scanModel(absl::Span<const uint8_t> bytes, const Limits &limits,
                       const std::string &file) {
  return Scanner(bytes, Model, limits, file).run();
}

absl::Status scanTensor(absl::Span<const uint8_t> bytes, const Limits &limits,
                        const std::string &file) {
  return Scanner(bytes, Tensor, limits, file).run();
}

} // namespace tgc::onnx
