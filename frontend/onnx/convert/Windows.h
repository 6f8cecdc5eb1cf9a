// The attributes that convolutions and pools share.
#ifndef TGC_FRONTEND_ONNX_CONVERT_WINDOWS_H
#define TGC_FRONTEND_ONNX_CONVERT_WINDOWS_H

#include "tgc/frontend/onnx/Conversion.h"

namespace tgc::onnx {

/// One entry per spatial dimension in every list.
struct Windows {
  std::vector<int64_t> kernel, strides, dilations;
  /// Padding before and after; numbers, but for SAME on symbolic sizes.
  std::vector<DimExpr> lo, hi;

  /// True if the padding is numbers.
  bool isStatic() const;
  std::vector<int64_t> staticLo() const;
  std::vector<int64_t> staticHi() const;
};

/// Reads strides, dilations, pads and auto_pad of a node that slides windows
/// of size `kernel` over `x`, whose dimensions from 2 on are spatial. SAME
/// gives ceil(size / stride) windows; an odd place of padding goes to the end
/// (SAME_UPPER) or the start.
///
/// Errors: InvalidArgument for lists of another length, strides or dilations
/// below 1, negative padding.
Windows windowsOf(Conversion &c, const Tensor &x, std::vector<int64_t> kernel);

/// x with the padding of `windows`, filled with `value`, around its spatial
/// dimensions.
Tensor padded(const Tensor &x, const Windows &windows, const Tensor &value);

/// A list attribute with one entry per spatial dimension, `absent` if it is
/// left out; entries below `least` are an error.
std::vector<int64_t> spatialList(Conversion &c, std::string_view name,
                                 size_t count, int64_t absent, int64_t least);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_CONVERT_WINDOWS_H
