// How places in memory follow from a point of an iteration space.
#ifndef TGC_CODEGEN_EMIT_INDEXMAP_H
#define TGC_CODEGEN_EMIT_INDEXMAP_H

#include "tgc/runtime/infer/TypeRules.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace tgc::codegen {

/// offset + sum of strides[d] * index d of a point.
struct Affine {
  DimExpr offset;
  DimExprs strides;

  static Affine constant(const DimExpr &value, size_t rank);
  /// The index of one dimension.
  static Affine dim(size_t d, size_t rank);

  Affine operator+(const Affine &other) const;
  Affine operator*(const DimExpr &factor) const;
  bool provablyEqual(const Affine &other) const;
  /// True if dimension d does not matter.
  bool ignores(size_t d) const;
  /// The stride of dimension d, if it is a constant.
  std::optional<int64_t> stride(size_t d) const {
    return strides[d].constant();
  }
};

/// The indices of a tensor's element as functions of a point. After a reshape
/// only the row-major position is affine: `dims` is then empty and `position`
/// says which.
struct IndexMap {
  llvm::SmallVector<Affine, 4> dims;
  std::optional<Affine> position;

  static IndexMap identity(size_t rank);
  bool provablyEqual(const IndexMap &other) const;
};

/// Strides in elements of a row-major tensor.
DimExprs rowMajorStrides(const DimExprs &sizes);

/// Row-major position of the element at `map` of a tensor of those sizes.
Affine positionOf(const IndexMap &map, const DimExprs &sizes, size_t rank);

/// ceil(a / b) of a size and a positive integer.
DimExpr ceilDiv(const DimExpr &a, int64_t b);

/// Dimensions of loops around the computation of some tensors' elements.
struct Space {
  struct Dim {
    DimExpr size;
    /// Only neighbours of one class may become one dimension.
    int role = 0;
    /// The original dimensions in it, outermost first.
    llvm::SmallVector<unsigned, 2> members;
  };
  llvm::SmallVector<Dim, 6> dims;

  /// Drops dimensions of size 1 and joins neighbours that every access walks
  /// through as through one; `accesses` then speak of the new dimensions.
  void collapse(llvm::ArrayRef<Affine *> accesses);
  /// Numbers of the dimensions with that role, outermost first.
  llvm::SmallVector<unsigned, 4> withRole(int role) const;
};

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_INDEXMAP_H
