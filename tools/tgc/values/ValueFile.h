// Values from files: @FILE[:OPT] of a SPEC.
#ifndef TGC_TOOLS_TGC_VALUES_VALUEFILE_H
#define TGC_TOOLS_TGC_VALUES_VALUEFILE_H

#include "tgc/tools/tgc/values/SpecText.h"
#include "tgc/tools/tgc/values/ValueSpec.h"

namespace tgc {

/// TYPE of a SPEC; without sizes any shape fits.
struct SpecType {
  DType dtype;
  std::optional<Shape> shape;
};

/// A file's value before any conversion, and what was chosen on the way.
struct FileValue {
  Value value;
  std::string note;
};

/// Reads the file that is named from `at` on, after the '@', to the end of the
/// text. `name` picks a tensor of an archive when no key is given; `wanted` is
/// the TYPE, or the declared type: a .bin has no other, a .csv takes its dtype
/// and, where its rows fit, its rank. Errors: as of parseInput.
absl::StatusOr<FileValue> readValueFile(const SpecText &text, size_t at,
                                        const std::string &name,
                                        std::optional<SpecType> wanted,
                                        const SpecOptions &options);

} // namespace tgc

#endif // TGC_TOOLS_TGC_VALUES_VALUEFILE_H
