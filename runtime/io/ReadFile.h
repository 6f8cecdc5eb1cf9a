// A whole file in memory.
#ifndef TGC_RUNTIME_IO_READFILE_H
#define TGC_RUNTIME_IO_READFILE_H

#include "tgc/runtime/io/Elements.h"

namespace tgc {

/// The bytes of the file that the user named: a regular file, or a pipe read
/// to its end. `limitName` says in errors what `maxBytes` is
/// ("Limits::external_bytes"). Errors, each with the path in front: the
/// system's when the file cannot be opened or read, InvalidArgument for a
/// folder or a device, ResourceExhausted above `maxBytes`, DataLoss if the
/// file shrinks meanwhile.
absl::StatusOr<std::shared_ptr<Buffer>> readBytes(const std::string &path,
                                                  int64_t maxBytes,
                                                  std::string_view limitName);

/// The same as a text, copied once more: for models.
absl::StatusOr<std::string>
readFile(const std::string &path, int64_t maxBytes,
         std::string_view limitName = "Limits::model_bytes");

inline absl::Span<const uint8_t> bytesOf(const Buffer &buffer) {
  return {static_cast<const uint8_t *>(buffer.data()),
          static_cast<size_t>(buffer.size())};
}

} // namespace tgc

#endif // TGC_RUNTIME_IO_READFILE_H
