// Chooses groups and outlines each into a private function.
#include "tgc/passes/Passes.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/analysis/DimAnalysis.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

#include <set>

namespace tgc::passes {

#define GEN_PASS_DEF_FORMFUSIONGROUPSPASS
#include "tgc/passes/Passes.h.inc"

namespace {

using mlir::Operation;
using mlir::func::FuncOp;

bool isElementwise(Operation *op) {
  std::optional<OpKind> kind = ir::opKindOf(op);
  return kind && opInfo(*kind).elementwise;
}

#include "tgc/passes/Rules.inc"

/// What a group that starts at this op is called.
llvm::StringRef kindOf(Operation *op) {
  return groupKinds[static_cast<size_t>(*ir::opKindOf(op))];
}

/// Cheap enough to be repeated in every group that reads it: no arithmetic, no
/// more loads than its users would do.
bool isRepeated(Operation *op) {
  if (auto constant = llvm::dyn_cast<ir::ConstantOp>(op)) {
    auto dense = llvm::dyn_cast<mlir::DenseElementsAttr>(constant.getValue());
    return dense && dense.isSplat();
  }
  return llvm::isa<ir::BroadcastInDimOp, ir::IotaOp>(op);
}

/// One group: ops in program order, the last one's results are the group's.
struct Group {
  llvm::StringRef kind;
  llvm::SetVector<Operation *> ops;
  Operation *sink;
};

class Former {
public:
  Former(FuncOp function, bool fuse)
      : function(function), fuse(fuse), dims(function),
        symbols(dims.symbols()) {}

  void run();
  void eraseOutlined();

private:
  bool sameSpace(mlir::Value a, mlir::Value b);
  bool isFree(Operation *op) { return op && !owner.contains(op); }
  void take(Group &group, Operation *op) {
    group.ops.insert(op);
    owner[op] = group.sink;
  }
  void growConsumers(Group &group);
  void growProducers(Group &group, mlir::Value space);
  void outline(Group &group);
  llvm::SmallVector<mlir::Value>
  hiddenSizes(llvm::ArrayRef<mlir::Value> arguments, Operation *before);

