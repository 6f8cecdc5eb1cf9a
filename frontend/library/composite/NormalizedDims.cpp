// Lists of dimensions as composites use them: internal.
#include "tgc/frontend/library/composite/NormalizedDims.h"

#include "tgc/frontend/eager/Bind.h"

#include "absl/strings/str_cat.h"

#include <algorithm>

namespace tgc {

std::vector<int64_t> normalizedDims(const Axes &dims, int64_t rank,
                                    const char *op,
                                    std::source_location where) {
  std::vector<int64_t> result;
  for (int64_t dim : dims) {
    const int64_t normal = dim < 0 ? dim + rank : dim;
    if (normal < 0 || normal >= rank)
      throwStatus(absl::InvalidArgumentError(absl::StrCat(
                      "tgc.", op, ": dimension ", dim, "; expected one in [",
                      -rank, ", ", rank, ")\n  fix: the rank is ", rank)),
                  where);
    result.push_back(normal);
  }
  std::sort(result.begin(), result.end());
  if (std::adjacent_find(result.begin(), result.end()) != result.end())
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "tgc.", op,
                    ": a dimension is named twice; expected each once\n  fix: "
                    "negative dimensions count from the end")),
                where);
  return result;
}

} // namespace tgc
