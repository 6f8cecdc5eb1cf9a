// Operators on integers that are known while a model is imported.
#ifndef TGC_FRONTEND_ONNX_SHAPERULES_H
#define TGC_FRONTEND_ONNX_SHAPERULES_H

#include "tgc/frontend/onnx/Conversion.h"

namespace tgc::onnx::shape {

// Every rule gives the elements of the node's first output, or nothing if an
// operand is not known, the result would not be a short vector or scalar, or
// (comparisons) the symbols decide: then the node is converted as any other.
// Sizes are not negative, so Div rounds symbolic quotients down.
#define ONNX_SHAPE_RULE(name)                                                  \
  std::optional<ShapeValue> name(const Conversion &c);
ONNX_SHAPE_RULE(shapeOf)
ONNX_SHAPE_RULE(sizeOf)
ONNX_SHAPE_RULE(identity)
ONNX_SHAPE_RULE(cast)
ONNX_SHAPE_RULE(constantOfShape)
ONNX_SHAPE_RULE(range)
ONNX_SHAPE_RULE(reshape)
ONNX_SHAPE_RULE(squeeze)
ONNX_SHAPE_RULE(unsqueeze)
ONNX_SHAPE_RULE(concat)
ONNX_SHAPE_RULE(gather)
ONNX_SHAPE_RULE(slice)
ONNX_SHAPE_RULE(add)
ONNX_SHAPE_RULE(sub)
ONNX_SHAPE_RULE(mul)
ONNX_SHAPE_RULE(div)
ONNX_SHAPE_RULE(mod)
ONNX_SHAPE_RULE(neg)
ONNX_SHAPE_RULE(wholeNumber)
ONNX_SHAPE_RULE(minOf)
ONNX_SHAPE_RULE(maxOf)
ONNX_SHAPE_RULE(equal)
ONNX_SHAPE_RULE(greater)
ONNX_SHAPE_RULE(less)
ONNX_SHAPE_RULE(greaterOrEqual)
ONNX_SHAPE_RULE(lessOrEqual)
ONNX_SHAPE_RULE(logicalNot)
ONNX_SHAPE_RULE(logicalAnd)
ONNX_SHAPE_RULE(logicalOr)
ONNX_SHAPE_RULE(select)
ONNX_SHAPE_RULE(reduceProd)
ONNX_SHAPE_RULE(reduceSum)
#undef ONNX_SHAPE_RULE

/// A slice of one dimension as ONNX means it: from `start` to `end` in steps
/// of `step`, both clamped to the size. The result's offset is that of its
/// first element and `count` its size; a negative step counts down. A slice
/// that has one element wherever the size allows is taken to have one: that
/// is what a Squeeze behind it needs, and a size of 0 is refused at run time.
struct SliceRange {
  DimExpr offset;
  DimExpr count;
};
SliceRange sliceRange(const DimExpr &start, const DimExpr &end, int64_t step,
                      const DimExpr &size);

} // namespace tgc::onnx::shape

#endif // TGC_FRONTEND_ONNX_SHAPERULES_H
