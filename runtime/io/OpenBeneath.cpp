// Opens by openat2, or component by component; looks at what it has opened.
#include "tgc/runtime/io/OpenBeneath.h"

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

#include <algorithm>
#include <climits>
#include <fcntl.h>
#include <linux/openat2.h>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace tgc {
namespace {

constexpr uint64_t readFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// What is wrong with the text of a path; nothing if it stays beneath.
std::optional<std::string_view> fault(const std::string &path) {
  if (path.empty())
    return "is empty";
  if (path.find('\0') != std::string::npos)
    return "has a NUL byte";
  if (path[0] == '/')
    return "is absolute";
  for (absl::string_view component : absl::StrSplit(path, '/'))
    if (component == "..")
      return "has '..' in it";
  return std::nullopt;
}

/// One openat per component, so that no link is followed.
int openByComponents(int folder, const std::string &path) {
  const std::vector<std::string> components = absl::StrSplit(path, '/');
  FileDescriptor at(-1);
  int parent = folder;
  for (size_t i = 0; i < components.size(); ++i) {
    // "a//b" and "a/./b" are "a/b", and "a/" is a folder.
    const char *name = components[i].empty() ? "." : components[i].c_str();
    const bool isLast = i + 1 == components.size();
    FileDescriptor next(
        ::openat(parent, name,
                 static_cast<int>(isLast ? readFlags | O_NOFOLLOW
                                         : O_PATH | O_DIRECTORY | O_CLOEXEC |
                                               O_NOFOLLOW)));
    if (!next.isOpen() || isLast)
      return next.release();
    at = std::move(next);
    parent = at.get();
  }
  return -1;
}

int openConfined(int folder, const std::string &path, Confinement confinement) {
#ifdef SYS_openat2
  if (confinement == Confinement::Kernel) {
    open_how how{};
    how.flags = readFlags | O_NOFOLLOW;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    long file = -1;
    do // EAGAIN: the folder changed while the kernel walked
      file = ::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof(how));
    while (file < 0 && (errno == EINTR || errno == EAGAIN));
    // Older kernels, and sandboxes that do not know the call.
    if (file >= 0 || (errno != ENOSYS && errno != EPERM))
      return static_cast<int>(file);
  }
#endif
  return openByComponents(folder, path);
}

/// True if the name by which a file was opened is gone. Asked after the number
/// of its names: a hard link that was there for the opening alone would not
/// have counted. False where /proc is not mounted.
bool isUnlinked(int file) {
  constexpr absl::string_view mark = " (deleted)";
  const std::string link = absl::StrCat("/proc/self/fd/", file);
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  target.resize(static_cast<size_t>(std::max<ssize_t>(length, 0)));
  return absl::EndsWith(target, mark);
}

} // namespace

absl::StatusOr<BeneathFile> openBeneath(const std::string &folder,
                                        const std::string &path, Links links,
                                        Confinement confinement) {
  constexpr std::string_view inside = "name a file inside the folder";
  const std::string shown = absl::StrCat("'", printable(path), "'");
  if (const std::optional<std::string_view> what = fault(path))
    return fileError(absl::StatusCode::kInvalidArgument, shown,
                     absl::StrCat(std::string(*what),
                                  "; expected a path beneath the folder '",
                                  printable(folder), "'"),
                     inside);
  const FileDescriptor top(::open(folder.empty() ? "." : folder.c_str(),
                                  O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top.isOpen())
    return systemError(errno, absl::StrCat("'", printable(folder), "'"),
                       "cannot be opened as a folder",
                       "name the folder that holds the file");
  FileDescriptor file(
      links == Links::Followed
          ? ::openat(top.get(), path.c_str(), static_cast<int>(readFlags))
          : openConfined(top.get(), path, confinement));
  const std::string where =
      absl::StrCat("cannot be opened in the folder '", printable(folder), "'");
  if (!file.isOpen() && errno == ELOOP && links == Links::Refused)
    return fileError(absl::StatusCode::kFailedPrecondition, shown,
                     absl::StrCat(where, ": it is a link, or behind one"),
                     "put the file itself there");
  if (!file.isOpen())
    return systemError(errno, shown, where,
                       "put the file there, with permission to read it");
  struct stat info;
  if (::fstat(file.get(), &info) != 0)
    return systemError(errno, shown, where, inside);
  if (!S_ISREG(info.st_mode))
    return fileError(absl::StatusCode::kInvalidArgument, shown,
                     S_ISDIR(info.st_mode)
                         ? "is a folder; expected a file"
                         : "is a pipe or a device; expected a file",
                     inside);
  if (links == Links::Refused && info.st_nlink != 1)
    return fileError(
        absl::StatusCode::kInvalidArgument, shown,
        absl::StrCat("has ", info.st_nlink, " names (hard links); expected 1"),
        "put a copy there");
  if (links == Links::Refused && isUnlinked(file.get()))
    return fileError(absl::StatusCode::kDataLoss, shown,
                     "was replaced while it was opened",
                     "open it again when nobody writes to the folder");
  return BeneathFile{std::move(file), info.st_size};
}

absl::Status readAt(const FileDescriptor &file, int64_t offset, void *out,
                    int64_t count, const std::string &path) {
  const std::string shown = absl::StrCat("'", printable(path), "'");
  for (int64_t done = 0; done < count;) {
    const ssize_t got =
        ::pread(file.get(), static_cast<char *>(out) + done,
                static_cast<size_t>(count - done), offset + done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return systemError(errno, shown, "cannot be read", "check the disk");
    if (got == 0)
      return fileError(absl::StatusCode::kDataLoss, shown,
                       absl::StrCat("ends at byte ", offset + done,
                                    "; expected ", count, " from ", offset),
                       "read it again when nobody writes to it");
    done += got;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Buffer>> mapFile(const BeneathFile &file,
                                                const std::string &path) {
  if (file.bytes == 0)
    return Buffer::allocate(0);
  const auto bytes = static_cast<size_t>(file.bytes);
  void *data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                      file.descriptor.get(), 0);
  if (data == MAP_FAILED)
    return systemError(errno, absl::StrCat("'", printable(path), "'"),
                       "cannot be mapped", "read it instead");
  return Buffer::wrap(data, file.bytes,
                      [data, bytes] { ::munmap(data, bytes); });
}

} // namespace tgc
