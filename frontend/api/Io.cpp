// Value files as tensors.
#include "tgc/frontend/api/Io.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/runtime/io/Load.h"

namespace tgc::io {

TensorMap load(const std::string &path, std::source_location where) {
  TensorMap tensors;
  for (auto &[name, value] : valueOrThrow(loadTensors(path), where))
    tensors.emplace(name, fromValue(std::move(value)));
  return tensors;
}

void save(const std::string &path, const TensorMap &tensors,
          std::source_location where) {
  ValueMap values;
  for (const auto &[name, x] : tensors)
    values.emplace(name, valueOf(x, "io::save", where));
  throwIfError(saveTensors(path, values), where);
}

} // namespace tgc::io
