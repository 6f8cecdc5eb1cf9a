// Text and strides of shapes.
#include "tgc/runtime/core/Shape.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tgc {

std::string typeText(DType dtype, const Shape &shape) {
  std::string name(dtypeName(dtype));
  return shape.empty() ? name
                       : absl::StrCat(absl::StrJoin(shape, "x"), "x", name);
}

std::string shapeText(const Shape &shape) {
  return shape.empty() ? "scalar" : absl::StrJoin(shape, "x");
}

Shape rowMajorStrides(const Shape &shape) {
  Shape strides(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    if (shape[i] > 0)
      stride *= shape[i]; // at most the checked product of the non-zero dims
  }
  return strides;
}

} // namespace tgc
