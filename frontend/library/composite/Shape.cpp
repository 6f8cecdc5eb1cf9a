// Other sizes for the same elements.
#include "tgc/frontend/library/composite/Shape.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/library/composite/NormalizedDims.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <numeric>

namespace tgc {
namespace {

/// The scalar value of a named size, which is not negative: the element of
/// 0, 1, 2, ... at that place. A fused program computes this one element.
Tensor symbolTensor(std::string_view name, std::source_location where) {
  const Dim size = dim(name);
  const Tensor counting = iota(0, {size + 1}, DType::i64, where);
  return reshape(slice(counting, {size}, {1}, {1}, where), {}, where);
}

} // namespace

Tensor unsqueeze(const Tensor &x, const Axes &dims,
                 std::source_location where) {
  const int64_t rank = x.rank() + static_cast<int64_t>(dims.size());
  const std::vector<int64_t> added =
      normalizedDims(dims, rank, "unsqueeze", where);
  Dims sizes;
  int64_t from = 0;
  for (int64_t d = 0; d < rank; ++d)
    sizes.push_back(std::binary_search(added.begin(), added.end(), d)
                        ? Dim(1)
                        : x.size(from++, where));
  return reshape(x, sizes, where);
}

Tensor squeeze(const Tensor &x, const Axes &dims, std::source_location where) {
  const std::vector<int64_t> removed =
      normalizedDims(dims, x.rank(), "squeeze", where);
  Dims sizes;
  for (int64_t d = 0; d < x.rank(); ++d) {
    const Dim size = x.size(d, where);
    if (!std::binary_search(removed.begin(), removed.end(), d))
      sizes.push_back(size);
    else if (size.expr().provablyDifferent(1))
      throwStatus(absl::InvalidArgumentError(absl::StrCat(
                      "tgc.squeeze: operand 0 ('x') has size ",
                      size.expr().text(), " in dimension ", d,
                      "; expected 1\n  fix: squeeze dimensions of size 1 "
                      "only")),
                  where);
  }
  return reshape(x, sizes, where);
}

Tensor flatten(const Tensor &x, int64_t dim, std::source_location where) {
  const int64_t rank = x.rank();
  const int64_t split = dim < 0 ? dim + rank : dim;
  if (split < 0 || split > rank)
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "tgc.flatten: dimension ", dim, "; expected one in [",
                    -rank, ", ", rank, "]\n  fix: the rank is ", rank)),
                where);
  Dim rows = 1, columns = 1;
  for (int64_t d = 0; d < rank; ++d) {
    Dim &side = d < split ? rows : columns;
    side = side * x.size(d, where);
  }
  return reshape(x, {rows, columns}, where);
}

Tensor broadcast_to(const Tensor &x, const Dims &sizes,
                    std::source_location where) {
  const int64_t added = static_cast<int64_t>(sizes.size()) - x.rank();
  if (added < 0)
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "tgc.broadcast_to: operand 0 ('x') has ", x.rank(),
                    " dimensions; expected at most ", sizes.size(),
                    ", the number of sizes\n  fix: name a size for every "
                    "dimension of x")),
                where);
  std::vector<int64_t> dims(static_cast<size_t>(x.rank()));
  std::iota(dims.begin(), dims.end(), added);
  return broadcast_in_dim(x, dims, sizes, where);
}

Tensor tile(const Tensor &x, const Dims &repeats, std::source_location where) {
  const int64_t rank = x.rank();
  if (static_cast<int64_t>(repeats.size()) != rank)
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "tgc.tile: ", repeats.size(), " repeats; expected ", rank,
                    ", the rank of operand 0 ('x')\n  fix: name one per "
                    "dimension")),
                where);
  // [a, b] repeated [p, q] times: to [p, a, q, b], then together.
  Dims wide, result;
  std::vector<int64_t> places;
  for (int64_t d = 0; d < rank; ++d) {
    const Dim size = x.size(d, where), repeat = repeats[static_cast<size_t>(d)];
    wide.push_back(repeat);
    wide.push_back(size);
    places.push_back(2 * d + 1);
    result.push_back(repeat * size);
  }
  return reshape(broadcast_in_dim(x, places, wide, where), result, where);
}

Tensor keep_dims(const Tensor &reduced, const Tensor &x, const Axes &dims,
                 std::source_location where) {
  return unsqueeze(reduced, normalizedDims(dims, x.rank(), "keep_dims", where),
                   where);
}

Tensor size_tensor(const Dim &size, DType dtype, std::source_location where) {
  DimExpr::Builder<Tensor> builder;
  auto scalar = [&](int64_t value) { return tensor(value, DType::i64, where); };
  builder.constant = scalar;
  builder.symbol = [&](std::string_view name) {
    return symbolTensor(name, where);
  };
  builder.add = [&](Tensor a, Tensor b) { return add(a, b, where); };
  builder.mul = [&](Tensor a, Tensor b) { return multiply(a, b, where); };
  // Rounded down: the truncated quotient of a - (a mod b), which b divides.
  builder.mod = [&](Tensor a, Tensor b) {
    return rem(add(rem(a, b, where), b, where), b, where);
  };
  builder.floorDiv = [&](Tensor a, Tensor b) {
    const Tensor rest = builder.mod(a, b);
    return divide(subtract(a, rest, where), b, where);
  };
  builder.min = [&](Tensor a, Tensor b) { return minimum(a, b, where); };
  builder.max = [&](Tensor a, Tensor b) { return maximum(a, b, where); };
  const Tensor value = size.expr().build(builder);
  return dtype == DType::i64 ? value : convert(value, dtype, where);
}

} // namespace tgc
