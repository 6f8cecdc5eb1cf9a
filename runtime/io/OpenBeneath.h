// The one way to a file that a model names: it cannot leave its folder.
#ifndef TGC_RUNTIME_IO_OPENBENEATH_H
#define TGC_RUNTIME_IO_OPENBENEATH_H

#include "tgc/runtime/io/FileDescriptor.h"

namespace tgc {

/// How far a folder is trusted.
enum class Links {
  /// The folder came with the model: no link leads to the file, none in its
  /// path, and it has no second name.
  Refused,
  /// The user named the folder: its own links are followed, as caches of hubs
  /// consist of them.
  Followed,
};

/// How a path is kept beneath its folder where links are refused.
enum class Confinement {
  Kernel,     // openat2; where the kernel has none, Components
  Components, // one openat per component, none through a link
};

/// A file open for reading, and its size.
struct BeneathFile {
  FileDescriptor descriptor;
  int64_t bytes;
};

/// Opens `path`, which a model names, beneath `folder`, which the user named
/// ("" is the working directory). Never blocks, and a file or folder swapped
/// meanwhile does not help: what is checked is what has been opened. (One case
/// is left: a hard link that the kernel is removing in these microseconds may
/// count as the only name. Who can make it has access to its file.)
///
/// Errors, `path` in front: InvalidArgument for a path that is empty, absolute
/// or has a NUL or `..`, and for what is no regular file or, with
/// Links::Refused, has a second name (hard link); FailedPrecondition for a
/// link in the path; DataLoss for a file that is replaced meanwhile; the
/// system's own.
absl::StatusOr<BeneathFile>
openBeneath(const std::string &folder, const std::string &path, Links links,
            Confinement confinement = Confinement::Kernel);

/// Fills `out` with `count` bytes from `offset` on. Errors, `path` in front:
/// the system's; DataLoss if the file ends before.
absl::Status readAt(const FileDescriptor &file, int64_t offset, void *out,
                    int64_t count, const std::string &path);

/// The whole file in memory, without reading it; writes stay in this process.
/// For files that nobody cuts short while they are in use: reading beyond a
/// new end is SIGBUS. Errors, `path` in front: the system's.
absl::StatusOr<std::shared_ptr<Buffer>> mapFile(const BeneathFile &file,
                                                const std::string &path);

} // namespace tgc

#endif // TGC_RUNTIME_IO_OPENBENEATH_H
