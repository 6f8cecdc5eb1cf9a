// The attributes that convolutions and pools share.
#include "tgc/frontend/onnx/convert/Windows.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/runtime/core/CheckedSize.h"

#include "absl/strings/str_cat.h"

#include <algorithm>

namespace tgc::onnx {
namespace {

std::vector<int64_t> numbers(const std::vector<DimExpr> &expressions) {
  std::vector<int64_t> result;
  for (const DimExpr &e : expressions)
    result.push_back(e.constant().value_or(0));
  return result;
}

/// Padding that makes ceil(size / stride) windows fit.
void padSame(Windows &w, const std::vector<DimExpr> &sizes, bool upper) {
  for (size_t d = 0; d < sizes.size(); ++d) {
    // Overflow, which the type rule refuses, must only not wrap here.
    const int64_t reach =
        checkedMul(w.kernel[d] - 1, w.dilations[d]).value_or(INT64_MAX - 1);
    const int64_t stride = w.strides[d];
    DimExpr total = reach;
    if (stride != 1) {
      const DimExpr windows = floor_div(sizes[d] + (stride - 1), stride);
      total = max((windows - 1) * stride + reach + 1 - sizes[d], 0);
    }
    const DimExpr half = floor_div(total, 2);
    w.lo.push_back(upper ? half : total - half);
    w.hi.push_back(upper ? total - half : half);
  }
}

} // namespace

bool Windows::isStatic() const {
  auto constant = [](const DimExpr &e) { return e.isConstant(); };
  return std::all_of(lo.begin(), lo.end(), constant) &&
         std::all_of(hi.begin(), hi.end(), constant);
}

std::vector<int64_t> Windows::staticLo() const { return numbers(lo); }
std::vector<int64_t> Windows::staticHi() const { return numbers(hi); }

std::vector<int64_t> spatialList(Conversion &c, std::string_view name,
                                 size_t count, int64_t absent, int64_t least) {
  std::vector<int64_t> list = c.integers(name);
  if (!c.hasAttribute(name))
    list.assign(count, absent);
  if (list.size() != count)
    c.invalid(absl::StrCat("attribute '", std::string(name), "' has ",
                           list.size(), " entries; expected ", count,
                           "\n  fix: the operand has that many spatial "
                           "dimensions"));
  for (int64_t entry : list)
    if (entry < least)
      c.invalid(absl::StrCat("attribute '", std::string(name),
                             "' has the entry ", entry, "; expected at least ",
                             least));
  return list;
}

Windows windowsOf(Conversion &c, const Tensor &x, std::vector<int64_t> kernel) {
  const int64_t rank = x.rank();
  if (rank < 3 || kernel.size() != static_cast<size_t>(rank) - 2)
    c.invalid(absl::StrCat("input 0 has ", rank, " dimensions; expected ",
                           kernel.size() + 2,
                           ": batch, channels and one per entry of the "
                           "kernel's shape\n  fix: unsqueeze the input"));
  const size_t count = kernel.size();
  Windows w;
  w.kernel = std::move(kernel);
  for (int64_t size : w.kernel)
    if (size < 1)
      c.invalid(
          absl::StrCat("the kernel has size ", size, "; expected at least 1"));
  w.strides = spatialList(c, "strides", count, 1, 1);
  w.dilations = spatialList(c, "dilations", count, 1, 1);
  const std::string mode = c.text("auto_pad");
  std::vector<int64_t> pads = spatialList(c, "pads", 2 * count, 0, 0);
  if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    std::vector<DimExpr> sizes = sizesOf(x);
    sizes.erase(sizes.begin(), sizes.begin() + 2);
    padSame(w, sizes, mode == "SAME_UPPER");
    return w;
  }
  if (mode == "VALID")
    pads.assign(2 * count, 0);
  const auto half = pads.begin() + static_cast<int64_t>(count);
  w.lo.assign(pads.begin(), half);
  w.hi.assign(half, pads.end());
  return w;
}

Tensor padded(const Tensor &x, const Windows &windows, const Tensor &value) {
  std::vector<DimExpr> lo = {0, 0}, hi = {0, 0};
  lo.insert(lo.end(), windows.lo.begin(), windows.lo.end());
  hi.insert(hi.end(), windows.hi.begin(), windows.hi.end());
  return tgc::pad(x, value, dimsOf(lo), dimsOf(hi));
}

} // namespace tgc::onnx
