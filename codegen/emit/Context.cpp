// Pointers, sizes and symbols of a group's function.
#include "tgc/codegen/emit/Context.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/runtime/infer/SizeSteps.h"

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
  IntegerSteps<Value> steps;
  steps.constant = [&](int64_t value) { return code.i64(value); };
  steps.add = [&](Value a, Value b) { return code.add(a, b); };
  steps.sub = [&](Value a, Value b) { return code.sub(a, b); };
  steps.mul = [&](Value a, Value b) { return code.mul(a, b); };
  steps.divide = [&](Value a, Value b) {
    return code.op<arith::DivSIOp>(a, b);
  };
  steps.less = [&](Value a, Value b) { return code.less(a, b); };
  steps.equal = [&](Value a, Value b) { return code.equal(a, b); };
  steps.both = [&](Value a, Value b) { return code.both(a, b); };
  steps.either = [&](Value a, Value b) { return code.either(a, b); };
  steps.select = [&](Value c, Value a, Value b) {
    return code.select(c, a, b);
  };
  DimExpr::Builder<Value> builder = builderOf(steps);
  builder.symbol = [&](std::string_view name) {
    for (auto &[known, value] : symbols)
      if (known == name)
        return value;
    Value value = code.op<mlir::LLVM::LoadOp>(
        code.type(DType::i64), word(firstSymbol + symbols.size()), 8u);
    symbols.emplace_back(name, value);
    return value;
  };
  Value value = code.atEntry([&] { return expression.build(builder); });
  expressions.emplace_back(std::move(text), value);
  return value;
}

EmittedGroup Context::finish() {
  marker->erase();
  for (auto &[name, value] : symbols)
    emitted.symbols.push_back(name);
  return std::move(emitted);
}

} // namespace tgc::codegen