  FuncOp function;
  bool fuse;
  ir::DimAnalysis dims;
  std::vector<ir::DimAnalysis::Symbol> symbols;
  llvm::DenseMap<Operation *, Operation *> owner;
  std::vector<Group> groups;
  unsigned count = 0;
  llvm::DenseSet<Operation *>
      lasting; // calls that stay though nobody reads them
};

bool Former::sameSpace(mlir::Value a, mlir::Value b) {
  const TensorType &x = dims.typeOf(a), &y = dims.typeOf(b);
  if (x.rank() != y.rank())
    return false;
  for (int64_t i = 0; i < x.rank(); ++i)
    if (!x.dims[i].provablyEqual(y.dims[i]))
      return false;
  return true;
}

/// Elementwise ops that alone use the group's result run on its tile.
void Former::growConsumers(Group &group) {
  constexpr int maxExtraOperands = 4;
  int extra = 0;
  while (group.sink->getResult(0).hasOneUse()) {
    Operation *user = *group.sink->getResult(0).getUsers().begin();
    if (!isFree(user) || !isElementwise(user) ||
        !sameSpace(user->getResult(0), group.sink->getResult(0)))
      return;
    for (mlir::Value operand : user->getOperands())
      if (operand.getDefiningOp() != group.sink)
        ++extra;
    if (extra > maxExtraOperands)
      return;
    group.sink = user;
    take(group, user);
  }
}

/// Elementwise ops over `space` all of whose users are in the group join it;
/// nothing leaves the group but its result, so no path returns to it.
void Former::growProducers(Group &group, mlir::Value space) {
  for (size_t i = 0; i < group.ops.size(); ++i) {
    for (mlir::Value operand : group.ops[i]->getOperands()) {
      Operation *op = operand.getDefiningOp();
      if (!isFree(op) || !isElementwise(op) || !sameSpace(operand, space))
        continue;
      if (llvm::all_of(op->getUsers(), [&](Operation *user) {
            return group.ops.contains(user);
          }))
        take(group, op);
    }
  }
}

void Former::run() {
  llvm::SmallVector<Operation *> ops;
  for (Operation &op : function.getBody().front())
    if (ir::opKindOf(&op) && !llvm::isa<ir::ConstantOp>(op))
      ops.push_back(&op);
  auto start = [&](Operation *op) -> Group {
    Group group{kindOf(op), {}, op};
    take(group, op);
    return group;
  };
  // Products, convolutions and reductions first: they have most to gain.
  for (Operation *op : ops) {
    if (!isFree(op) ||
        !llvm::isa<ir::DotGeneralOp, ir::ConvolutionOp, ir::ReduceOp>(op))
      continue;
    Group group = start(op);
    if (fuse) {
      growConsumers(group);
      if (llvm::isa<ir::ReduceOp>(op)) {
        Group producers{group.kind, {}, group.sink};
        producers.ops.insert(op);
        growProducers(producers, op->getOperand(0));
        for (Operation *producer : producers.ops)
          take(group, producer);
      }
    }
    groups.push_back(std::move(group));
  }
  // Then maps, from the last op back: users are grouped before producers.
  for (Operation *op : llvm::reverse(ops)) {
    if (!isFree(op) || (fuse && isRepeated(op)))
      continue;
    Group group = start(op);
    if (fuse && isElementwise(op))
      growProducers(group, op->getResult(0));
    groups.push_back(std::move(group));
  }
  // A repeated op that a return or a group of another kind reads stands alone.
  if (fuse) {
    for (Operation *op : ops) {
      if (!isFree(op))
        continue;
      bool needed = llvm::any_of(op->getUsers(), [&](Operation *user) {
        auto it = owner.find(user);
        if (it == owner.end())
          return true; // a return, or another op that stands alone
        return !isElementwise(user);
      });
      if (needed)
        groups.push_back(start(op));
    }
  }
  llvm::sort(groups, [](const Group &a, const Group &b) {
    return a.sink->isBeforeInBlock(b.sink);
  });
  for (Group &group : groups)
    outline(group);
}

/// Values, computed in front of `before`, of the named sizes that sizes of
/// `arguments` depend on but none is: of n for an argument of size n + 1 alone.
llvm::SmallVector<mlir::Value>
Former::hiddenSizes(llvm::ArrayRef<mlir::Value> arguments, Operation *before) {
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

/// Moves a group into a function; operands are what its ops read from outside,
/// and the named sizes that theirs depend on; repeated ops are cloned inside.
void Former::outline(Group &group) {
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
  std::string name = absl::StrCat(function.getName().str(), "_g", count++);
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

  builder.setInsertionPoint(group.sink);
  auto call = mlir::func::CallOp::create(builder, loc, outlined, arguments);
  group.sink->replaceAllUsesWith(call);
  if (!llvm::all_of(ordered, mlir::isMemoryEffectFree))
    lasting.insert(call);
}

/// What was outlined or repeated is dead in the entry: users first.
void Former::eraseOutlined() {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
    if (op.use_empty() && !lasting.contains(&op) &&
        !op.hasTrait<mlir::OpTrait::IsTerminator>())
      op.erase();
}

struct FormFusionGroups : impl::FormFusionGroupsPassBase<FormFusionGroups> {
  using FormFusionGroupsPassBase::FormFusionGroupsPassBase;

  void runOnOperation() override {
    llvm::SmallVector<FuncOp> functions;
    for (FuncOp function : getOperation().getOps<FuncOp>())
      if (!function->hasAttr(ir::groupAttr))
        functions.push_back(function);
    for (FuncOp function : functions) {
      Former former(function, fuse);
      former.run();
      former.eraseOutlined();
    }
  }
};

} // namespace
} // namespace tgc::passes
