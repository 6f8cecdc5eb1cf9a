// An open file that closes itself, and the text of what went wrong with it.
#ifndef TGC_RUNTIME_IO_FILEDESCRIPTOR_H
#define TGC_RUNTIME_IO_FILEDESCRIPTOR_H

#include "absl/strings/str_cat.h"
#include "tgc/runtime/io/Elements.h"

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace tgc {

/// Owns a descriptor; -1 is none.
class FileDescriptor {
public:
  explicit FileDescriptor(int number) : number(number) {}
  FileDescriptor(FileDescriptor &&other) noexcept : number(other.release()) {}
  FileDescriptor &operator=(FileDescriptor &&other) noexcept {
    std::swap(number, other.number);
    return *this;
  }
  ~FileDescriptor() { close(); }

  int get() const { return number; }
  bool isOpen() const { return number >= 0; }

  /// Gives the descriptor up to the caller; errno stays.
  int release() { return std::exchange(number, -1); }

  /// Closes now; false (and errno) if the system reports a late write error.
  bool close() {
    int old = number;
    number = -1;
    return old < 0 || ::close(old) == 0;
  }

private:
  int number;
};

/// "<path>: <what>: <the system's words>\n  fix: <fix>", with the canonical
/// code of errno `error`.
inline absl::Status systemError(int error, const std::string &path,
                                std::string_view what, std::string_view fix) {
  absl::Status status = absl::ErrnoToStatus(error, std::string(what));
  return fileStatus(
      errorWithFix(status.code(), std::string(status.message()), fix), path);
}

/// "<path>: <what>\n  fix: <fix>".
inline absl::Status fileError(absl::StatusCode code, const std::string &path,
                              std::string_view what, std::string_view fix) {
  return fileStatus(errorWithFix(code, what, fix), path);
}

} // namespace tgc

#endif // TGC_RUNTIME_IO_FILEDESCRIPTOR_H
