// Size checks outlive the ops that ask for them.
#include "tgc/passes/Passes.h"

#include "tgc/ir/analysis/ChecksAttr.h"
#include "tgc/ir/analysis/DimAnalysis.h"

namespace tgc::passes {

#define GEN_PASS_DEF_KEEPCHECKSPASS
#include "tgc/passes/Passes.h.inc"

namespace {

struct KeepChecks : impl::KeepChecksPassBase<KeepChecks> {
  void runOnOperation() override {
    mlir::func::FuncOp function = getOperation();
    if (!function.isPublic())
      return;
    auto found = ir::DimAnalysis(function).checks();
    if (!found.ok()) {
      function.emitError(std::string(found.status().message()));
      return signalPassFailure();
    }
    ir::addChecks(function, *found);
  }
};

} // namespace
} // namespace tgc::passes
