// The pipelines.
#include "tgc/passes/Pipelines.h"

#include "tgc/ir/TgcDialect.h"
#include "tgc/ir/serialize/Serialize.h"
#include "tgc/passes/Passes.h"

#include "absl/strings/str_cat.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace tgc::passes {
namespace {

using mlir::func::FuncOp;

struct Phase {
  llvm::StringLiteral name;
  void (*add)(mlir::PassManager &, const PipelineOptions &);
};

void addExpand(mlir::PassManager &pm, const PipelineOptions &) {
  pm.addPass(createInlineCallsPass());
  pm.addPass(mlir::createSymbolDCEPass());
  pm.addNestedPass<FuncOp>(createKeepChecksPass());
}

void addSimplify(mlir::PassManager &pm, const PipelineOptions &) {
  pm.addNestedPass<FuncOp>(createSimplifyPass());
  pm.addNestedPass<FuncOp>(createFoldConstantsPass());
  pm.addNestedPass<FuncOp>(mlir::createCSEPass());
  pm.addNestedPass<FuncOp>(createSimplifyPass());
}

void addFuse(mlir::PassManager &pm, const PipelineOptions &options) {
  FormFusionGroupsPassOptions fusion;
  fusion.fuse = options.level > 0;
  pm.addPass(createFormFusionGroupsPass(fusion));
}

constexpr Phase phases[] = {
    {"expand", addExpand},
    {"simplify", addSimplify},
    {"fuse", addFuse},
};

} // namespace

absl::Status runToFused(mlir::ModuleOp module, llvm::StringRef entry,
                        const PipelineOptions &options) {
  for (FuncOp function : module.getOps<FuncOp>())
    function.setVisibility(function.getName() == entry
                               ? mlir::SymbolTable::Visibility::Public
                               : mlir::SymbolTable::Visibility::Private);
  std::string first;
  mlir::ScopedDiagnosticHandler handler(
      module.getContext(), [&](mlir::Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error &&
            first.empty())
          first = diagnostic.str();
        return mlir::success();
      });
  for (const Phase &phase : phases) {
    mlir::PassManager pm(module.getContext());
    pm.enableVerifier(options.verify);
    phase.add(pm, options);
    if (mlir::failed(pm.run(module)))
      return absl::InvalidArgumentError(
          absl::StrCat("phase '", phase.name.str(),
                       "' failed: ", first.empty() ? "no diagnostic" : first));
    ir::stamp(module, phase.name);
    if (options.afterPhase && !options.afterPhase(phase.name, module))
      return absl::CancelledError(
          absl::StrCat("cancelled after phase '", phase.name.str(), "'"));
  }
  return absl::OkStatus();
}

} // namespace tgc::passes
