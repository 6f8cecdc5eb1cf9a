// Weights that lie in files beside the model.
#ifndef TGC_FRONTEND_ONNX_EXTERNALDATA_H
#define TGC_FRONTEND_ONNX_EXTERNALDATA_H

#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/core/Value.h"
#include "tgc/runtime/io/OpenBeneath.h"

#include <optional>
#include <string>

namespace tgc::onnx {

class TensorProto;

/// The files that a model's tensors may name. Not thread-safe.
class ExternalData {
public:
  /// None: data outside the model is refused.
  ExternalData() = default;
  /// Those in `folder` ("" is the working directory). `map`: they are mapped
  /// instead of read, for which nobody may cut them short while the model
  /// lives.
  ExternalData(std::string folder, Links links, bool map, const Limits &limits)
      : folder(std::move(folder)), links(links), map(map),
        maxBytes(limits.external_bytes) {}

  /// The `bytes` bytes of a tensor of `what` ("4x3xf32"), 64-byte aligned.
  /// Of external_data's keys, location, offset (default 0) and length (default
  /// `bytes`) are looked at, others such as checksum are not. Everything is
  /// checked before memory is taken.
  ///
  /// Errors: InvalidArgument for keys that do not parse, contradict `bytes` or
  /// reach beyond the file; ResourceExhausted when all tensors together exceed
  /// Limits::external_bytes; FailedPrecondition if there is no folder; those of
  /// openBeneath. `where` starts messages.
  absl::StatusOr<std::shared_ptr<Buffer>> read(const TensorProto &tensor,
                                               int64_t bytes,
                                               const std::string &what,
                                               const std::string &where);

private:
  absl::Status open(const std::string &location);

  std::optional<std::string> folder;
  Links links = Links::Refused;
  bool map = false;
  int64_t maxBytes = 0;
  int64_t usedBytes = 0;
  // The file of the last tensor: the next one's as a rule.
  std::optional<std::string> openLocation;
  std::optional<BeneathFile> file;
  std::shared_ptr<Buffer> mapping;
};

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_EXTERNALDATA_H
