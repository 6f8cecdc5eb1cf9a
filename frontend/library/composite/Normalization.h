// Normalization layers as functions of their parameters.
#ifndef TGC_FRONTEND_LIBRARY_COMPOSITE_NORMALIZATION_H
#define TGC_FRONTEND_LIBRARY_COMPOSITE_NORMALIZATION_H

#include "tgc/frontend/api/Tensor.h"

#include <optional>

namespace tgc {

/// What a normalization subtracts and multiplies by: both broadcast against x.
struct Moments {
  Tensor mean;
  /// 1 / sqrt(variance + epsilon); the variance is that of the population, in
  /// two passes.
  Tensor inverse_deviation;
};

/// Mean and inverse deviation of x, a float, over `dims`, which stay as size 1.
///
/// Errors: a dim outside [-rank, rank), or named twice.
TGC_API Moments
moments(const Tensor &x, const Axes &dims, double epsilon,
        std::source_location where = std::source_location::current());

/// (x - mean) / sqrt(var + epsilon) * scale + bias with given statistics: batch
/// normalization at inference. Ioffe, Szegedy 2015.
///
/// x: a float, channels in dimension 1 (0 for a vector); the others: vectors
/// of one number per channel. Computed as x * s + (bias - mean * s),
/// s = scale / sqrt(var + epsilon), one multiplication and addition an element.
TGC_API Tensor
batch_norm(const Tensor &x, const Tensor &scale, const Tensor &bias,
           const Tensor &mean, const Tensor &var, double epsilon = 1e-5,
           std::source_location where = std::source_location::current());

struct LayerNormOptions {
  /// First of the dimensions that are normalized together.
  int64_t dim = -1;
  double epsilon = 1e-5;
};

/// (x - mean(x)) / sqrt(var(x) + epsilon) * scale + bias over the dimensions
/// from `dim` on. Ba et al. 2016.
///
/// x: a float; scale, bias: broadcast against x.
TGC_API Tensor
layer_norm(const Tensor &x, const std::optional<Tensor> &scale,
           const std::optional<Tensor> &bias, LayerNormOptions options = {},
           std::source_location where = std::source_location::current());

/// x / sqrt(mean(x^2) + epsilon) * scale over the dimensions from `dim` on.
/// Zhang, Sennrich 2019.
TGC_API Tensor
rms_norm(const Tensor &x, const Tensor &scale, LayerNormOptions options = {},
         std::source_location where = std::source_location::current());

/// Normalizes every channel of every example over its spatial dimensions, then
/// scales and shifts per channel. Ulyanov et al. 2016.
///
/// x: a float [batch, channels, ...]; scale, bias: one number per channel.
/// Errors: a rank below 3.
TGC_API Tensor
instance_norm(const Tensor &x, const Tensor &scale, const Tensor &bias,
              double epsilon = 1e-5,
              std::source_location where = std::source_location::current());

/// Normalizes the channels of every example in `groups` equal groups, then
/// scales and shifts per channel. Wu, He 2018.
///
/// x: a float [batch, channels, ...]; scale, bias: one number per channel.
/// Errors: a rank below 3, or a number of channels that is not static or not a
/// multiple of `groups`.
TGC_API Tensor
group_norm(const Tensor &x, int64_t groups, const Tensor &scale,
           const Tensor &bias, double epsilon = 1e-5,
           std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_LIBRARY_COMPOSITE_NORMALIZATION_H
