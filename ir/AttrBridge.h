// OpKind and OpAttrs on one side, op classes on the other.
#ifndef TGC_IR_ATTRBRIDGE_H
#define TGC_IR_ATTRBRIDGE_H

#include "tgc/runtime/core/OpAttrs.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace tgc::ir {

/// The kind of a tgc op; nothing for any other op.
std::optional<OpKind> opKindOf(mlir::Operation *op);

/// The attributes of a tgc op; `indexValue` gives the expression of each
/// `index` operand.
OpAttrs attrsOf(mlir::Operation *op,
                llvm::function_ref<DimExpr(mlir::Value)> indexValue);

/// Tensor operands of a tgc op, without the index operands of mixed sizes.
mlir::OperandRange tensorOperands(mlir::Operation *op);

/// Appends `attrs` to an operation under construction whose operands are the
/// tensor operands so far: attributes, and one index operand per symbolic size
/// made by `materialize`.
void addAttrs(mlir::OperationState &state, OpKind kind, const OpAttrs &attrs,
              llvm::function_ref<mlir::Value(const DimExpr &)> materialize);

/// "tgc.tanh".
llvm::StringRef opName(OpKind kind);

} // namespace tgc::ir

#endif // TGC_IR_ATTRBRIDGE_H
