// Reductions with the names and defaults that users expect.
#include "tgc/frontend/library/composite/Reductions.h"

#include "tgc/frontend/eager/CompositeCall.h"
#include "tgc/frontend/library/composite/Shape.h"

#include "absl/strings/str_cat.h"

#include <numeric>

namespace tgc {
namespace {

Axes allDims(const Tensor &x) {
  std::vector<int64_t> dims(x.impl() ? static_cast<size_t>(x.rank())
                                     : size_t{0});
  std::iota(dims.begin(), dims.end(), 0);
  return dims;
}

/// `reduced` from x along `dims`, with them as size 1 if they are kept.
Tensor kept(const Tensor &reduced, const std::vector<int64_t> &dims,
            bool keepdims, std::source_location where) {
  return keepdims ? unsqueeze(reduced, dims, where) : reduced;
}

/// The sum or product of x, or of its integers as i64.
Tensor accumulated(const CompositeCall &call, const Tensor &x, ReduceKind kind,
                   const Axes &dims, const ReductionOptions &options) {
  const std::vector<int64_t> places = call.normalized("dims", dims, {x});
  const Tensor wide =
      isFloat(x.dtype()) ? x : convert(x, DType::i64, call.where);
  const Tensor y =
      reduce(wide, kind, places, {.accum = options.accum}, call.where);
  return kept(y, places, options.keepdims, call.where);
}

Tensor extremum(const CompositeCall &call, const Tensor &x, ReduceKind kind,
                const Axes &dims, const KeepDimsOptions &options) {
  const std::vector<int64_t> places = call.normalized("dims", dims, {x});
  for (int64_t dim : places)
    if (x.size(dim).expr().constant() == 0)
      call.refuse(absl::StrCat("operand 0 ('x') has size 0 in dimension ", dim,
                               "; expected at least one element"),
                  "use tgc.reduce, whose empty result is the identity");
  return kept(reduce(x, kind, places, {}, call.where), places, options.keepdims,
              call.where);
}

/// `kind` of x as truth values.
Tensor truth(const CompositeCall &call, const Tensor &x, ReduceKind kind,
             const Axes &dims, const KeepDimsOptions &options) {
  const std::vector<int64_t> places = call.normalized("dims", dims, {x});
  const Tensor flags =
      x.dtype() == DType::i1 ? x : convert(x, DType::i1, call.where);
  return kept(reduce(flags, kind, places, {}, call.where), places,
              options.keepdims, call.where);
}

Tensor position(const CompositeCall &call, const Tensor &x, ArgReduceKind kind,
                int64_t dim, const KeepDimsOptions &options) {
  const int64_t place = call.normalized("dim", dim, {x});
  if (x.size(place).expr().constant() == 0)
    call.refuse(absl::StrCat("operand 0 ('x') has size 0 in dimension ", place,
                             "; expected 1 or more"),
                "only a dimension with elements has a largest one");
  return kept(arg_reduce(x, kind, place, call.where), {place}, options.keepdims,
              call.where);
}

} // namespace

Tensor sum(const Tensor &x, std::source_location where) {
  return sum(x, allDims(x), {}, where);
}

Tensor sum(const Tensor &x, const Axes &dims, const ReductionOptions &options,
           std::source_location where) {
  const CompositeCall call("sum", where);
  return accumulated(call, x, ReduceKind::add, dims, options);
}

Tensor prod(const Tensor &x, std::source_location where) {
  return prod(x, allDims(x), {}, where);
}

Tensor prod(const Tensor &x, const Axes &dims, const ReductionOptions &options,
            std::source_location where) {
  const CompositeCall call("prod", where);
  return accumulated(call, x, ReduceKind::mul, dims, options);
}

Tensor mean(const Tensor &x, std::source_location where) {
  return mean(x, allDims(x), {}, where);
}

Tensor mean(const Tensor &x, const Axes &dims, const ReductionOptions &options,
            std::source_location where) {
  const CompositeCall call("mean", where);
  const std::vector<int64_t> places = call.normalized("dims", dims, {x});
  const Tensor values = isFloat(x.dtype()) ? x : convert(x, DType::f32, where);
  const Tensor total =
      accumulated(call, values, ReduceKind::add, dims, options);
  Dim count = 1;
  for (int64_t dim : places)
    count = count * x.size(dim, where);
  if (const std::optional<int64_t> number = count.expr().constant())
    return divide(total, static_cast<double>(*number), where);
  return divide(total, size_tensor(count, total.dtype(), where), where);
}

Tensor max(const Tensor &x, std::source_location where) {
  return max(x, allDims(x), {}, where);
}

Tensor max(const Tensor &x, const Axes &dims, const KeepDimsOptions &options,
           std::source_location where) {
  const CompositeCall call("max", where);
  return extremum(call, x, ReduceKind::max, dims, options);
}

Tensor min(const Tensor &x, std::source_location where) {
  return min(x, allDims(x), {}, where);
}

Tensor min(const Tensor &x, const Axes &dims, const KeepDimsOptions &options,
           std::source_location where) {
  const CompositeCall call("min", where);
  return extremum(call, x, ReduceKind::min, dims, options);
}

Tensor any(const Tensor &x, std::source_location where) {
  return any(x, allDims(x), {}, where);
}

Tensor any(const Tensor &x, const Axes &dims, const KeepDimsOptions &options,
           std::source_location where) {
  const CompositeCall call("any", where);
  return truth(call, x, ReduceKind::bitwise_or, dims, options);
}

Tensor all(const Tensor &x, std::source_location where) {
  return all(x, allDims(x), {}, where);
}

Tensor all(const Tensor &x, const Axes &dims, const KeepDimsOptions &options,
           std::source_location where) {
  const CompositeCall call("all", where);
  return truth(call, x, ReduceKind::bitwise_and, dims, options);
}

Tensor logsumexp(const Tensor &x, const Axes &dims,
                 const KeepDimsOptions &options, std::source_location where) {
  const CompositeCall call("logsumexp", where);
  call.needsFloat({x});
  const std::vector<int64_t> places = call.normalized("dims", dims, {x});
  const Tensor largest = reduce(x, ReduceKind::max, places, {}, where);
  const Tensor shift = select(is_finite(largest, where), largest, 0, where);
  const Tensor powers =
      exp(subtract(x, unsqueeze(shift, places, where), where), where);
  const Tensor total = reduce(powers, ReduceKind::add, places, {}, where);
  return kept(add(log(total, where), shift, where), places, options.keepdims,
              where);
}

Tensor argmax(const Tensor &x, int64_t dim, const KeepDimsOptions &options,
              std::source_location where) {
  const CompositeCall call("argmax", where);
  return position(call, x, ArgReduceKind::max, dim, options);
}

Tensor argmin(const Tensor &x, int64_t dim, const KeepDimsOptions &options,
              std::source_location where) {
  const CompositeCall call("argmin", where);
  return position(call, x, ArgReduceKind::min, dim, options);
}

} // namespace tgc
