// A look at the bytes of a model before protobuf sees them.
#ifndef TGC_FRONTEND_ONNX_WIRESCAN_H
#define TGC_FRONTEND_ONNX_WIRESCAN_H

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "tgc/runtime/core/Limits.h"

#include <string>

namespace tgc::onnx {

/// Deepest nesting of messages that is accepted. protobuf refuses more than
/// 100; a subgraph costs three (graph, node, attribute).
inline constexpr int maxMessageDepth = 96;

/// Walks the messages of an ONNX model once, without recursion or allocation
/// that grows with the file, and refuses what must not reach the parser:
/// lengths beyond the enclosing message, tags and varints that are not ones,
/// nesting beyond maxMessageDepth, names above Limits::name_bytes, more than
/// Limits::ops nodes, and so many small messages that their objects would
/// dwarf the file. After it, parsing takes memory linear in the file.
///
/// `file` starts every message. Errors: InvalidArgument for bytes that are no
/// model, ResourceExhausted for a limit.
absl::Status scanModel(absl::Span<const uint8_t> bytes, const Limits &limits,
                       const std::string &file);

/// The same for the bytes of one tensor.
absl::Status scanTensor(absl::Span<const uint8_t> bytes, const Limits &limits,
                        const std::string &file);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_WIRESCAN_H
