// Checks of a composite's arguments, in the words of runtime/infer.
#include "tgc/frontend/eager/CompositeCall.h"

#include "tgc/frontend/eager/Bind.h"

#include "absl/strings/str_cat.h"

#include <algorithm>

namespace tgc {

std::string CompositeCall::Operand::text() const {
  return absl::StrCat("operand ", index, " ('", name, "')");
}

void CompositeCall::refuse(const std::string &message,
                           const std::string &fix) const {
  throwStatus(absl::InvalidArgumentError(
                  absl::StrCat("tgc.", name, ": ", message, "\n  fix: ", fix)),
              where);
}

void CompositeCall::needsValue(const Operand &x) const {
  if (!x.tensor.impl())
    refuse(absl::StrCat(x.text(), " is an empty tensor (default-constructed)"),
           "assign it a value first");
}

void CompositeCall::needsFloat(const Operand &x) const {
  needsValue(x);
  const DType dtype = x.tensor.dtype();
  if (!isFloat(dtype) || !isComputed(dtype))
    refuse(absl::StrCat(x.text(), " has dtype ", std::string(dtypeName(dtype)),
                        "; expected f32 or f64"),
           absl::StrCat("convert it first, e.g. convert(", x.name, ", f32)"));
}

void CompositeCall::needsRank(const Operand &x, int64_t least,
                              const char *fix) const {
  needsValue(x);
  if (x.tensor.rank() < least)
    refuse(absl::StrCat(x.text(), " has rank ", x.tensor.rank(),
                        "; expected at least ", least),
           fix);
}

int64_t CompositeCall::normalized(const char *attribute, int64_t dim,
                                  int64_t rank, const std::string &what) const {
  if (rank == 0)
    refuse(absl::StrCat("attribute '", attribute, "' has dimension ", dim,
                        "; expected none, as ", what, " has rank 0"),
           "reshape to a higher rank first");
  if (dim < -rank || dim >= rank)
    refuse(absl::StrCat("attribute '", attribute, "' has dimension ", dim,
                        "; expected one in [", -rank, ", ", rank, "), as ",
                        what, " has rank ", rank),
           "name a dimension that exists");
  return dim < 0 ? dim + rank : dim;
}

int64_t CompositeCall::normalized(const char *attribute, int64_t dim,
                                  const Operand &x) const {
  needsValue(x);
  return normalized(attribute, dim, x.tensor.rank(), x.text());
}

std::vector<int64_t> CompositeCall::normalized(const char *attribute,
                                               const Axes &dims, int64_t rank,
                                               const std::string &what) const {
  std::vector<int64_t> result;
  for (int64_t dim : dims)
    result.push_back(normalized(attribute, dim, rank, what));
  std::sort(result.begin(), result.end());
  auto twice = std::adjacent_find(result.begin(), result.end());
  if (twice != result.end())
    refuse(absl::StrCat("attribute '", attribute, "' has dimension ", *twice,
                        " twice; expected every dimension once"),
           "name each dimension once");
  return result;
}

std::vector<int64_t> CompositeCall::normalized(const char *attribute,
                                               const Axes &dims,
                                               const Operand &x) const {
  needsValue(x);
  return normalized(attribute, dims, x.tensor.rank(), x.text());
}

} // namespace tgc
