// Other sizes for the same elements.
#include "tgc/frontend/library/composite/Shape.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/CompositeCall.h"

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
  const CompositeCall call("unsqueeze", where);
  call.needsValue({x});
  const int64_t rank = x.rank() + static_cast<int64_t>(dims.size());
  const std::vector<int64_t> added =
      call.normalized("dims", dims, rank, "the result");
  Dims sizes;
  int64_t from = 0;
  for (int64_t d = 0; d < rank; ++d)
    sizes.push_back(std::binary_search(added.begin(), added.end(), d)
                        ? Dim(1)
                        : x.size(from++, where));
  return reshape(x, sizes, where);
}

Tensor squeeze(const Tensor &x, const Axes &dims, std::source_location where) {
  const CompositeCall call("squeeze", where);
  call.needsValue({x});
  const std::vector<int64_t> removed = call.normalized("dims", dims, {x});
  Dims sizes;
  for (int64_t d = 0; d < x.rank(); ++d) {
    const Dim size = x.size(d, where);
    if (!std::binary_search(removed.begin(), removed.end(), d))
      sizes.push_back(size);
    else if (size.expr().provablyDifferent(1))
      call.refuse(absl::StrCat("operand 0 ('x') has size ", size.expr().text(),
                               " in dimension ", d, "; expected 1"),
                  "squeeze dimensions of size 1 only");
  }
  return reshape(x, sizes, where);
}

Tensor flatten(const Tensor &x, int64_t dim, std::source_location where) {
  const CompositeCall call("flatten", where);
  call.needsValue({x});
  const int64_t rank = x.rank();
  const int64_t split = dim < 0 ? dim + rank : dim;
  if (split < 0 || split > rank)
    call.refuse(absl::StrCat("attribute 'dim' is ", dim, "; expected one in [",
                             -rank, ", ", rank,
                             "], as operand 0 ('x') has rank ", rank),
                "name the first dimension of the columns");
  Dim rows = 1, columns = 1;
  for (int64_t d = 0; d < rank; ++d) {
    Dim &side = d < split ? rows : columns;
    side = side * x.size(d, where);
  }
  return reshape(x, {rows, columns}, where);
}

Tensor broadcast_to(const Tensor &x, const Dims &sizes,
                    std::source_location where) {
  const CompositeCall call("broadcast_to", where);
  call.needsValue({x});
  const int64_t added = static_cast<int64_t>(sizes.size()) - x.rank();
  if (added < 0)
    call.refuse(absl::StrCat("operand 0 ('x') has rank ", x.rank(),
                             "; expected at most ", sizes.size(),
                             ", the number of sizes"),
                "name a size for every dimension of x");
  for (int64_t d = 0; d < x.rank(); ++d) {
    const DimExpr &size = x.impl()->type.dims[static_cast<size_t>(d)];
    const DimExpr &wanted = sizes[static_cast<size_t>(d + added)].expr();
    if (size.constant() != 1 && size.provablyDifferent(wanted))
      call.refuse(absl::StrCat("operand 0 ('x') has size ", size.text(),
                               " in dimension ", d, "; expected 1 or ",
                               wanted.text(), ", the size asked for"),
                  "only dimensions of size 1 repeat; tile repeats others");
  }
  std::vector<int64_t> dims(static_cast<size_t>(x.rank()));
  std::iota(dims.begin(), dims.end(), added);
  return broadcast_in_dim(x, dims, sizes, where);
}

Tensor tile(const Tensor &x, const Dims &repeats, std::source_location where) {
  const CompositeCall call("tile", where);
  call.needsValue({x});
  const int64_t rank = x.rank();
  if (static_cast<int64_t>(repeats.size()) != rank)
    call.refuse(absl::StrCat("attribute 'repeats' has length ", repeats.size(),
                             "; expected ", rank,
                             ", one per dimension of operand 0 ('x')"),
                "name one per dimension");
  for (size_t d = 0; d < repeats.size(); ++d)
    if (!repeats[d].expr().provablyAtLeast(0) && !repeats[d].is_symbolic())
      call.refuse(absl::StrCat("attribute 'repeats' in dimension ", d, " is ",
                               repeats[d].expr().text(),
                               "; expected 0 or more"),
                  "1 leaves a dimension as it is");
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
  const CompositeCall call("keep_dims", where);
  call.needsValue({reduced, 0, "reduced"});
  return unsqueeze(reduced, call.normalized("dims", dims, {x, 1}), where);
}

Tensor size_tensor(const Dim &size, DType dtype, std::source_location where) {
  const CompositeCall call("size_tensor", where);
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
