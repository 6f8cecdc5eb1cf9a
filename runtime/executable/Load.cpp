// Opens shared objects that tgc compiled.
#include "tgc/runtime/executable/Executable.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include <dlfcn.h>
#include <unistd.h>

namespace tgc {
namespace {

absl::Status withPath(const std::string &path, const absl::Status &status) {
  return absl::Status(status.code(),
                      absl::StrCat(path, ": ", status.message()));
}

} // namespace

absl::StatusOr<std::shared_ptr<const LoadedExecutable>>
LoadedExecutable::loadTrusted(const std::string &path) {
  if (access(path.c_str(), F_OK) != 0)
    return absl::NotFoundError(absl::StrCat(path, ": there is no such file"));
  // A name without a slash would be looked for in the library path.
  std::string file = absl::StrContains(path, "/") ? path : "./" + path;
  void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": it does not load: ", reason ? reason : "",
                     "\n  fix: pass a .so that `tgc compile -o` wrote"));
  }
  std::shared_ptr<const void> owner(handle, [](void *h) { dlclose(h); });
  auto query = reinterpret_cast<tgc_query_fn>(dlsym(handle, "tgc_query"));
  const tgc_executable *executable = query ? query() : nullptr;
  if (!executable)
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": it is no program of tgc: symbol 'tgc_query' is "
              "missing\n  fix: pass a .so that `tgc compile -o` wrote"));
  auto loaded = create(executable, std::move(owner));
  return loaded.ok() ? std::move(loaded) : withPath(path, loaded.status());
}

} // namespace tgc
