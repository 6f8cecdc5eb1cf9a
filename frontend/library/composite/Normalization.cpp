// Normalization layers as functions of their parameters.
#include "tgc/frontend/library/composite/Normalization.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/CompositeCall.h"
#include "tgc/frontend/library/composite/Reductions.h"
#include "tgc/frontend/library/composite/Shape.h"

#include "absl/strings/str_cat.h"

#include <algorithm>

namespace tgc {
namespace {

/// mean of x over `dims`, which stay as size 1.
Tensor keptMean(const Tensor &x, const Axes &dims, std::source_location where) {
  return keep_dims(mean(x, dims, {}, where), x, dims, where);
}

Axes dimsFrom(int64_t first, int64_t rank) {
  std::vector<int64_t> dims;
  for (int64_t d = first; d < rank; ++d)
    dims.push_back(d);
  return dims;
}

/// A vector with one number per channel, shaped to broadcast against x of
/// `rank` dimensions with channels in dimension 1.
Tensor perChannel(const Tensor &v, int64_t rank, std::source_location where) {
  if (rank <= 2)
    return v;
  return unsqueeze(v, dimsFrom(1, rank - 1), where);
}

} // namespace

Moments moments(const Tensor &x, const Axes &dims, double epsilon,
                std::source_location where) {
  const CompositeCall call("moments", where);
  call.needsFloat({x});
  call.normalized("dims", dims, {x});
  const Tensor center = keptMean(x, dims, where);
  const Tensor distance = subtract(x, center, where);
  const Tensor var = keptMean(multiply(distance, distance, where), dims, where);
  return {center, rsqrt(add(var, epsilon, where), where)};
}

Tensor batch_norm(const Tensor &x, const Tensor &scale, const Tensor &bias,
                  const Tensor &mean, const Tensor &var, double epsilon,
                  std::source_location where) {
  const CompositeCall call("batch_norm", where);
  call.needsFloat({x});
  const Tensor factor =
      divide(scale, sqrt(add(var, epsilon, where), where), where);
  const Tensor shift = subtract(bias, multiply(mean, factor, where), where);
  const int64_t rank = x.rank();
  return add(multiply(x, perChannel(factor, rank, where), where),
             perChannel(shift, rank, where), where);
}

Tensor layer_norm(const Tensor &x, const std::optional<Tensor> &scale,
                  const std::optional<Tensor> &bias, LayerNormOptions options,
                  std::source_location where) {
  const CompositeCall call("layer_norm", where);
  call.needsFloat({x});
  const int64_t first = call.normalized("dim", options.dim, {x});
  const Moments m =
      moments(x, dimsFrom(first, x.rank()), options.epsilon, where);
  Tensor y = multiply(subtract(x, m.mean, where), m.inverse_deviation, where);
  if (scale)
    y = multiply(y, *scale, where);
  return bias ? add(y, *bias, where) : y;
}

Tensor rms_norm(const Tensor &x, const Tensor &scale, LayerNormOptions options,
                std::source_location where) {
  const CompositeCall call("rms_norm", where);
  call.needsFloat({x});
  const int64_t first = call.normalized("dim", options.dim, {x});
  const Tensor square =
      keptMean(multiply(x, x, where), dimsFrom(first, x.rank()), where);
  const Tensor factor = rsqrt(add(square, options.epsilon, where), where);
  return multiply(multiply(x, factor, where), scale, where);
}

Tensor instance_norm(const Tensor &x, const Tensor &scale, const Tensor &bias,
                     double epsilon, std::source_location where) {
  const CompositeCall call("instance_norm", where);
  call.needsFloat({x});
  call.needsRank({x}, 3, "channels are dimension 1, positions follow");
  const int64_t rank = x.rank();
  const Moments m = moments(x, dimsFrom(2, rank), epsilon, where);
  const Tensor normal =
      multiply(subtract(x, m.mean, where), m.inverse_deviation, where);
  return add(multiply(normal, perChannel(scale, rank, where), where),
             perChannel(bias, rank, where), where);
}

Tensor group_norm(const Tensor &x, int64_t groups, const Tensor &scale,
                  const Tensor &bias, double epsilon,
                  std::source_location where) {
  const CompositeCall call("group_norm", where);
  call.needsFloat({x});
  call.needsRank({x}, 3, "channels are dimension 1, positions follow");
  const int64_t rank = x.rank();
  const DimExpr &size = x.impl()->type.dims[1];
  const std::optional<int64_t> channels = size.constant();
  if (groups < 1)
    call.refuse(
        absl::StrCat("attribute 'groups' is ", groups, "; expected 1 or more"),
        "one group normalizes all channels together");
  if (!channels || *channels % groups != 0)
    call.refuse(absl::StrCat("operand 0 ('x') has size ", size.text(),
                             " in dimension 1; expected a multiple of ", groups,
                             ", the number of groups"),
                "channels are dimension 1 and divide by the groups");
  Dims grouped = {x.size(0, where), groups, *channels / groups};
  for (int64_t d = 2; d < rank; ++d)
    grouped.push_back(x.size(d, where));
  const Tensor parts = reshape(x, grouped, where);
  const Moments m = moments(parts, dimsFrom(2, rank + 1), epsilon, where);
  const Tensor normal =
      multiply(subtract(parts, m.mean, where), m.inverse_deviation, where);
  const Tensor y = reshape(normal, x.shape(), where);
  return add(multiply(y, perChannel(scale, rank, where), where),
             perChannel(bias, rank, where), where);
}

} // namespace tgc
