// Chooses groups.
#include "tgc/passes/Passes.h"
#include "tgc/passes/fusion/Group.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/Ops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace tgc::passes {

#define GEN_PASS_DEF_FORMFUSIONGROUPSPASS
#include "tgc/passes/Passes.h.inc"

namespace {

using mlir::Operation;
using mlir::func::FuncOp;

#include "tgc/passes/Rules.inc"

/// What a group that starts at this op is called.
llvm::StringRef kindOf(Operation *op) {
  return groupKinds[static_cast<size_t>(*ir::opKindOf(op))];
}

/// Ops of one kind of growth in a group: more only make one loop body longer,
/// and code generation is not linear in its length.
constexpr size_t maxOps = 64;
/// Values that are live at once. The widest CPUs have 32 vector registers, and
/// addresses and constants want some (a spill still costs less than a store to
/// memory and the load of another group).
constexpr int maxLiveValues = 26;

/// Values live at once when the ops are computed as code generation does:
/// operands first, in order, back from the first op.
int liveValues(const llvm::SetVector<Operation *> &ops) {
  std::vector<Operation *> open{ops.front()}, order;
  llvm::DenseSet<Operation *> done;
  llvm::DenseMap<mlir::Value, int> uses;
  while (!open.empty()) {
    Operation *op = open.back(), *missing = nullptr;
    for (mlir::Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          !missing && ops.contains(producer) && !done.contains(producer))
        missing = producer;
    if (missing) {
      open.push_back(missing);
      continue;
    }
    open.pop_back();
    done.insert(op);
    order.push_back(op);
    for (mlir::Value operand : op->getOperands())
      ++uses[operand];
  }
  int live = 0, most = 0;
  llvm::DenseSet<mlir::Value> loaded;
  for (Operation *op : order) {
    for (mlir::Value operand : op->getOperands())
      live += !ops.contains(operand.getDefiningOp()) &&
              loaded.insert(operand).second;
    most = std::max(most, ++live);
    for (mlir::Value operand : op->getOperands())
      live -= --uses[operand] == 0;
  }
  return most;
}

class Former {
public:
  Former(FuncOp function, bool fuse)
      : function(function), fuse(fuse), outliner(function) {}

  void run();

private:
  bool sameSpace(mlir::Value a, mlir::Value b);
  bool isFree(Operation *op) { return op && !owned.contains(op); }
  void take(Group &group, Operation *op) {
    group.ops.insert(op);
    owned.insert(op);
  }
  llvm::SmallVector<Operation *> consumersOf(mlir::Value value);
  void growConsumers(Group &group);
  void growProducers(Group &group, mlir::Value space);

  FuncOp function;
  bool fuse;
  Outliner outliner;
  llvm::DenseSet<Operation *> owned; // by a group
  std::vector<Group> groups;
};

bool Former::sameSpace(mlir::Value a, mlir::Value b) {
  const TensorType &x = outliner.sizes().typeOf(a);
  const TensorType &y = outliner.sizes().typeOf(b);
  if (x.rank() != y.rank())
    return false;
  for (int64_t i = 0; i < x.rank(); ++i)
    if (!x.dims[i].provablyEqual(y.dims[i]))
      return false;
  return true;
}

/// The elementwise ops over `value`'s sizes that alone use it, in program order
/// up to the first whose result is all that leaves them: several where a value
/// is read twice, as relu(x) = select(x > 0, x, 0) does. Empty if there are
/// none, or only with too many between.
llvm::SmallVector<Operation *> Former::consumersOf(mlir::Value value) {
  constexpr size_t most = 8;
  llvm::SetVector<Operation *> ops(value.user_begin(), value.user_end());
  while (!ops.empty() && ops.size() <= most) {
    for (Operation *op : ops)
      if (!isFree(op) || !isElementwise(op) ||
          !sameSpace(op->getResult(0), value))
        return {};
    llvm::SmallVector<Operation *> ordered(ops.begin(), ops.end());
    llvm::sort(ordered, [](Operation *a, Operation *b) {
      return a->isBeforeInBlock(b);
    });
    for (Operation *op : llvm::ArrayRef(ordered).drop_back())
      ops.insert(op->user_begin(), op->user_end());
    if (ops.size() == ordered.size())
      return ordered;
  }
  return {};
}

/// Elementwise ops that alone use the group's result run on its tile.
void Former::growConsumers(Group &group) {
  constexpr size_t maxExtraOperands = 4;
  llvm::SetVector<mlir::Value> extra;
  for (;;) {
    llvm::SmallVector<Operation *> ops = consumersOf(group.sink->getResult(0));
    for (Operation *op : ops)
      for (mlir::Value operand : op->getOperands())
        if (Operation *from = operand.getDefiningOp();
            !from || (from != group.sink && !llvm::is_contained(ops, from)))
          extra.insert(operand);
    if (ops.empty() || extra.size() > maxExtraOperands ||
        group.ops.size() + ops.size() > maxOps)
      return;
    group.sink = ops.back();
    for (Operation *op : ops)
      take(group, op);
  }
}

/// Elementwise ops over `space` all of whose users are in the group join it;
/// nothing leaves the group but its result, so no path returns to it.
void Former::growProducers(Group &group, mlir::Value space) {
  llvm::SetVector<Operation *> &ops = group.ops;
  size_t before = ops.size();
  for (size_t i = 0; i < ops.size(); ++i) {
    for (mlir::Value operand : ops[i]->getOperands()) {
      Operation *op = operand.getDefiningOp();
      if (ops.size() - before < maxOps && isFree(op) && isElementwise(op) &&
          sameSpace(operand, space) &&
          llvm::all_of(
              op->getUsers(),
              [&](Operation *user) { return ops.contains(user); }))
        ops.insert(op);
    }
  }
  // The last to join have no producers in the group.
  while (ops.size() > before && liveValues(ops) > maxLiveValues)
    ops.pop_back();
  owned.insert(ops.begin(), ops.end());
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
        group.ops.insert(producers.ops.begin(), producers.ops.end());
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
        // A return, or another op that stands alone; a product or a move.
        return isFree(user) || !isElementwise(user);
      });
      if (needed)
        groups.push_back(start(op));
    }
  }
  llvm::sort(groups, [](const Group &a, const Group &b) {
    return a.sink->isBeforeInBlock(b.sink);
  });
  for (const Group &group : groups)
    outliner.outline(group);
  outliner.finish();
}

struct FormFusionGroups : impl::FormFusionGroupsPassBase<FormFusionGroups> {
  using FormFusionGroupsPassBase::FormFusionGroupsPassBase;

  void runOnOperation() override {
    llvm::SmallVector<FuncOp> functions;
    for (FuncOp function : getOperation().getOps<FuncOp>())
      if (!function->hasAttr(ir::groupAttr))
        functions.push_back(function);
    for (FuncOp function : functions)
      Former(function, fuse).run();
  }
};

} // namespace
} // namespace tgc::passes
