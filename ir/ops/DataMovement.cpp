// Family DataMovement: generated op classes and folders.
#include "tgc/ir/AssemblyFormat.h"
#include "tgc/ir/Ops.h"

#define GET_OP_CLASSES
#include "tgc/ir/DataMovement.cpp.inc"

namespace tgc::ir {
namespace {

/// `x` if the op leaves every element where it is: the types agree and no size
/// is unknown, which two `?` would hide.
template <class Op> mlir::OpFoldResult foldIdentity(Op op) {
  auto type = llvm::cast<mlir::RankedTensorType>(op.getX().getType());
  return type == op.getY().getType() && type.hasStaticShape()
             ? op.getX()
             : mlir::OpFoldResult();
}

} // namespace

mlir::OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

mlir::OpFoldResult BroadcastInDimOp::fold(FoldAdaptor) {
  return foldIdentity(*this);
}

mlir::OpFoldResult ReshapeOp::fold(FoldAdaptor) { return foldIdentity(*this); }

mlir::OpFoldResult TransposeOp::fold(FoldAdaptor) {
  for (auto [i, dim] : llvm::enumerate(getPerm()))
    if (static_cast<int64_t>(i) != dim)
      return {};
  return getX();
}

} // namespace tgc::ir
