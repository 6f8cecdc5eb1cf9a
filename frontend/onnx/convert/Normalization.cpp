// Normalizations and softmaxes as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Normalization.h"
#include "tgc/frontend/library/composite/Reductions.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/library/composite/Softmax.h"

#include "absl/strings/str_cat.h"

#include <numeric>

namespace tgc::onnx::convert {
namespace {

/// f along one axis; before opset 13 along all dimensions from `axis` on
/// together.
template <class F> Operands alongAxis(Conversion &c, F f) {
  const Tensor x = c.input(0);
  const int64_t axis =
      x.rank() == 0 && c.since() < 13 ? 0 : c.axis("axis", x.rank());
  if (c.since() >= 13 || axis == x.rank() - 1)
    return {f(x, axis)};
  return {tgc::reshape(f(tgc::flatten(x, axis), 1), x.shape())};
}

std::vector<int64_t> dimsFrom(int64_t first, int64_t rank) {
  std::vector<int64_t> dims(static_cast<size_t>(rank - first));
  std::iota(dims.begin(), dims.end(), first);
  return dims;
}

/// One number per group as one per channel.
Tensor perChannel(const Tensor &v, const Dim &channels, int64_t groups) {
  const Dim size = floor_div(channels, groups);
  return tgc::reshape(tgc::broadcast_in_dim(v, {0}, {Dim(groups), size}),
                      {channels});
}

} // namespace

/// At inference. Before opset 14 a node may list outputs of training, which
/// nothing reads.
Operands batchNormalization(Conversion &c) {
  for (int i = 1; i < c.numOutputs(); ++i)
    if (c.wants(i) && c.opset() >= 14)
      c.unsupported(Reason::NotYet, "; outputs of training");
  const Tensor y = tgc::batch_norm(c.input(0), c.input(1), c.input(2),
                                   c.input(3), c.input(4), c.real("epsilon"));
  Operands results(static_cast<size_t>(c.numOutputs()));
  results[0] = y;
  for (size_t i = 1; i < results.size(); ++i)
    results[i].poisoned = true;
  return results;
}

Operands groupNormalization(Conversion &c) {
  const Tensor x = c.input(0);
  Tensor scale = c.input(1), bias = c.input(2);
  const int64_t groups = c.integer("num_groups");
  if (c.since() < 21 && groups > 0 && x.rank() > 1) {
    scale = perChannel(scale, x.size(1), groups);
    bias = perChannel(bias, x.size(1), groups);
  }
  return {tgc::group_norm(x, groups, scale, bias, c.real("epsilon"))};
}

/// 1 at the first largest element, else 0.
Operands hardmax(Conversion &c) {
  return alongAxis(c, [](const Tensor &x, int64_t axis) {
    const Tensor best = tgc::keep_dims(tgc::argmax(x, axis), x, {axis});
    std::vector<int64_t> behind;
    for (int64_t d = 1; d < x.rank() - axis; ++d)
      behind.push_back(d);
    const Tensor place =
        tgc::unsqueeze(tgc::iota(0, {x.size(axis)}, DType::i64), behind);
    return tgc::convert(tgc::compare(place, best, CompareDirection::EQ),
                        x.dtype());
  });
}

Operands instanceNormalization(Conversion &c) {
  return {tgc::instance_norm(c.input(0), c.input(1), c.input(2),
                             c.real("epsilon"))};
}

Operands layerNormalization(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t axis = c.axis("axis", x.rank());
  const double epsilon = c.real("epsilon");
  const Tensor y =
      tgc::layer_norm(x, c.input(1), c.optionalInput(2), {axis, epsilon});
  if (!c.wants(1) && !c.wants(2))
    return {y};
  const Moments m = tgc::moments(x, dimsFrom(axis, x.rank()), epsilon);
  return {y, m.mean, m.inverse_deviation};
}

Operands logSoftmax(Conversion &c) {
  return alongAxis(c, [](const Tensor &x, int64_t axis) {
    return tgc::log_softmax(x, axis);
  });
}

Operands lpNormalization(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t axis = c.axis("axis", x.rank());
  const bool square = c.integer("p") == 2;
  const Tensor total = tgc::reduce(square ? tgc::multiply(x, x) : tgc::abs(x),
                                   ReduceKind::add, {axis});
  const Tensor norm = square ? tgc::sqrt(total) : total;
  return {tgc::divide(x, tgc::keep_dims(norm, x, {axis}))};
}

/// x / (bias + alpha / size * sum of squares of `size` neighbouring
/// channels)^beta. Krizhevsky et al. 2012.
Operands lrn(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t size = c.integer("size");
  if (x.rank() < 2 || size < 1)
    c.invalid(absl::StrCat("input 0 has ", x.rank(),
                           " dimensions and attribute 'size' is ", size,
                           "; expected at least 2 and 1"));
  std::vector<int64_t> window(static_cast<size_t>(x.rank()), 1);
  window[1] = size;
  std::vector<int64_t> lo(window.size(), 0), hi(window.size(), 0);
  lo[1] = (size - 1) / 2;
  hi[1] = size - 1 - lo[1];
  ReduceWindowOptions options;
  options.lo = lo;
  options.hi = hi;
  const Tensor total =
      tgc::reduce_window(tgc::multiply(x, x), ReduceKind::add, window, options);
  const double factor = c.real("alpha") / static_cast<double>(size);
  const Tensor base = tgc::add(tgc::multiply(total, factor), c.real("bias"));
  return {tgc::divide(x, tgc::power(base, c.real("beta")))};
}

/// (x - mean) / (deviation + 1e-9).
Operands meanVarianceNormalization(Conversion &c) {
  const Tensor x = c.input(0);
  const std::vector<int64_t> dims = c.hasAttribute("axes")
                                        ? c.integers("axes")
                                        : std::vector<int64_t>{0, 2, 3};
  auto mean = [&](const Tensor &v) {
    return tgc::keep_dims(tgc::mean(v, dims), x, dims);
  };
  const Tensor distance = tgc::subtract(x, mean(x));
  const Tensor deviation = tgc::sqrt(mean(tgc::multiply(distance, distance)));
  return {tgc::divide(distance, tgc::add(deviation, 1e-9))};
}

Operands rmsNormalization(Conversion &c) {
  const Tensor x = c.input(0);
  const int64_t axis = c.axis("axis", x.rank());
  return {tgc::rms_norm(x, c.input(1), {axis, c.real("epsilon")})};
}

Operands softmax(Conversion &c) {
  return alongAxis(
      c, [](const Tensor &x, int64_t axis) { return tgc::softmax(x, axis); });
}

} // namespace tgc::onnx::convert
