// The elements of a convolution's left operand that one result looks at.
#ifndef TGC_CODEGEN_EMIT_PATCHES_H
#define TGC_CODEGEN_EMIT_PATCHES_H

#include "tgc/codegen/emit/Product.h"

namespace tgc::codegen {

/// The batch or a spatial dimension of a convolution's result: position i and
/// element w of the kernel meet element i * stride + w * step - lo of lhs,
/// whose elements are `dilation` apart.
struct PatchDim {
  unsigned loop;  // in the space before its collapse
  DimExpr window; // elements of the kernel
  int64_t stride, lo, step, dilation;
  DimExpr extent;    // of lhs
  DimExpr lhsStride; // in elements
  bool checked;      // may look beside lhs

  bool hasHoles() const { return dilation != 1 && extent.constant() != 1; }
};

/// A convolution as places in its operands. `loops` are the result's
/// dimensions, its feature dimension split into group and feature of the
/// group.
struct ConvolutionPlan {
  std::vector<PatchDim> dims; // kernel's order, the batch last
  DimExprs loops;
  unsigned groupLoop, featureLoop;
  DimExpr inputs;                         // input features per group
  DimExpr lhsFeature, lhsGroup;           // strides
  DimExpr rhsGroup, rhsFeature, rhsInput; // strides
  DimExprs rhsWindow;                     // strides, one per `dims`
  DType dtype;
  Value lhs, rhs;

  /// The batch or spatial dimension that is the result's last.
  const PatchDim &innermost() const {
    return *llvm::find_if(dims, [&](const PatchDim &dim) {
      return dim.loop + 1 == loops.size();
    });
  }
};

/// Where an iteration is in the loops of a plan, one index each.
Values loopIndices(Context &context, const ConvolutionPlan &plan,
                   const Space &space, llvm::ArrayRef<unsigned> dims,
                   mlir::ValueRange indices);

/// Packs patches for a product. Padding is +0.
class Patches {
public:
  Patches(Context &context, const ConvolutionPlan &plan, const Product &product,
          const Space &space)
      : context(context), code(context.code), plan(plan), product(product),
        space(space) {}

  /// Results are rows.
  void packRows(const ProductBlock &block, Value begin, Value end,
                Value scratch, int64_t width);
  /// Results are columns. Writes up to one vector beyond the panel.
  void packColumns(const ProductBlock &block, Value begin, Value end,
                   Value scratch, int64_t width, int64_t columns);

private:
  Values at(const ProductBlock &block, std::optional<unsigned> dim,
            Value index);
  Value base(mlir::ValueRange indices);
  Value origin(const PatchDim &dim, mlir::ValueRange indices);
  bool rowsJoin() const;
  void packRow(mlir::ValueRange indices, Value begin, Value end, Value to,
               bool joined);
  void
  eachRun(Value begin, Value end, bool joined,
          llvm::function_ref<void(mlir::ValueRange, Value, Value, Value)> run);

  Context &context;
  Code &code;
  const ConvolutionPlan &plan;
  const Product &product;
  const Space &space;
};

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_PATCHES_H
