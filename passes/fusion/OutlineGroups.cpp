// Groups of ops as private functions, equal ones as one.
#include "tgc/passes/fusion/Group.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/Ops.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <set>

namespace tgc::passes {

using mlir::Operation;
using mlir::func::FuncOp;

bool isElementwise(Operation *op) {
  std::optional<OpKind> kind = ir::opKindOf(op);
  return kind && opInfo(*kind).elementwise;
}

bool isRepeated(Operation *op) {
  if (auto constant = llvm::dyn_cast<ir::ConstantOp>(op)) {
    auto dense = llvm::dyn_cast<mlir::DenseElementsAttr>(constant.getValue());
    return dense && dense.isSplat();
  }
  return llvm::isa<ir::BroadcastInDimOp, ir::IotaOp>(op);
}

/// Values, computed in front of `before`, of the named sizes that sizes of
/// `arguments` depend on but none is: of n for an argument of size n + 1 alone.
llvm::SmallVector<mlir::Value>
Outliner::hiddenSizes(llvm::ArrayRef<mlir::Value> arguments,
                      Operation *before) {
  std::set<std::string> read, given;
  auto visit = [&](const DimExpr &size) {
    std::vector<std::string> names = size.symbols();
    read.insert(names.begin(), names.end());
    if (names.size() == 1 && size.provablyEqual(DimExpr::symbol(names[0])))
      given.insert(names[0]);
  };
  for (mlir::Value argument : arguments) {
    if (argument.getType().isIndex())
      visit(dims.valueOf(argument));
    else
      for (const DimExpr &size : dims.typeOf(argument).dims)
        visit(size);
  }
  mlir::OpBuilder builder(before);
  llvm::SmallVector<mlir::Value> sizes;
  for (const ir::DimAnalysis::Symbol &symbol : symbols)
    if (read.count(symbol.name) && !given.count(symbol.name))
      sizes.push_back(mlir::tensor::DimOp::create(
          builder, before->getLoc(), function.getArgument(symbol.argument),
          symbol.dimension));
  return sizes;
}

/// The function of an equal group, if there is one; else this is the first.
FuncOp Outliner::shared(FuncOp outlined) {
  constexpr auto flags = mlir::OperationEquivalence::IgnoreLocations;
  llvm::hash_code hash = llvm::hash_combine(outlined.getFunctionType(),
                                            outlined.getArgAttrsAttr());
  llvm::DenseMap<mlir::Value, unsigned> numbers;
  for (mlir::Value argument : outlined.getArguments())
    numbers.try_emplace(argument, numbers.size());
  for (Operation &op : outlined.getBody().front()) {
    hash = llvm::hash_combine(
        hash, mlir::OperationEquivalence::computeHash(
                  &op,
                  [&](mlir::Value value) {
                    return llvm::hash_value(numbers.lookup(value));
                  },
                  mlir::OperationEquivalence::ignoreHashValue, flags));
    for (mlir::Value result : op.getResults())
      numbers.try_emplace(result, numbers.size());
  }
  auto &same = byHash[hash];
  for (FuncOp known : same)
    if (known.getFunctionType() == outlined.getFunctionType() &&
        known.getArgAttrsAttr() == outlined.getArgAttrsAttr() &&
        known->getDiscardableAttrDictionary() ==
            outlined->getDiscardableAttrDictionary() &&
        mlir::OperationEquivalence::isRegionEquivalentTo(
            &known.getBody(), &outlined.getBody(), flags))
      return known;
  same.push_back(outlined);
  return {};
}

void Outliner::outline(const Group &group) {
  llvm::SmallVector<Operation *> ordered;
  llvm::SetVector<mlir::Value> operands;
  // A product or reduction reads its operands from memory: a repeated op that
  // it shares with an elementwise op of the group stays outside for both.
  llvm::SetVector<Operation *> stored;
  for (Operation *op : group.ops)
    if (!isElementwise(op))
      for (mlir::Value operand : op->getOperands())
        if (Operation *producer = operand.getDefiningOp())
          stored.insert(producer);
  // Ops to visit: the group's, then the repeated ops that they read.
  llvm::SetVector<Operation *> inside(group.ops.begin(), group.ops.end());
  for (size_t i = 0; i < inside.size(); ++i) {
    for (mlir::Value operand : inside[i]->getOperands()) {
      Operation *op = operand.getDefiningOp();
      bool repeat = op && isRepeated(op) && !stored.contains(op) &&
                    !calls.contains(op) && // a group of its own
                    (isElementwise(inside[i]) ||
                     // The operand of a repeated broadcast.
                     (llvm::isa<ir::ConstantOp>(op) &&
                      inside[i] != group.sink && isRepeated(inside[i])));
      if (op && (group.ops.contains(op) || repeat))
        inside.insert(op);
    }
  }
  ordered.assign(inside.begin(), inside.end());
  llvm::sort(ordered,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *op : ordered)
    for (mlir::Value operand : op->getOperands())
      if (!inside.contains(operand.getDefiningOp()) || !operand.getDefiningOp())
        operands.insert(operand);

  mlir::OpBuilder builder(function);
  builder.setInsertionPointAfter(function);
  std::string name = absl::StrCat(function.getName().str(), "_g", count);
  // Tensors before sizes, as every op has them.
  llvm::SmallVector<mlir::Value> arguments;
  for (bool wantIndex : {false, true})
    for (mlir::Value operand : operands)
      if (operand.getType().isIndex() == wantIndex)
        arguments.push_back(operand);
  arguments.append(hiddenSizes(arguments, group.sink));
  llvm::SmallVector<mlir::Type> inputs;
  for (mlir::Value argument : arguments)
    inputs.push_back(argument.getType());
  mlir::Location loc = group.sink->getLoc();
  auto outlined = FuncOp::create(
      builder, loc, name,
      builder.getFunctionType(inputs, group.sink->getResultTypes()));
  outlined.setPrivate();
  outlined->setAttr(ir::groupAttr, builder.getStringAttr(group.kind));
  mlir::Block *block = outlined.addEntryBlock();
  mlir::IRMapping mapping;
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    mapping.map(argument, block->getArgument(i));
    if (argument.getType().isIndex()) {
      outlined.setArgAttr(i, ir::valueAttr,
                          builder.getStringAttr(dims.valueOf(argument).text()));
      continue;
    }
    llvm::SmallVector<mlir::Attribute> sizes;
    const TensorType &type = dims.typeOf(argument);
    auto mlirType = llvm::cast<mlir::RankedTensorType>(argument.getType());
    for (int64_t d = 0; d < type.rank(); ++d)
      sizes.push_back(builder.getStringAttr(
          mlirType.isDynamicDim(d) ? type.dims[d].text() : ""));
    if (!mlirType.hasStaticShape())
      outlined.setArgAttr(i, ir::dimsAttr, builder.getArrayAttr(sizes));
  }
  builder.setInsertionPointToStart(block);
  for (Operation *op : ordered)
    builder.clone(*op, mapping);
  llvm::SmallVector<mlir::Value> results;
  for (mlir::Value result : group.sink->getResults())
    results.push_back(mapping.lookup(result));
  mlir::func::ReturnOp::create(builder, loc, results);

  bool mayFail = !llvm::all_of(ordered, mlir::isMemoryEffectFree);
  FuncOp known = mayFail ? FuncOp() : shared(outlined);
  if (known) {
    outlined.erase();
    outlined = known;
  } else {
    ++count;
  }
  builder.setInsertionPoint(group.sink);
  auto call = mlir::func::CallOp::create(builder, loc, outlined, arguments);
  calls[group.sink] = call;
  if (mayFail)
    lasting.insert(call);
}

void Outliner::finish() {
  for (auto [sink, call] : calls)
    sink->replaceAllUsesWith(call);
  // What was outlined or repeated is dead in the entry: users first.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
    if (op.use_empty() && !lasting.contains(&op) &&
        !op.hasTrait<mlir::OpTrait::IsTerminator>())
      op.erase();
}

} // namespace tgc::passes
