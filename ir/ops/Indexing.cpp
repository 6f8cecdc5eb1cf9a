// Family Indexing: generated op classes.
#include "tgc/ir/AssemblyFormat.h"
#include "tgc/ir/Ops.h"

#define GET_OP_CLASSES
#include "tgc/ir/Indexing.cpp.inc"

namespace tgc::ir {

/// An index out of range is an error though nobody reads the result: no pass
/// removes the op.
void GatherOp::getEffects(
    llvm::SmallVectorImpl<
        mlir::SideEffects::EffectInstance<mlir::MemoryEffects::Effect>>
        &effects) {
  if (getOob() == OobMode::error)
    effects.emplace_back(mlir::MemoryEffects::Write::get());
}

} // namespace tgc::ir
