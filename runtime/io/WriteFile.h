// Files that appear whole or not at all.
#ifndef TGC_RUNTIME_IO_WRITEFILE_H
#define TGC_RUNTIME_IO_WRITEFILE_H

#include "absl/functional/function_ref.h"
#include "tgc/runtime/io/Elements.h"

namespace tgc {

/// Takes the next bytes of what is being written.
using ByteSink = absl::FunctionRef<absl::Status(absl::Span<const uint8_t>)>;

/// Writes what `produce` hands to the sink. The bytes go to a new file in the
/// same folder, which takes the place and the permissions of `path` when all
/// of them are written: no reader sees half a file, and on any error `path` is
/// as before. A symlink is followed; a device or pipe is written directly.
/// Errors, with the path in front: those of `produce`; the system's.
absl::Status writeFile(const std::string &path,
                       absl::FunctionRef<absl::Status(ByteSink)> produce);

/// The same for bytes in memory.
absl::Status writeFile(const std::string &path,
                       absl::Span<const uint8_t> bytes);
absl::Status writeFile(const std::string &path, std::string_view text);

} // namespace tgc

#endif // TGC_RUNTIME_IO_WRITEFILE_H
