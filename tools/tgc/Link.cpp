// Runs the system's linker.
#include "tgc/tools/tgc/Link.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/WriteFile.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include <cstdlib>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace tgc::tool {
namespace {

void writeBytes(const std::string &path, const std::string &bytes) {
  throwIfError(
      writeFile(path, absl::Span<const uint8_t>(
                          reinterpret_cast<const uint8_t *>(bytes.data()),
                          bytes.size())),
      {});
}

/// Exit status of a program run with `args`, its output left on stderr.
int runProgram(const std::vector<std::string> &args) {
  std::vector<char *> argv;
  for (const std::string &arg : args)
    argv.push_back(const_cast<char *>(arg.c_str()));
  argv.push_back(nullptr);
  pid_t child;
  if (posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0)
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
  if (!shared && objects.size() == 1) {
    writeBytes(path, objects[0]);
    return;
  }
  std::string linker = findLinker();
  if (linker.empty())
    throwStatus(withErrorId(absl::FailedPreconditionError(
                                "no linker was found\n  fix: apt-get install "
                                "lld-22"),
                            "TGC-E0601"),
                {});
  // Beside the result, so that a rename puts it in place.
  std::string stem = absl::StrCat(path, ".", getpid());
  std::string result = stem + ".out";
  // memcpy and its kin come from whatever loads a shared object.
  std::vector<std::string> args{
      linker, shared ? "-shared" : "-r", "-z", "noexecstack", "-o", result};
  std::vector<std::string> inputs;
  for (const std::string &object : objects) {
    inputs.push_back(absl::StrCat(stem, ".", inputs.size(), ".o"));
    writeBytes(inputs.back(), object);
  }
  args.insert(args.end(), inputs.begin(), inputs.end());
  int status = runProgram(args);
  for (const std::string &input : inputs)
    std::filesystem::remove(input);
  if (status != 0) {
    std::filesystem::remove(result);
    throwStatus(absl::InternalError(
                    absl::StrCat(linker, " failed with status ", status)),
                {});
  }
  std::filesystem::rename(result, path);
}

} // namespace tgc::tool
