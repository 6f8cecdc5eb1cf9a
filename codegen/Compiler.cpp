// Phases of code generation: vector, memory, llvm, asm.
#include "tgc/codegen/Compiler.h"

#include "tgc/codegen/FusedModule.h"
#include "tgc/codegen/emit/Emitter.h"
#include "tgc/codegen/emit/Entry.h"
#include "tgc/codegen/llvm/ExecutableTable.h"
#include "tgc/codegen/llvm/Lower.h"
#include "tgc/codegen/llvm/Object.h"
#include "tgc/ir/LocationText.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <cctype>
#include <chrono>

namespace tgc::codegen {
namespace {

constexpr const char *phaseNames[] = {"vector", "memory", "llvm", "asm"};
constexpr int numPhases = 4;

bool isIdentifier(const std::string &name) {
  auto letter = [](unsigned char c) { return std::isalpha(c) || c == '_'; };
  auto inner = [&](unsigned char c) { return letter(c) || std::isdigit(c); };
  return !name.empty() && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), inner);
}

/// Keeps diagnostics of MLIR and LLVM: the library prints nothing.
class Diagnostics {
public:
  explicit Diagnostics(mlir::MLIRContext *context)
      : handler(context, [this](mlir::Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
            add(diagnostic.str(), ir::locationText(diagnostic.getLocation()));
          return mlir::success();
        }) {}

  void collectFrom(llvm::LLVMContext &context) {
    context.setDiagnosticHandlerCallBack(
        [](const llvm::DiagnosticInfo *info, void *self) {
          if (info->getSeverity() != llvm::DS_Error)
            return;
          std::string text;
          llvm::raw_string_ostream stream(text);
          llvm::DiagnosticPrinterRawOStream printer(stream);
          info->print(printer);
          static_cast<Diagnostics *>(self)->add(std::move(text), "");
        },
        this);
  }

  bool any() const { return !messages.empty(); }

  /// `status` with what was reported.
  absl::Status with(const absl::Status &status) const {
    return messages.empty()
               ? status
               : absl::Status(status.code(),
                              absl::StrCat(status.message(), messages));
  }

private:
  void add(std::string text, const std::string &where) {
    absl::StrAppend(&messages, "\n  ", text,
                    where.empty() ? "" : absl::StrCat(" [", where, "]"));
  }

  std::string messages;
  mlir::ScopedDiagnosticHandler handler;
};

class Compilation {
public:
  Compilation(mlir::ModuleOp fused, const CompileOptions &options,
              CompileReport &report)
      : fused(fused), options(options), report(report),
        diagnostics(fused.getContext()) {}

  absl::StatusOr<CompiledObject> run() {
    if (!isIdentifier(options.name))
      return absl::InvalidArgumentError(
          absl::StrCat("name '", options.name,
                       "' of the compiled program is no C identifier\n  fix: "
                       "use letters, digits and '_'"));
    target = targetInfo(options.cpu);
    if (target.cpu.empty())
      return absl::InvalidArgumentError(
          absl::StrCat("target CPU '", options.cpu,
                       "' is unknown; expected native, x86-64, "
                       "x86-64-v3, x86-64-v4 or a name such as znver4"));
    llvmContext.setDiscardValueNames(!wants("llvm"));
    diagnostics.collectFrom(llvmContext);
    for (int i = 0; i < numPhases; ++i) {
      auto start = std::chrono::steady_clock::now();
      absl::Status status = (this->*phases[i])();
      if (status.ok() && diagnostics.any())
        status = absl::InternalError(
            absl::StrCat("code generation: phase ", phaseNames[i], " failed"));
      if (!status.ok())
        return diagnostics.with(status);
      std::chrono::duration<double> taken =
          std::chrono::steady_clock::now() - start;
      report.phases.push_back({phaseNames[i], taken.count()});
      if (options.progress &&
          !options.progress(phaseNames[i], i, numPhases, taken.count()))
        return absl::CancelledError("the compilation was cancelled");
    }
    return std::move(result);
  }

private:
  bool wants(std::string_view phase) const {
    return options.wantsText && options.text && options.wantsText(phase);
  }

