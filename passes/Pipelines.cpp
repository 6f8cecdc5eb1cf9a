// The pipelines.
#include "tgc/passes/Pipelines.h"

#include "tgc/ir/LocationText.h"
#include "tgc/ir/Ops.h"
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

/// What comes before all phases is a phase to go on from.
void addNothing(mlir::PassManager &, const PipelineOptions &) {}

constexpr Phase phases[] = {
    {"import", addNothing},
    {"expand", addExpand},
    {"simplify", addSimplify},
    {"fuse", addFuse},
};

/// Where the pipeline goes on in `phases`, for a module that says, and looks,
/// as if it had gone through options.from.
absl::StatusOr<size_t> firstPhase(mlir::ModuleOp module, llvm::StringRef entry,
                                  const PipelineOptions &options) {
  if (options.from.empty())
    return 1;
  const auto *phase = llvm::find_if(
      phases, [&](const Phase &each) { return each.name == options.from; });
  std::string from = options.from.str();
  if (phase == std::end(phases))
    return absl::InvalidArgumentError(
        absl::StrCat("phase '", from,
                     "' cannot be gone on from; expected "
                     "import, expand, simplify or fuse"));
  auto stamp = module->getAttrOfType<mlir::StringAttr>(ir::phaseAttr);
  if (stamp && stamp.getValue() != options.from)
    return absl::InvalidArgumentError(absl::StrCat(
        "the program is of phase '", stamp.str(), "'; expected '", from,
        "'\n  fix: go on from '", stamp.str(), "', or from the start"));
  size_t index = phase - phases;
  bool isFused = options.from == "fuse", isExpanded = index > 0;
  mlir::Operation *odd = nullptr;
  if (auto function = module.lookupSymbol<FuncOp>(entry))
    function.walk([&](mlir::Operation *op) {
      bool isCall = llvm::isa<mlir::func::CallOp>(op);
      bool isLoose = llvm::isa_and_nonnull<ir::TgcDialect>(op->getDialect()) &&
                     !llvm::isa<ir::ConstantOp>(op);
      if (!odd && isExpanded && (isFused ? isLoose : isCall))
        odd = op;
    });
  if (odd)
    return ir::withLocation(
        absl::InvalidArgumentError(absl::StrCat(
            "function '", entry.str(), "' holds '",
            odd->getName().getStringRef().str(), "', which phase '", from,
            "' leaves nowhere\n  fix: compile it from the start")),
        odd->getLoc());
  return index + 1;
}

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
  TGC_ASSIGN_OR_RETURN(size_t next, firstPhase(module, entry, options));
  for (const Phase &phase : llvm::ArrayRef(phases).drop_front(next)) {
    mlir::PassManager pm(module.getContext());
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
