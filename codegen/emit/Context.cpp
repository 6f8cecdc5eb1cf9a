// Pointers, sizes and symbols of a group's function.
#include "tgc/codegen/emit/Context.h"

#include "tgc/ir/AttrBridge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace tgc::codegen {
namespace arith = mlir::arith;

Context::Context(mlir::func::FuncOp group, mlir::ModuleOp module,
                 llvm::StringRef symbol, const TargetInfo &target)
    : group(group), target(target), analysis(group),
      builder(group.getContext()), function([&] {
        builder.setInsertionPointToEnd(module.getBody());
        auto pointer = mlir::LLVM::LLVMPointerType::get(group.getContext());
        auto i64 = builder.getI64Type();
        return mlir::func::FuncOp::create(
            builder, group.getLoc(), symbol,
            builder.getFunctionType({pointer, i64, i64}, {}));
      }()),
      marker([&] {
        builder.setInsertionPointToStart(function.addEntryBlock());
        mlir::func::ReturnOp::create(builder, group.getLoc());
        builder.setInsertionPointToStart(&function.getBody().front());
        auto op = arith::ConstantOp::create(builder, group.getLoc(),
                                            builder.getI64IntegerAttr(0));
        builder.setInsertionPointAfter(op);
        return op.getOperation();
      }()),
      code(builder, group.getLoc(), marker), begin(function.getArgument(1)),
      end(function.getArgument(2)) {
  emitted.symbol = symbol.str();
  for (mlir::BlockArgument argument : group.getArguments())
    if (llvm::isa<mlir::RankedTensorType>(argument.getType()))
      operandWords[argument] = numOperands++;
  firstSymbol = numOperands + results().size();
  group.walk([&](mlir::Operation *op) {
    if (ir::opKindOf(op) != OpKind::Gather ||
        std::get<GatherAttrs>(analysis.attrsOf(op)).oob != OobMode::error)
      return;
    slotWords[op] = firstSymbol++;
    emitted.oobSlots.push_back(op->getLoc());
  });
}

mlir::Operation *
Context::onlyOp(llvm::function_ref<bool(mlir::Operation *)> keep) const {
  mlir::Operation *found = nullptr;
  mlir::func::FuncOp function = group;
  for (mlir::Operation &op : function.getBody().front()) {
    if (!keep(&op))
      continue;
    if (found)
      return nullptr;
    found = &op;
  }
  return found;
}

mlir::OperandRange Context::results() const {
  mlir::func::FuncOp function = group;
  return function.getBody().front().getTerminator()->getOperands();
}

Value Context::word(unsigned number) {
  return mlir::LLVM::GEPOp::create(
      builder, code.loc, code.pointerType(), builder.getI64Type(),
      function.getArgument(0),
      llvm::ArrayRef<mlir::LLVM::GEPArg>{static_cast<int32_t>(number)});
}

Value Context::operandPointer(mlir::BlockArgument argument) {
  unsigned number = operandWords.lookup(argument);
  Value &pointer = pointers[number];
  if (!pointer)
    pointer = code.atEntry([&] {
      return code.op<mlir::LLVM::LoadOp>(code.pointerType(), word(number), 8u);
    });
  return pointer;
}

Value Context::resultPointer(unsigned number) {
  number += numOperands;
  Value &pointer = pointers[number];
  if (!pointer)
    pointer = code.atEntry([&] {
      return code.op<mlir::LLVM::LoadOp>(code.pointerType(), word(number), 8u);
    });
  return pointer;
}

Value Context::oobSlot(mlir::Operation *gather) {
  unsigned number = slotWords.lookup(gather);
  return code.atEntry([&] {
    return code.op<mlir::LLVM::LoadOp>(code.pointerType(), word(number), 8u);
  });
}

Value Context::size(const DimExpr &expression) {
  if (std::optional<int64_t> constant = expression.constant())
    return code.i64(*constant);
  std::string text = expression.text();
  for (auto &[known, value] : expressions)
    if (known == text)
      return value;
  DimExpr::Builder<Value> steps;
  steps.constant = [&](int64_t value) { return code.i64(value); };
  steps.symbol = [&](std::string_view name) {
    for (auto &[known, value] : symbols)
      if (known == name)
        return value;
    Value value = code.op<mlir::LLVM::LoadOp>(
        builder.getI64Type(), word(firstSymbol + symbols.size()), 8u);
    symbols.emplace_back(name, value);
    return value;
  };
  steps.add = [&](Value a, Value b) { return code.add(a, b); };
  steps.mul = [&](Value a, Value b) { return code.mul(a, b); };
  // A size divides by a positive number; no other divisor may trap.
  auto divide = [&](Value a, Value b) {
    b = code.max(b, code.i64(1));
    Value quotient = code.op<arith::DivSIOp>(a, b);
    Value rest = code.sub(a, code.mul(quotient, b));
    Value below = code.less(rest, code.i64(0));
    return std::pair(
        code.sub(quotient, code.select(below, code.i64(1), code.i64(0))),
        code.add(rest, code.select(below, b, code.i64(0))));
  };
  steps.floorDiv = [&](Value a, Value b) { return divide(a, b).first; };
  steps.mod = [&](Value a, Value b) { return divide(a, b).second; };
  steps.min = [&](Value a, Value b) { return code.min(a, b); };
  steps.max = [&](Value a, Value b) { return code.max(a, b); };
  Value value = code.atEntry([&] { return expression.build(steps); });
  expressions.emplace_back(std::move(text), value);
  return value;
}

Values Context::sizes(llvm::ArrayRef<DimExpr> list) {
  Values result;
  for (const DimExpr &expression : list)
    result.push_back(size(expression));
  return result;
}

EmittedGroup Context::finish() {
  marker->erase();
  for (auto &[name, value] : symbols)
    emitted.symbols.push_back(name);
  return std::move(emitted);
}

} // namespace tgc::codegen