  /// Emits every group once into `machineModule`.
  absl::Status vectorPhase() {
    loadDialects(*fused.getContext());
    TGC_ASSIGN_OR_RETURN(program, readFusedModule(fused));
    mlir::OpBuilder b(fused.getContext());
    machineModule = mlir::ModuleOp::create(fused.getLoc());
    auto internal = mlir::LLVM::LinkageAttr::get(fused.getContext(),
                                                 mlir::LLVM::Linkage::Internal);
    for (const Group &group : program.groups) {
      auto function = llvm::cast<mlir::func::FuncOp>(group.function);
      std::string symbol = "tgc_" + function.getSymName().str();
      auto emitted = emitGroup(function, *machineModule, symbol, target);
      if (mlir::failed(emitted))
        return absl::InternalError(absl::StrCat(
            "code generation: no code for group '", function.getSymName().str(),
            "' of kind ", group.kind));
      mlir::Operation *code = machineModule->lookupSymbol(symbol);
      if (!code)
        return absl::InternalError(absl::StrCat(
            "code generation: the emitter left no function '", symbol, "'"));
      code->setAttr("llvm.linkage", internal);
      report.groups.push_back({symbol, group.kind, emitted->schedule,
                               emitted->iterations.text(), emitted->grain, 0});
      groups.push_back(*std::move(emitted));
    }
    for (const GroupCall &call : program.calls)
      ++report.groups[call.group].calls;
    if (wants("vector"))
      options.text("vector", printed(*machineModule));
    return absl::OkStatus();
  }

  absl::Status memoryPhase() {
    WeightsBuilder weights;
    TGC_ASSIGN_OR_RETURN(plan, planProgram(program, groups, weights));
    TGC_ASSIGN_OR_RETURN(result.weights, weights.build());
    report.memory = plan.arena.text();
    report.weightsBytes = plan.weightsBytes;
    if (wants("memory"))
      options.text("memory", plan.text());
    return absl::OkStatus();
  }

  absl::Status llvmPhase() {
    TGC_ASSIGN_OR_RETURN(machine, makeTargetMachine(target));
    TGC_ASSIGN_OR_RETURN(code, lowerToLLVM(*machineModule, llvmContext,
                                           *machine, options.verify));
    machineModule = nullptr;
    TGC_ASSIGN_OR_RETURN(llvm::Function * run, emitEntry(plan, *code));
    emitExecutableTable(plan, options.name, target, run,
                        options.embedWeights ? result.weights.get() : nullptr,
                        *code);
    if (options.embedWeights)
      result.weights = nullptr;
    for (llvm::Function &function : *code)
      function.setDoesNotThrow();
    if (options.level >= 3)
      optimize(*code, *machine);
    report.llvmInstructions = code->getInstructionCount();
    if (wants("llvm")) {
      std::string text;
      llvm::raw_string_ostream stream(text);
      code->print(stream, nullptr);
      options.text("llvm", std::move(text));
    }
    return absl::OkStatus();
  }

  absl::Status asmPhase() {
    if (wants("asm")) {
      std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*code);
      TGC_ASSIGN_OR_RETURN(std::string text,
                           emitCode(*copy, *machine, /*assembly=*/true));
      options.text("asm", std::move(text));
    }
    TGC_ASSIGN_OR_RETURN(result.object,
                         emitCode(*code, *machine, /*assembly=*/false));
    TGC_RETURN_IF_ERROR(checkUndefinedSymbols(result.object));
    result.name = options.name;
    result.cpu = target.cpu;
    report.objectBytes = static_cast<int64_t>(result.object.size());
    return absl::OkStatus();
  }

  static std::string printed(mlir::ModuleOp module) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module.print(stream);
    return text;
  }

  static constexpr absl::Status (Compilation::*phases[numPhases])() = {
      &Compilation::vectorPhase, &Compilation::memoryPhase,
      &Compilation::llvmPhase, &Compilation::asmPhase};

  mlir::ModuleOp fused;
  const CompileOptions &options;
  CompileReport &report;
  Diagnostics diagnostics;
  TargetInfo target;
  FusedModule program;
  std::vector<EmittedGroup> groups;
  mlir::OwningOpRef<mlir::ModuleOp> machineModule;
  ProgramPlan plan;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> code;
  CompiledObject result;
};

} // namespace

absl::StatusOr<CompiledObject> compile(mlir::ModuleOp fused,
                                       const CompileOptions &options,
                                       CompileReport *report) {
  CompileReport unused;
  return Compilation(fused, options, report ? *report : unused).run();
}

} // namespace tgc::codegen
