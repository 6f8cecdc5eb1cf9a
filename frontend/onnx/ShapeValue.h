// Integers that a model computes from its sizes, known while it is imported.
#ifndef TGC_FRONTEND_ONNX_SHAPEVALUE_H
#define TGC_FRONTEND_ONNX_SHAPEVALUE_H

#include "tgc/frontend/api/Tensor.h"
#include "tgc/runtime/core/Value.h"
#include "tgc/runtime/infer/DimExpr.h"

#include <optional>
#include <vector>

namespace tgc::onnx {

/// A vector or scalar whose elements are expressions over the named sizes of
/// the model: what Shape gives and Reshape reads. i32, i64, i1 (elements 0 and
/// 1), or a float whose elements are whole numbers (a size on its way through
/// a scale).
struct ShapeValue {
  /// More elements are never tracked: shapes are short.
  static constexpr int64_t maxElements = 64;

  DType dtype = DType::i64;
  bool scalar = false;
  std::vector<DimExpr> elements;

  bool isConstant() const;
};

/// The elements of a constant of at most maxElements; nothing for other
/// dtypes, rank 2 and more, and floats that are no whole numbers.
std::optional<ShapeValue> shapeValueOf(const Value &value);

/// A constant ShapeValue as a value of its dtype.
absl::StatusOr<Value> valueOf(const ShapeValue &shape);

/// Its elements as a tensor: a constant, or computed from symbolic sizes.
Tensor tensorOf(const ShapeValue &shape);

/// Sizes of x.
std::vector<DimExpr> sizesOf(const Tensor &x);
Dims dimsOf(const std::vector<DimExpr> &sizes);

DimExpr product(const std::vector<DimExpr> &sizes);

/// numerator / divisor where the quotient is known to be whole, with common
/// factors cancelled: [b, 12, 64] / [b, 12] = 64.
DimExpr quotient(std::vector<DimExpr> numerator, std::vector<DimExpr> divisor);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_SHAPEVALUE_H
