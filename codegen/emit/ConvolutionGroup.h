// A group of kind convolution under emission.
#ifndef TGC_CODEGEN_EMIT_CONVOLUTIONGROUP_H
#define TGC_CODEGEN_EMIT_CONVOLUTIONGROUP_H

#include "tgc/codegen/emit/Patches.h"

namespace tgc::codegen {

class ConvolutionGroup {
public:
  ConvolutionGroup(Context &context, mlir::Operation *op);

  mlir::LogicalResult analyse();
  /// True if emitPointwise is the better or the only way: lhs is dilated, so
  /// that places between its elements take no part in a sum but keep their
  /// number; or every group has one input and one feature.
  bool isPointwise() const;
  /// As a product of patches and kernels, in register tiles.
  mlir::LogicalResult emitProduct();
  /// Position by position, features as vectors where they are contiguous: any
  /// convolution.
  mlir::LogicalResult emitPointwise();

private:
  bool hasHoles() const;
  bool isDepthwise() const;
  IndexMap identity() const;
  Affine rhsPlace() const;
  std::optional<Affine> lhsPlace() const;
  mlir::LogicalResult addResults(Elements &elements);

  Context &context;
  mlir::Operation *op;
  ConvolutionAttrs attrs;
  const TensorType &lhs, &rhs, &result;
  ConvolutionPlan plan;
  DimExprs sizes;
  llvm::SmallVector<int> roles;
  bool featuresInside = false; // features are the result's last dimension
  Elements::Node sum = 0;
  llvm::SmallVector<Elements::Node> roots;
  llvm::SmallVector<unsigned> targets;
};

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_CONVOLUTIONGROUP_H
