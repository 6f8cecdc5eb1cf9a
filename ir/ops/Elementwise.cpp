// Family Elementwise: generated op classes and folders.
#include "tgc/ir/AssemblyFormat.h"
#include "tgc/ir/Ops.h"

#define GET_OP_CLASSES
#include "tgc/ir/Elementwise.cpp.inc"

namespace tgc::ir {

mlir::OpFoldResult ConvertOp::fold(FoldAdaptor) {
  return getX().getType() == getY().getType() ? getX() : mlir::OpFoldResult();
}

} // namespace tgc::ir
