// Bytes of an ONNX file as a Model.
#ifndef TGC_FRONTEND_ONNX_PARSE_H
#define TGC_FRONTEND_ONNX_PARSE_H

#include "absl/types/span.h"
#include "tgc/frontend/onnx/ExternalData.h"
#include "tgc/frontend/onnx/Model.h"
#include "tgc/runtime/core/Limits.h"

#include <string>

namespace tgc::onnx {

/// Reads a model: any bytes are safe. Weights are copied once, 64-byte
/// aligned, those outside the file from `external`; `bytes` may go afterwards.
/// `file` starts messages.
///
/// Errors: those of scanModel and valueFromTensor; InvalidArgument for a model
/// without a graph. What is well-formed but not supported is kept and refused
/// where it is used.
absl::StatusOr<Model> parseModel(absl::Span<const uint8_t> bytes,
                                 const Limits &limits, const std::string &file,
                                 ExternalData &external);

/// A name in messages: control characters and other odd bytes escaped, cut
/// after 80 characters.
std::string printable(const std::string &name);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_PARSE_H
