// Replaces calls by bodies.
#include "tgc/passes/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

namespace tgc::passes {

#define GEN_PASS_DEF_INLINECALLSPASS
#include "tgc/passes/Passes.h.inc"

namespace {

using mlir::func::CallOp;
using mlir::func::FuncOp;

/// Callees before callers; nothing if calls form a cycle.
std::optional<llvm::SmallVector<FuncOp>> calleesFirst(mlir::ModuleOp module) {
  llvm::DenseMap<FuncOp, llvm::SetVector<FuncOp>> callees;
  llvm::SmallVector<FuncOp> waiting, order;
  for (FuncOp function : module.getOps<FuncOp>()) {
    waiting.push_back(function);
    function.walk([&](CallOp call) {
      callees[function].insert(module.lookupSymbol<FuncOp>(call.getCallee()));
    });
  }
  llvm::DenseSet<FuncOp> done;
  while (!waiting.empty()) {
    size_t before = order.size();
    llvm::erase_if(waiting, [&](FuncOp function) {
      bool ready = llvm::all_of(callees[function],
                                [&](FuncOp f) { return done.contains(f); });
      if (ready) {
        done.insert(function);
        order.push_back(function);
      }
      return ready;
    });
    if (order.size() == before)
      return std::nullopt;
  }
  return order;
}

void inlineCall(CallOp call, FuncOp callee) {
  mlir::IRMapping mapping;
  mapping.map(callee.getArguments(), call.getOperands());
  mlir::OpBuilder builder(call);
  for (mlir::Operation &op : callee.getBody().front()) {
    if (!op.hasTrait<mlir::OpTrait::IsTerminator>()) {
      builder.clone(op, mapping);
      continue;
    }
    for (auto [result, value] : llvm::zip(call.getResults(), op.getOperands()))
      result.replaceAllUsesWith(mapping.lookup(value));
  }
  call.erase();
}

struct InlineCalls : impl::InlineCallsPassBase<InlineCalls> {
  void runOnOperation() override {
    auto order = calleesFirst(getOperation());
    if (!order) {
      getOperation().emitError("calls form a cycle: the program would not end");
      return signalPassFailure();
    }
    for (FuncOp function : *order) {
      llvm::SmallVector<CallOp> calls;
      function.walk([&](CallOp call) { calls.push_back(call); });
      for (CallOp call : calls)
        inlineCall(call, getOperation().lookupSymbol<FuncOp>(call.getCallee()));
    }
  }
};

} // namespace
} // namespace tgc::passes
