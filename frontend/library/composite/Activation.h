// Activation functions.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_ACTIVATION_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_ACTIVATION_H

#include "tgc/frontend/api/Tensor.h"

namespace tgc {

// Every function here is elementwise: the result has the shape and dtype of x,
// a float unless said otherwise. NaN gives NaN.

/// x where x > 0, else 0. Numbers of any dtype. relu(-0) = 0; the derivative
/// at 0 is 0.
TGC_API Tensor relu(const Tensor &x, std::source_location where =
                                         std::source_location::current());

/// x where x >= 0, else slope * x.
TGC_API Tensor
leaky_relu(const Tensor &x, double slope = 0.01,
           std::source_location where = std::source_location::current());

/// leaky_relu with a slope per element: `slope` broadcasts against x.
TGC_API Tensor
prelu(const Tensor &x, const Tensor &slope,
      std::source_location where = std::source_location::current());

/// x where x > threshold, else 0.
TGC_API Tensor
thresholded_relu(const Tensor &x, double threshold = 1,
                 std::source_location where = std::source_location::current());

/// x where x > 0, else alpha * (exp(x) - 1). Clevert et al. 2015.
TGC_API Tensor
elu(const Tensor &x, double alpha = 1,
    std::source_location where = std::source_location::current());

/// gamma * elu(x, alpha) with the fixed point of zero mean and unit variance.
/// Klambauer et al. 2017.
TGC_API Tensor
selu(const Tensor &x, double alpha = 1.6732632423543772,
     double gamma = 1.0507009873554805,
     std::source_location where = std::source_location::current());

/// max(0, x) + min(0, alpha * (exp(x / alpha) - 1)). Barron 2017.
TGC_API Tensor
celu(const Tensor &x, double alpha = 1,
     std::source_location where = std::source_location::current());

/// log(1 + exp(x)), as max(x, 0) + log1p(exp(-|x|)): never overflows.
TGC_API Tensor softplus(const Tensor &x, std::source_location where =
                                             std::source_location::current());

/// x / (1 + |x|).
TGC_API Tensor softsign(const Tensor &x, std::source_location where =
                                             std::source_location::current());

struct GeluOptions {
  /// True: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), within 1e-3 of it.
  bool approximate = false;
};

/// x times the normal distribution function: x/2 (1 + erf(x / sqrt(2))).
/// Hendrycks, Gimpel 2016.
TGC_API Tensor
gelu(const Tensor &x, GeluOptions options = {},
     std::source_location where = std::source_location::current());

/// x * logistic(alpha * x): silu for alpha = 1. Ramachandran et al. 2017.
TGC_API Tensor
swish(const Tensor &x, double alpha = 1,
      std::source_location where = std::source_location::current());

/// x * tanh(softplus(x)). Misra 2019.
TGC_API Tensor mish(const Tensor &x, std::source_location where =
                                         std::source_location::current());

struct HardSigmoidOptions {
  double alpha = 1.0 / 6;
  double beta = 0.5;
};

/// alpha * x + beta, clamped to [0, 1].
TGC_API Tensor
hard_sigmoid(const Tensor &x, HardSigmoidOptions options = {},
             std::source_location where = std::source_location::current());

/// x * hard_sigmoid(x). Howard et al. 2019.
TGC_API Tensor hard_swish(const Tensor &x, std::source_location where =
                                               std::source_location::current());

/// Where |x| > threshold, x moved toward 0 by `bias`, else 0.
TGC_API Tensor
shrink(const Tensor &x, double threshold = 0.5, double bias = 0,
       std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_ACTIVATION_H
