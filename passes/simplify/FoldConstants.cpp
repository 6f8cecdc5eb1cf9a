// Runs ops on constants.
#include "tgc/passes/Passes.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/ir/interpret/Interpreter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

namespace tgc::passes {

#define GEN_PASS_DEF_FOLDCONSTANTSPASS
#include "tgc/passes/Passes.h.inc"

namespace {

/// The value of a constant index; invalid() if it is none.
DimExpr constantIndex(mlir::Value value) {
  llvm::APInt index;
  return mlir::matchPattern(value, mlir::m_ConstantInt(&index))
             ? DimExpr(index.getSExtValue())
             : DimExpr::invalid();
}

bool isConstant(mlir::Value value) {
  return value.getDefiningOp<ir::ConstantOp>() ||
         (value.getType().isIndex() &&
          mlir::matchPattern(value, mlir::m_Constant()));
}

struct FoldConstants : impl::FoldConstantsPassBase<FoldConstants> {
  using FoldConstantsPassBase::FoldConstantsPassBase;

  void runOnOperation() override {
    // Program order: a folded op's users see a constant.
    getOperation().walk([&](mlir::Operation *op) { fold(op); });
  }

  void fold(mlir::Operation *op) {
    std::optional<OpKind> kind = ir::opKindOf(op);
    if (!kind || *kind == OpKind::Constant ||
        !llvm::all_of(op->getOperands(), isConstant))
      return;
    auto type = llvm::cast<mlir::RankedTensorType>(op->getResult(0).getType());
    // An iota or broadcast with open sizes is no constant.
    if (!type.hasStaticShape())
      return;
    std::vector<Value> operands;
    int64_t operandBytes = 0;
    for (mlir::Value operand : ir::tensorOperands(op)) {
      auto value =
          ir::valueOf(operand.getDefiningOp<ir::ConstantOp>().getValue());
      if (!value.ok())
        return;
      operandBytes += value->numBytes();
      operands.push_back(*std::move(value));
    }
    std::optional<DType> dtype = ir::dtypeOf(type.getElementType());
    std::optional<int64_t> count = checkedProduct(type.getShape());
    if (!dtype || !count)
      return;
    std::optional<int64_t> bytes =
        checkedMul(*count, static_cast<int64_t>(dtypeBytes(*dtype)));
    if (!bytes || (*bytes > maxBytes && *bytes > operandBytes))
      return;
    // An index out of range stays: it is an error of the run, in its order.
    auto results = ir::evaluate(op, operands, constantIndex);
    if (!results.ok())
      return;
    mlir::OpBuilder builder(op);
    for (auto [result, value] : llvm::zip(op->getResults(), *results)) {
      auto attr = ir::elementsAttr(op->getContext(), value, "folded");
      mlir::Value constant =
          ir::ConstantOp::create(builder, op->getLoc(), attr.getType(), attr);
      if (constant.getType() != result.getType())
        return; // a declared `?`: its users were typed with it
      result.replaceAllUsesWith(constant);
    }
    if (op->use_empty())
      op->erase();
  }
};

} // namespace
} // namespace tgc::passes
