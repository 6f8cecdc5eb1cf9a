// Pools as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Pooling.h"
#include "tgc/frontend/library/composite/Reductions.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/onnx/convert/Slices.h"
#include "tgc/frontend/onnx/convert/Windows.h"

#include "absl/strings/str_cat.h"

#include <limits>

namespace tgc::onnx::convert {
namespace {

PoolOptions optionsOf(Conversion &c, const Windows &w) {
  PoolOptions options;
  options.strides = w.strides;
  options.lo = w.staticLo();
  options.hi = w.staticHi();
  options.dilation = w.dilations;
  // SAME has already rounded up.
  const std::string mode = c.text("auto_pad");
  options.ceil_mode = c.integer("ceil_mode") != 0 && mode != "SAME_UPPER" &&
                      mode != "SAME_LOWER";
  return options;
}

/// What padding must be so that a maximum ignores it.
Tensor leastValue(DType dtype) {
  if (isFloat(dtype))
    return tgc::convert(
        tgc::tensor(-std::numeric_limits<double>::infinity(), DType::f64),
        dtype);
  if (dtype == DType::u8)
    return scalarOf(0, dtype);
  return tgc::convert(
      tgc::tensor(dtype == DType::i32 ? int64_t{INT32_MIN} : INT64_MIN), dtype);
}

/// Every dimension from 2 on.
std::vector<int64_t> spatialDims(Conversion &c, const Tensor &x) {
  if (x.rank() < 3)
    c.invalid(absl::StrCat("input 0 has ", x.rank(),
                           " dimensions; expected batch, channels and at "
                           "least one more\n  fix: unsqueeze the input"));
  std::vector<int64_t> dims;
  for (int64_t d = 2; d < x.rank(); ++d)
    dims.push_back(d);
  return dims;
}

} // namespace

Operands averagePool(Conversion &c) {
  const Tensor x = c.input(0);
  const Windows w = windowsOf(c, x, c.integers("kernel_shape"));
  if (!w.isStatic())
    c.unsupported(Reason::NotYet,
                  "; auto_pad=" + c.text("auto_pad") + " of symbolic sizes");
  PoolOptions options = optionsOf(c, w);
  options.count_include_pad = c.integer("count_include_pad") != 0;
  return {tgc::avg_pool(x, w.kernel, options)};
}

Operands globalAveragePool(Conversion &c) {
  const Tensor x = c.input(0);
  const std::vector<int64_t> dims = spatialDims(c, x);
  return {tgc::keep_dims(tgc::mean(x, dims), x, dims)};
}

Operands globalMaxPool(Conversion &c) {
  const Tensor x = c.input(0);
  const std::vector<int64_t> dims = spatialDims(c, x);
  return {tgc::keep_dims(tgc::reduce(x, ReduceKind::max, dims), x, dims)};
}

/// (sum |x|^p)^(1/p) of every window.
Operands lpPool(Conversion &c) {
  const Tensor x = c.input(0);
  const Windows w = windowsOf(c, x, c.integers("kernel_shape"));
  if (!w.isStatic())
    c.unsupported(Reason::NotYet,
                  "; auto_pad=" + c.text("auto_pad") + " of symbolic sizes");
  const auto p = static_cast<double>(c.integer("p"));
  const PoolOptions options = optionsOf(c, w);
  const Tensor powers =
      p == 2 ? tgc::multiply(x, x) : tgc::power(tgc::abs(x), p);
  const Tensor total = tgc::sum_pool(powers, w.kernel, options);
  return {p == 2 ? tgc::sqrt(total) : tgc::power(total, 1 / p)};
}

Operands maxPool(Conversion &c) {
  Tensor x = c.input(0);
  Windows w = windowsOf(c, x, c.integers("kernel_shape"));
  if (!w.isStatic()) {
    x = padded(x, w, leastValue(x.dtype()));
    w.lo.assign(w.kernel.size(), 0);
    w.hi = w.lo;
  }
  return {tgc::max_pool(x, w.kernel, optionsOf(c, w))};
}

} // namespace tgc::onnx::convert
