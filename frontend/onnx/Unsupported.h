// Everything a model asks for that is not supported, told at once.
#ifndef TGC_FRONTEND_ONNX_UNSUPPORTED_H
#define TGC_FRONTEND_ONNX_UNSUPPORTED_H

#include "absl/status/status.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tgc::onnx {

/// Why something is not supported; reasonText gives the word of messages.
enum class Reason : uint8_t {
  UnknownOp,
  Domain,
  Attribute,
  DType,
  Type,
  RankUnknown,
  RankVaries,
  RandomValues,
  NotYet,
};
std::string_view reasonText(Reason reason);

/// A node, or another part of the model, that cannot be imported.
struct Unsupported {
  std::string op;   // "Resize", "com.microsoft.BiasGelu", "(input)"
  int64_t opset;    // 0 prints as "-"
  std::string node; // "#12 'enc/gelu'"
  Reason reason;
  std::string detail; // "antialias=1", "; use Add, Gelu"
};

/// The list of one model.
class UnsupportedList {
public:
  void add(Unsupported entry) { entries.push_back(std::move(entry)); }
  bool empty() const { return entries.empty(); }
  const std::vector<Unsupported> &all() const { return entries; }

  /// OK if the list is empty, else Unimplemented with id TGC-E0301:
  ///
  ///   m.onnx: 2 operators in 5 nodes are not supported (419 checked)
  ///     nodes  operator                opset  first           reason
  ///         4  com.microsoft.BiasGelu      1  #12 'enc/gelu'  domain
  ///         1  Resize                     19  #301 'up'       attribute …
  ///
  /// A row stands for all entries with the same operator, opset, reason and
  /// detail; most frequent first, then in order of appearance.
  absl::Status status(const std::string &file, int64_t checked) const;

private:
  std::vector<Unsupported> entries;
};

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_UNSUPPORTED_H
