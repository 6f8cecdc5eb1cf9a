// Matrix products and convolutions as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Matmul.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/onnx/convert/Slices.h"
#include "tgc/frontend/onnx/convert/Windows.h"
#include "tgc/runtime/core/CheckedSize.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <numeric>

namespace tgc::onnx::convert {
namespace {

/// y + bias, one number per channel (dimension 1).
Tensor withBias(const Tensor &y, const std::optional<Tensor> &bias) {
  if (!bias)
    return y;
  std::vector<int64_t> behind;
  for (int64_t d = 1; d < y.rank() - 1; ++d)
    behind.push_back(d);
  return tgc::add(y, tgc::unsqueeze(*bias, behind));
}

/// The spatial sizes of the kernels `w`: their own, which must be numbers
/// unless the node says them.
std::vector<int64_t> kernelOf(Conversion &c, const Tensor &x, const Tensor &w) {
  if (w.rank() < 3 || w.rank() != x.rank())
    c.invalid(absl::StrCat("input 1 has ", w.rank(), " dimensions; expected ",
                           x.rank(),
                           ", as many as input 0, and at least 3\n"
                           "  fix: unsqueeze one of them"));
  const auto count = static_cast<size_t>(w.rank()) - 2;
  std::vector<int64_t> kernel = c.integers("kernel_shape");
  if (!kernel.empty() && kernel.size() != count)
    c.invalid(absl::StrCat("attribute 'kernel_shape' has ", kernel.size(),
                           " entries; expected ", count));
  for (size_t i = 0; i < count; ++i) {
    const DimExpr size = w.size(static_cast<int64_t>(i) + 2).expr();
    if (i == kernel.size()) {
      if (!size.isConstant())
        c.unsupported(Reason::NotYet, "; the kernel's sizes are symbolic");
      kernel.push_back(*size.constant());
    } else if (size.provablyDifferent(kernel[i])) {
      c.invalid(absl::StrCat("attribute 'kernel_shape' has the entry ",
                             kernel[i], "; expected ", size.text(),
                             ", the size of input 1\n  fix: export the model "
                             "again"));
    }
  }
  return kernel;
}

int64_t groupsOf(Conversion &c) {
  const int64_t groups = c.integer("group");
  if (groups < 1)
    c.invalid(
        absl::StrCat("attribute 'group' is ", groups, "; expected at least 1"));
  return groups;
}

/// [in, out / groups, ...] as the kernels of a forward convolution: features
/// swapped inside every group, positions mirrored.
Tensor transposedKernels(Conversion &c, const Tensor &w, int64_t groups) {
  std::vector<int64_t> spatial(static_cast<size_t>(w.rank()) - 2);
  std::iota(spatial.begin(), spatial.end(), 2);
  const std::optional<int64_t> in = w.size(0).expr().constant();
  const std::optional<int64_t> out = w.size(1).expr().constant();
  if (!in || !out)
    c.unsupported(Reason::NotYet, "; the kernel's features are symbolic");
  if (*in % groups != 0)
    c.invalid(absl::StrCat("input 1 has ", *in,
                           " input features; expected a "
                           "multiple of ",
                           groups, " groups\n  fix: correct 'group'"));
  Dims split = {groups, *in / groups, *out},
       merged = {groups * *out, *in / groups};
  std::vector<int64_t> perm = {0, 2, 1};
  for (int64_t d = 2; d < w.rank(); ++d) {
    split.push_back(w.size(d));
    merged.push_back(w.size(d));
    perm.push_back(d + 1);
  }
  const Tensor swapped = tgc::transpose(tgc::reshape(w, split), perm);
  return tgc::reverse(tgc::reshape(swapped, merged), spatial);
}

/// The padding of a ConvTranspose whose result has the sizes `output_shape`:
/// what is cut off the full result, split as auto_pad says.
void padToOutputShape(Conversion &c, const Tensor &x, Windows &w,
                      const std::vector<int64_t> &more) {
  std::vector<int64_t> wanted = c.integers("output_shape");
  if (wanted.size() == w.kernel.size() + 2)
    wanted.erase(wanted.begin(), wanted.begin() + 2);
  if (wanted.size() != w.kernel.size())
    c.invalid(absl::StrCat("attribute 'output_shape' has ", wanted.size(),
                           " entries; expected ", w.kernel.size()));
  for (size_t d = 0; d < wanted.size(); ++d) {
    const DimExpr size = x.size(static_cast<int64_t>(d) + 2).expr();
    const DimExpr reach = DimExpr(w.kernel[d] - 1) * w.dilations[d] + 1;
    const DimExpr total =
        w.strides[d] * (size - 1) + more[d] + reach - wanted[d];
    if (!total.isConstant())
      c.unsupported(Reason::NotYet, "; output_shape with symbolic sizes");
    if (*total.constant() < 0) { // zeros behind the full result
      w.lo[d] = 0;
      w.hi[d] = total;
      continue;
    }
    const DimExpr half = floor_div(total, 2);
    const DimExpr rest = total - half;
    const bool upper = c.text("auto_pad") == "SAME_UPPER";
    w.lo[d] = upper ? half : rest;
    w.hi[d] = upper ? rest : half;
  }
}

} // namespace

Operands conv(Conversion &c) {
  Tensor x = c.input(0);
  const Tensor w = c.input(1);
  Windows windows = windowsOf(c, x, kernelOf(c, x, w));
  if (!windows.isStatic()) {
    x = padded(x, windows, scalarOf(0, x.dtype()));
    windows.lo.assign(windows.kernel.size(), 0);
    windows.hi = windows.lo;
  }
  ConvolutionOptions options;
  options.strides = windows.strides;
  options.lo = windows.staticLo();
  options.hi = windows.staticHi();
  options.rhs_dilation = windows.dilations;
  options.feature_group_count = groupsOf(c);
  return {withBias(tgc::convolution(x, w, options), c.optionalInput(2))};
}

/// A convolution of x with holes between its elements. Where the padding asks
/// to cut into the result, the cut is a slice.
Operands convTranspose(Conversion &c) {
  const Tensor x = c.input(0), w = c.input(1);
  const size_t count = kernelOf(c, x, w).size();
  const int64_t groups = groupsOf(c);
  const std::string mode = c.text("auto_pad");
  Windows windows = windowsOf(c, x, kernelOf(c, x, w));
  const std::vector<int64_t> more =
      spatialList(c, "output_padding", count, 0, 0);
  if (c.hasAttribute("output_shape")) {
    padToOutputShape(c, x, windows, more);
  } else if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    // size * stride: cut what the kernel reaches beyond a stride.
    for (size_t d = 0; d < count; ++d) {
      const DimExpr reach =
          DimExpr(windows.kernel[d] - 1) * windows.dilations[d] + 1;
      const DimExpr total = max(reach + more[d] - windows.strides[d], 0);
      const DimExpr half = floor_div(total, 2);
      windows.lo[d] = mode == "SAME_UPPER" ? half : total - half;
      windows.hi[d] = mode == "SAME_UPPER" ? total - half : half;
    }
  }

