// Reductions with the names and defaults that users expect.
#include "tgc/frontend/library/composite/Reductions.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/library/composite/Shape.h"

#include "absl/strings/str_cat.h"

#include <numeric>

namespace tgc {
namespace {

Axes allDims(const Tensor &x) {
  std::vector<int64_t> dims(static_cast<size_t>(x.rank()));
  std::iota(dims.begin(), dims.end(), 0);
  return dims;
}

/// What sums and products of x are taken of.
Tensor widened(const Tensor &x, std::source_location where) {
  return isFloat(x.dtype()) ? x : convert(x, DType::i64, where);
}

Tensor reduceNotEmpty(const Tensor &x, ReduceKind kind, const Axes &dims,
                      const char *name, std::source_location where) {
  for (int64_t dim : dims)
    if (x.size(dim, where).expr().constant() == 0)
      throwStatus(
          absl::InvalidArgumentError(absl::StrCat(
              "tgc.", name, ": operand 0 ('x') has size 0 in dimension ", dim,
              "; expected at least one element\n  fix: use "
              "tgc.reduce, whose empty result is the identity")),
          where);
  return reduce(x, kind, dims, {}, where);
}

} // namespace

Tensor sum(const Tensor &x, std::source_location where) {
  return sum(x, allDims(x), {}, where);
}

Tensor sum(const Tensor &x, const Axes &dims, const ReduceOptions &options,
           std::source_location where) {
  return reduce(widened(x, where), ReduceKind::add, dims, options, where);
}

Tensor prod(const Tensor &x, std::source_location where) {
  return prod(x, allDims(x), {}, where);
}

Tensor prod(const Tensor &x, const Axes &dims, const ReduceOptions &options,
            std::source_location where) {
  return reduce(widened(x, where), ReduceKind::mul, dims, options, where);
}

Tensor mean(const Tensor &x, std::source_location where) {
  return mean(x, allDims(x), {}, where);
}

Tensor mean(const Tensor &x, const Axes &dims, const ReduceOptions &options,
            std::source_location where) {
  const Tensor values = isFloat(x.dtype()) ? x : convert(x, DType::f32, where);
  const Tensor total = reduce(values, ReduceKind::add, dims, options, where);
  Dim count = 1;
  for (int64_t dim : dims)
    count = count * x.size(dim, where);
  if (const std::optional<int64_t> number = count.expr().constant())
    return divide(total, static_cast<double>(*number), where);
  return divide(total, size_tensor(count, total.dtype(), where), where);
}

Tensor max(const Tensor &x, std::source_location where) {
  return max(x, allDims(x), where);
}

Tensor max(const Tensor &x, const Axes &dims, std::source_location where) {
  return reduceNotEmpty(x, ReduceKind::max, dims, "max", where);
}

Tensor min(const Tensor &x, std::source_location where) {
  return min(x, allDims(x), where);
}

Tensor min(const Tensor &x, const Axes &dims, std::source_location where) {
  return reduceNotEmpty(x, ReduceKind::min, dims, "min", where);
}

Tensor logsumexp(const Tensor &x, const Axes &dims,
                 std::source_location where) {
  const Tensor largest = reduce(x, ReduceKind::max, dims, {}, where);
  const Tensor shift = select(is_finite(largest, where), largest, 0, where);
  const Tensor powers =
      exp(subtract(x, keep_dims(shift, x, dims, where), where), where);
  const Tensor total = reduce(powers, ReduceKind::add, dims, {}, where);
  return add(log(total, where), shift, where);
}

Tensor argmax(const Tensor &x, int64_t dim, std::source_location where) {
  return arg_reduce(x, ArgReduceKind::max, dim, where);
}

Tensor argmin(const Tensor &x, int64_t dim, std::source_location where) {
  return arg_reduce(x, ArgReduceKind::min, dim, where);
}

} // namespace tgc
