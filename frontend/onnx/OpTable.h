// The operators that are imported, one row per (domain, op, since_version).
#ifndef TGC_FRONTEND_ONNX_OPTABLE_H
#define TGC_FRONTEND_ONNX_OPTABLE_H

#include "tgc/frontend/onnx/Model.h"

#include <optional>
#include <string_view>
#include <vector>

namespace tgc::onnx {

class Conversion;
struct Operand;
struct ShapeValue;

/// Turns one node into tgc ops: a result per output that the node may have,
/// as many as Conversion::numOutputs asks for. Throws tgc::Error, or Refusal
/// for what is not supported.
using Converter = std::vector<Operand> (*)(Conversion &c);

/// The results of a node on integer vectors and scalars whose elements are
/// known expressions over the model's sizes; nothing if they are not of that
/// kind, and the converter is asked.
using ShapeRule = std::optional<ShapeValue> (*)(const Conversion &c);

struct OpRow {
  std::string_view domain; // "" is ai.onnx
  std::string_view op;
  int64_t since;
  Converter convert;
  ShapeRule shape; // null: none
  int minInputs, maxInputs;
  int maxOutputs;
  /// "name:type=default|other ..." separated by blanks, see AttributeSpec.
  std::string_view attributes;
};

inline constexpr int anyNumber = 1 << 20;

/// An attribute as OnnxOps.def declares it.
///
/// `name:type` is required, `name:type?` may be absent without a default,
/// `name:type=default` has one. Types: i f s t g is fs
/// ss. `=a|b|c` allows these
/// values alone, `=a|` only the default.
struct AttributeSpec {
  std::string_view name;
  AttributeType type;
  bool required;
  std::optional<std::string_view> defaultText;
  std::vector<std::string_view> allowed; // empty: all
};
std::vector<AttributeSpec> attributeSpecs(const OpRow &row);

/// Newest operator set of ai.onnx whose changes the table knows.
inline constexpr int64_t newestOpset = 28;

/// The row with the largest since_version that is not above `opset`; null if
/// there is none.
const OpRow *findOp(std::string_view domain, std::string_view op,
                    int64_t opset);

/// True if the op is in the table in any version.
bool isKnownOp(std::string_view domain, std::string_view op);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_OPTABLE_H
