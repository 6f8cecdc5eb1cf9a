// Activation functions.
#include "tgc/frontend/library/composite/Activation.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/CompositeCall.h"

#include <numbers>

namespace tgc {
namespace {

Tensor isPositive(const Tensor &x, std::source_location where) {
  return compare(x, 0, CompareDirection::GT, {}, where);
}

Tensor isNegative(const Tensor &x, std::source_location where) {
  return compare(x, 0, CompareDirection::LT, {}, where);
}

} // namespace

Tensor relu(const Tensor &x, std::source_location where) {
  const CompositeCall call("relu", where);
  call.needsValue({x});
  const Tensor off = compare(x, 0, CompareDirection::LE, {}, where);
  return select(off, 0, x, where);
}

Tensor leaky_relu(const Tensor &x, double slope, std::source_location where) {
  const CompositeCall call("leaky_relu", where);
  call.needsValue({x});
  return select(isNegative(x, where), multiply(x, slope, where), x, where);
}

Tensor prelu(const Tensor &x, const Tensor &slope, std::source_location where) {
  const CompositeCall call("prelu", where);
  call.needsValue({x});
  return select(isNegative(x, where), multiply(x, slope, where), x, where);
}

Tensor thresholded_relu(const Tensor &x, double threshold,
                        std::source_location where) {
  const CompositeCall call("thresholded_relu", where);
  call.needsValue({x});
  // Written so that NaN, which is not <= threshold, stays.
  const Tensor off = compare(x, threshold, CompareDirection::LE, {}, where);
  return select(off, 0, x, where);
}

Tensor elu(const Tensor &x, double alpha, std::source_location where) {
  const CompositeCall call("elu", where);
  call.needsFloat({x});
  // min keeps the branch that is not taken finite, and with it its derivative.
  const Tensor low = expm1(minimum(x, 0, where), where);
  return select(isPositive(x, where), x, multiply(low, alpha, where), where);
}

Tensor selu(const Tensor &x, double alpha, double gamma,
            std::source_location where) {
  const CompositeCall call("selu", where);
  call.needsFloat({x});
  return multiply(elu(x, alpha, where), gamma, where);
}

Tensor celu(const Tensor &x, double alpha, std::source_location where) {
  const CompositeCall call("celu", where);
  call.needsFloat({x});
  const Tensor scaled = divide(minimum(x, 0, where), alpha, where);
  return add(maximum(x, 0, where), multiply(expm1(scaled, where), alpha, where),
             where);
}

Tensor softplus(const Tensor &x, std::source_location where) {
  const CompositeCall call("softplus", where);
  call.needsFloat({x});
  const Tensor tail = exp(negate(abs(x, where), where), where);
  return add(maximum(x, 0, where), log1p(tail, where), where);
}

Tensor softsign(const Tensor &x, std::source_location where) {
  const CompositeCall call("softsign", where);
  call.needsFloat({x});
  return divide(x, add(abs(x, where), 1, where), where);
}

Tensor gelu(const Tensor &x, GeluOptions options, std::source_location where) {
  const CompositeCall call("gelu", where);
  call.needsFloat({x});
  Tensor inner;
  if (options.approximate) {
    const Tensor cube = multiply(multiply(x, x, where), x, where);
    const Tensor sum = add(x, multiply(cube, 0.044715, where), where);
    const double factor = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
    inner = tanh(multiply(sum, factor, where), where);
  } else {
    inner = erf(multiply(x, std::numbers::sqrt2 / 2, where), where);
  }
  return multiply(multiply(x, 0.5, where), add(inner, 1, where), where);
}

Tensor swish(const Tensor &x, double alpha, std::source_location where) {
  const CompositeCall call("swish", where);
  call.needsFloat({x});
  const Tensor scaled = alpha == 1 ? x : multiply(x, alpha, where);
  return multiply(x, logistic(scaled, where), where);
}

Tensor mish(const Tensor &x, std::source_location where) {
  const CompositeCall call("mish", where);
  call.needsFloat({x});
  return multiply(x, tanh(softplus(x, where), where), where);
}

Tensor hard_sigmoid(const Tensor &x, HardSigmoidOptions options,
                    std::source_location where) {
  const CompositeCall call("hard_sigmoid", where);
  call.needsFloat({x});
  const Tensor line =
      add(multiply(x, options.alpha, where), options.beta, where);
  return clamp(0, line, 1, where);
}

Tensor hard_swish(const Tensor &x, std::source_location where) {
  const CompositeCall call("hard_swish", where);
  call.needsFloat({x});
  return multiply(x, hard_sigmoid(x, {}, where), where);
}

Tensor shrink(const Tensor &x, double threshold, double bias,
              std::source_location where) {
  const CompositeCall call("shrink", where);
  call.needsValue({x});
  const Tensor above = compare(x, threshold, CompareDirection::GT, {}, where);
  const Tensor below = compare(x, -threshold, CompareDirection::LT, {}, where);
  // multiply keeps NaN, which is neither above nor below.
  const Tensor zero = multiply(x, 0, where);
  const Tensor low = select(below, add(x, bias, where), zero, where);
  return select(above, subtract(x, bias, where), low, where);
}

} // namespace tgc
