// Reads regular files by their size and pipes to their end.
#include "tgc/runtime/io/ReadFile.h"

#include "tgc/runtime/io/FileDescriptor.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>

namespace tgc {
namespace {

/// Reads up to `count` bytes; fewer only at the end of the file. Returns -1
/// with errno set on an error.
int64_t readUpTo(int file, uint8_t *out, int64_t count) {
  int64_t done = 0;
  while (done < count) {
    ssize_t got = ::read(file, out + done, static_cast<size_t>(count - done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return -1;
    if (got == 0)
      break;
    done += got;
  }
  return done;
}

absl::Status tooLarge(const std::string &path, std::string_view size,
                      int64_t maxBytes, std::string_view limitName) {
  return fileError(absl::StatusCode::kResourceExhausted, path,
                   absl::StrCat("has ", std::string(size),
                                " bytes, above the limit of ", maxBytes, " (",
                                std::string(limitName), ")"),
                   "split the file, or raise the limit");
}

absl::Status readError(const std::string &path) {
  return systemError(errno, path, "cannot be read",
                     "check the disk and the file's permissions");
}

absl::StatusOr<std::shared_ptr<Buffer>> readPipe(const std::string &path,
                                                 int file, int64_t maxBytes,
                                                 std::string_view limitName) {
  int64_t capacity = 64 << 10, used = 0;
  TGC_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer,
                       Buffer::allocate(capacity));
  while (true) {
    int64_t got = readUpTo(file, static_cast<uint8_t *>(buffer->data()) + used,
                           capacity - used);
    if (got < 0)
      return readError(path);
    used += got;
    if (used > maxBytes)
      return tooLarge(path, absl::StrCat("more than ", maxBytes), maxBytes,
                      limitName);
    bool ended = used < capacity;
    std::optional<int64_t> next = ended ? used : checkedMul(capacity, 2);
    if (!next)
      return tooLarge(path, absl::StrCat("more than ", used), maxBytes,
                      limitName);
    TGC_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> moved,
                         Buffer::allocate(*next));
    if (used > 0)
      std::memcpy(moved->data(), buffer->data(), static_cast<size_t>(used));
    buffer = std::move(moved);
    capacity = *next;
    if (ended)
      return buffer;
  }
}

} // namespace

absl::StatusOr<std::shared_ptr<Buffer>> readBytes(const std::string &path,
                                                  int64_t maxBytes,
                                                  std::string_view limitName) {
  if (path.empty() || path.find('\0') != std::string::npos)
    return fileError(absl::StatusCode::kInvalidArgument,
                     absl::StrCat("'", printable(path), "'"),
                     "is no file name; expected a path",
                     "name an existing file");
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.isOpen())
    return systemError(errno, path, "cannot be opened",
                       "check the path, which starts in the working directory "
                       "unless it begins with '/', and the permissions");
  struct stat info;
  if (::fstat(file.get(), &info) != 0)
    return readError(path);
  if (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode))
    return readPipe(path, file.get(), maxBytes, limitName);
  if (!S_ISREG(info.st_mode))
    return fileError(absl::StatusCode::kInvalidArgument, path,
                     S_ISDIR(info.st_mode) ? "is a folder; expected a file"
                                           : "is a device; expected a file",
                     "name a file");
  if (info.st_size > maxBytes)
    return tooLarge(path, absl::StrCat(info.st_size), maxBytes, limitName);
  TGC_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer,
                       Buffer::allocate(info.st_size));
  int64_t got = readUpTo(file.get(), static_cast<uint8_t *>(buffer->data()),
                         info.st_size);
  if (got < 0)
    return readError(path);
  if (got != info.st_size)
    return fileError(absl::StatusCode::kDataLoss, path,
                     absl::StrCat("has shrunk from ", info.st_size, " to ", got,
                                  " bytes while it was read"),
                     "read it again when nobody writes to it");
  return buffer;
}

absl::StatusOr<std::string> readFile(const std::string &path, int64_t maxBytes,
                                     std::string_view limitName) {
  TGC_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer,
                       readBytes(path, maxBytes, limitName));
  return std::string(static_cast<const char *>(buffer->data()),
                     static_cast<size_t>(buffer->size()));
}

} // namespace tgc