  ConvolutionOptions options;
  options.lhs_dilation = windows.strides;
  options.rhs_dilation = windows.dilations;
  options.feature_group_count = groups;
  std::vector<int64_t> lo, hi, cutLo, cutHi;
  for (size_t d = 0; d < count; ++d) {
    const DimExpr reach = DimExpr(windows.kernel[d] - 1) * windows.dilations[d];
    const auto first = (reach - windows.lo[d]).constant();
    const auto last = (reach - windows.hi[d] + more[d]).constant();
    if (!first || !last)
      c.invalid("the padding does not fit 64 bits\n  fix: export the model "
                "again");
    lo.push_back(std::max<int64_t>(*first, 0));
    hi.push_back(std::max<int64_t>(*last, 0));
    cutLo.push_back(std::max<int64_t>(-*first, 0));
    cutHi.push_back(std::max<int64_t>(-*last, 0));
  }
  options.lo = lo;
  options.hi = hi;
  Tensor y = tgc::convolution(x, transposedKernels(c, w, groups), options);
  Windows cut;
  for (size_t d = 0; d < count; ++d) {
    cut.lo.push_back(-cutLo[d]);
    cut.hi.push_back(-cutHi[d]);
  }
  if (cutLo != std::vector<int64_t>(count, 0) ||
      cutHi != std::vector<int64_t>(count, 0))
    y = padded(y, cut, scalarOf(0, y.dtype()));
  return {withBias(y, c.optionalInput(2))};
}

/// alpha * A' * B' + beta * C. A factor of 1 is left out.
Operands gemm(Conversion &c) {
  const Tensor a = c.input(0), b = c.input(1);
  for (const Tensor &x : {a, b})
    if (x.rank() != 2)
      c.invalid(absl::StrCat("an operand has ", x.rank(),
                             " dimensions; expected 2\n  fix: use MatMul"));
  const int64_t ofA = c.integer("transA") != 0 ? 0 : 1;
  const int64_t ofB = c.integer("transB") != 0 ? 1 : 0;
  const double alpha = c.real("alpha"), beta = c.real("beta");
  Tensor y = tgc::dot_general(a, b, {ofA}, {ofB});
  if (alpha != 1)
    y = tgc::multiply(y, alpha);
  if (std::optional<Tensor> bias = c.optionalInput(2))
    y = tgc::add(y, beta == 1 ? *bias : tgc::multiply(*bias, beta));
  return {y};
}

Operands matMul(Conversion &c) { return {tgc::matmul(c.input(0), c.input(1))}; }

} // namespace tgc::onnx::convert
