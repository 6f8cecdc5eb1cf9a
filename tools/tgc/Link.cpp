// Runs the system's linker.
#include "tgc/tools/tgc/Link.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/FileDescriptor.h"
#include "tgc/runtime/io/ReadFile.h"
#include "tgc/runtime/io/WriteFile.h"
#include "tgc/tools/tgc/Interrupt.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace tgc::tool {
namespace {

/// A new folder in the system's one for temporary files, removed at the end.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::error_code none;
    std::filesystem::path base = std::filesystem::temp_directory_path(none);
    path = (none ? "/tmp" : base.string()) + "/tgc-XXXXXX";
    if (!mkdtemp(path.data()))
      throwStatus(systemError(errno, path, "cannot be made",
                              "set TMPDIR to a folder that can be written"),
                  {});
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  std::string file(std::string_view name) const {
    return absl::StrCat(path, "/", std::string(name));
  }

private:
  std::string path;
};

/// Exit status of a program run with `args`, all its output on stderr.
int runProgram(const std::vector<std::string> &args) {
  std::vector<char *> argv;
  for (const std::string &arg : args)
    argv.push_back(const_cast<char *>(arg.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child;
  int failed =
      posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

std::string findLinker() {
  const char *path = std::getenv("PATH");
  for (const char *name : {"ld.lld-22", "ld.lld", "ld"})
    for (absl::string_view folder :
         absl::StrSplit(absl::NullSafeStringView(path), ':')) {
      std::string file = absl::StrCat(folder, "/", name);
      if (access(file.c_str(), X_OK) == 0)
        return file;
    }
  return "";
}

void writeCode(const std::string &path, bool shared,
               const std::vector<std::string> &objects) {
  if (!shared && objects.size() == 1)
    return throwIfError(writeFile(path, objects[0]), {});
  std::string linker = findLinker();
  if (linker.empty())
    throwStatus(withErrorId(absl::FailedPreconditionError(
                                "no linker was found\n  fix: apt-get install "
                                "lld-22"),
                            "TGC-E0601"),
                {});
  TemporaryFolder folder;
  std::string result = folder.file("result");
  // memcpy and its kin come from whatever loads a shared object.
  std::vector<std::string> args{
      linker, shared ? "-shared" : "-r", "-z", "noexecstack", "-o", result};
  for (size_t i = 0; i < objects.size(); ++i) {
    args.push_back(folder.file(absl::StrCat(i, ".o")));
    throwIfError(writeFile(args.back(), objects[i]), {});
  }
  int status = runProgram(args);
  if (status != 0) {
    checkInterrupt();
    throwStatus(absl::InternalError(
                    absl::StrCat(linker, " failed with status ", status)),
                {});
  }
  std::shared_ptr<Buffer> linked = valueOrThrow(
      readBytes(result, std::numeric_limits<int64_t>::max(), "no limit"), {});
  throwIfError(writeFile(path, absl::Span<const uint8_t>(
                                   static_cast<const uint8_t *>(linked->data()),
                                   static_cast<size_t>(linked->size()))),
               {});
}

} // namespace tgc::tool
