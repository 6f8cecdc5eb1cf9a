// A concrete shape: non-negative sizes, outermost first.
#ifndef TGC_RUNTIME_CORE_SHAPE_H
#define TGC_RUNTIME_CORE_SHAPE_H

#include "absl/container/inlined_vector.h"
#include "tgc/runtime/core/CheckedSize.h"
#include "tgc/runtime/core/DType.h"

#include <string>

namespace tgc {

/// Sizes of a dense row-major tensor; empty for a scalar.
using Shape = absl::InlinedVector<int64_t, 6>;

/// "2x3xf32", "f32" for a scalar: the form of every message and of SPEC text.
std::string typeText(DType dtype, const Shape &shape);

/// "2x3", or "scalar".
std::string shapeText(const Shape &shape);

/// Strides in elements of a row-major tensor; the shape's element count must
/// have passed checkedProduct.
Shape rowMajorStrides(const Shape &shape);

} // namespace tgc

#endif // TGC_RUNTIME_CORE_SHAPE_H
