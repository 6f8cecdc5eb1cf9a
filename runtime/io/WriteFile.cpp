// Writes aside, then renames.
#include "tgc/runtime/io/WriteFile.h"

#include "tgc/runtime/io/FileDescriptor.h"

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

namespace tgc {
namespace {

bool writeAll(int file, absl::Span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    // Linux writes at most 2 GiB - 4 KiB a call and says how much it was.
    ssize_t done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(done));
  }
  return true;
}

absl::Status writeError(const std::string &path) {
  return systemError(errno, path, "cannot be written",
                     "check the free space, the folder and its permissions");
}

absl::Status fill(FileDescriptor &file, const std::string &path,
                  absl::FunctionRef<absl::Status(ByteSink)> produce) {
  absl::Status sinkStatus;
  auto sink = [&](absl::Span<const uint8_t> bytes) {
    if (!writeAll(file.get(), bytes))
      sinkStatus = writeError(path);
    return sinkStatus;
  };
  absl::Status status = produce(sink);
  TGC_RETURN_IF_ERROR(sinkStatus);
  TGC_RETURN_IF_ERROR(fileStatus(status, path));
  return file.close() ? absl::OkStatus() : writeError(path);
}

/// The file that a write to `path` makes or replaces: links are followed, one
/// that leads to no file too.
absl::StatusOr<std::string> followLinks(const std::string &path) {
  constexpr int most = 40; // what Linux follows in a path
  std::filesystem::path target(path);
  for (int link = 0; link < most; ++link) {
    std::error_code notALink;
    std::filesystem::path next =
        std::filesystem::read_symlink(target, notALink);
    if (notALink)
      return target.string();
    target = target.parent_path() / next;
  }
  errno = ELOOP;
  return writeError(path);
}

/// Opens a file of a new name beside `target`, with the permissions that the
/// umask gives; `name` is set to it.
int openAside(const std::string &target, std::string &name) {
  static std::atomic<uint32_t> counter{0};
  for (int attempt = 0; attempt < 100; ++attempt) {
    name = absl::StrCat(target, ".tmp", ::getpid(), "-", counter++);
    int file =
        ::open(name.c_str(),
               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file >= 0 || errno != EEXIST)
      return file;
  }
  return -1;
}

} // namespace

absl::Status writeFile(const std::string &path,
                       absl::FunctionRef<absl::Status(ByteSink)> produce) {
  if (path.empty() || path.find('\0') != std::string::npos)
    return fileError(absl::StatusCode::kInvalidArgument,
                     absl::StrCat("'", printable(path), "'"),
                     "is no file name; expected a path",
                     "name the file to write");
  TGC_ASSIGN_OR_RETURN(std::string target, followLinks(path));
  struct stat info;
  bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode))
    return fileError(absl::StatusCode::kInvalidArgument, path,
                     "is a folder; expected a file", "name a file inside it");
  if (exists && !S_ISREG(info.st_mode)) {
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file.isOpen() ? fill(file, path, produce) : writeError(path);
  }
  std::string aside;
  FileDescriptor file(openAside(target, aside));
  if (!file.isOpen())
    return writeError(path);
  // Failing to copy the mode of a file that somebody else owns is no error.
  if (exists && ::fchmod(file.get(), info.st_mode & 0777) != 0)
    errno = 0;
  absl::Status status = fill(file, path, produce);
  if (status.ok() && ::rename(aside.c_str(), target.c_str()) != 0)
    status = writeError(path);
  if (!status.ok())
    ::unlink(aside.c_str());
  return status;
}

absl::Status writeFile(const std::string &path,
                       absl::Span<const uint8_t> bytes) {
  return writeFile(path, [&](ByteSink sink) { return sink(bytes); });
}

absl::Status writeFile(const std::string &path, std::string_view text) {
  return writeFile(path, bytesOf(text));
}

} // namespace tgc
