// Size checks outlive the ops that ask for them.
#include "tgc/passes/Passes.h"

#include "tgc/ir/TgcDialect.h"
#include "tgc/ir/analysis/DimAnalysis.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"

namespace tgc::passes {

#define GEN_PASS_DEF_KEEPCHECKSPASS
#include "tgc/passes/Passes.h.inc"

namespace {

struct KeepChecks : impl::KeepChecksPassBase<KeepChecks> {
  void runOnOperation() override {
    mlir::func::FuncOp function = getOperation();
    if (!function.isPublic())
      return;
    // Those that an earlier run left come first.
    llvm::SetVector<mlir::Attribute> checks;
    if (auto known = function->getAttrOfType<mlir::ArrayAttr>(ir::checksAttr))
      checks.insert(known.begin(), known.end());
    mlir::Builder builder(&getContext());
    for (const SizeCheck &check : ir::DimAnalysis(function).checks())
      checks.insert(builder.getStrArrayAttr(
          {check.got.text(), check.expected.text(), check.what}));
    if (!checks.empty())
      function->setAttr(ir::checksAttr,
                        builder.getArrayAttr(checks.getArrayRef()));
  }
};

} // namespace
} // namespace tgc::passes
