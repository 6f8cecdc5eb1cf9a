// Writes reproducers.
#include "tgc/tools/tgc/Reproducer.h"

#include "tgc/frontend/api/Version.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/runtime/io/WriteFile.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include <filesystem>
#include <sys/stat.h>

namespace tgc::tool {

void saveReproducer(const Flags &flags, const Program &program) {
  namespace fs = std::filesystem;
  VersionInfo info = version();
  std::string text = absl::StrCat(
      "// tgc ", flags.verb, " ",
      absl::StrReplaceAll(flags.arguments, {{"\n", "\n// "}}), "\n// tgc ",
      info.version, " (", info.commit, "), LLVM ", info.llvm, ", CPU ",
      info.cpu, ", target CPU ", flags.targetCpu, "\n",
      program.to_mlir({.locations = true, .elide_above = -1}));
  // writeFile keeps the permissions of a file that is there.
  std::error_code none;
  if (fs::is_regular_file(flags.saveReproducer, none))
    fs::permissions(flags.saveReproducer,
                    fs::perms::owner_read | fs::perms::owner_write, none);
  mode_t mask = umask(077);
  absl::Status status = writeFile(flags.saveReproducer, text);
  umask(mask);
  throwIfError(status, {});
}

} // namespace tgc::tool
