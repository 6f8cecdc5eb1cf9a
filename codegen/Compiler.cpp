// Phases of code generation: vector, memory, llvm, asm.
#include "tgc/codegen/Compiler.h"

#include "tgc/codegen/FusedModule.h"
#include "tgc/codegen/emit/Emitter.h"
#include "tgc/codegen/emit/Entry.h"
#include "tgc/codegen/llvm/ExecutableTable.h"
#include "tgc/codegen/llvm/Lower.h"
#include "tgc/codegen/llvm/Object.h"
#include "tgc/ir/LocationText.h"
#include "tgc/runtime/parallel/ParallelFor.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <mutex>

namespace tgc::codegen {
namespace {

constexpr const char *phaseNames[] = {"vector", "memory", "llvm", "asm"};
constexpr int numPhases = 4;
// A part costs a few milliseconds for itself.
constexpr int64_t opsPerPart = 2000;

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
    std::lock_guard<std::mutex> lock(mutex);
    absl::StrAppend(&messages, "\n  ", text,
                    where.empty() ? "" : absl::StrCat(" [", where, "]"));
  }

  std::mutex mutex; // parts of a program report from their threads
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
      // Looking it up by name would be quadratic.
      auto code = machineModule->getBody()->empty()
                      ? mlir::func::FuncOp()
                      : llvm::dyn_cast<mlir::func::FuncOp>(
                            machineModule->getBody()->back());
      if (!code || code.getSymName() != symbol)
        return absl::InternalError(absl::StrCat(
            "code generation: the emitter left no function '", symbol, "'"));
      code->setAttr("llvm.linkage", internal);
      int64_t ops = 0;
      for (mlir::Operation &op : function.getBody().front())
        ops += op.getName().getDialectNamespace() == "tgc" &&
               op.getName().getStringRef() != "tgc.constant";
      report.groups.push_back({symbol, group.kind, emitted->schedule,
                               emitted->iterations.text(), emitted->grain, 0,
                               ops});
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
    report.workspaceBytes = plan.arena.staticBytes;
    report.weightsBytes = plan.weightsBytes;
    if (wants("memory"))
      options.text("memory", plan.text());
    return absl::OkStatus();
  }

  absl::Status llvmPhase() {
    TGC_RETURN_IF_ERROR(lowerToLLVM(*machineModule));
    std::vector<mlir::OwningOpRef<mlir::ModuleOp>> modules =
        splitModule(*machineModule, numParts());
    modules.insert(modules.begin(), std::move(machineModule));
    for (mlir::OwningOpRef<mlir::ModuleOp> &module : modules) {
      Part &part = *parts.emplace_back(std::make_unique<Part>());
      part.context.setDiscardValueNames(!wants("llvm"));
      diagnostics.collectFrom(part.context);
      TGC_ASSIGN_OR_RETURN(part.machine, makeTargetMachine(target));
      TGC_ASSIGN_OR_RETURN(part.code,
                           translate(*module, part.context, *part.machine));
      module = nullptr;
    }
    llvm::Module &entry = *parts[0]->code;
    for (size_t i = 1; i < parts.size(); ++i)
      for (const llvm::Function &function : *parts[i]->code)
        if (!function.isDeclaration())
          entry.getOrInsertFunction(function.getName(), groupType(entry));
    TGC_ASSIGN_OR_RETURN(llvm::Function * run, emitEntry(plan, entry));
    emitExecutableTable(plan, options.name, target, run,
                        options.embedWeights ? result.weights.get() : nullptr,
                        entry);
    if (options.embedWeights)
      result.weights = nullptr;
    TGC_RETURN_IF_ERROR(forEachPart([&](Part &part) {
      for (llvm::Function &function : *part.code) {
        function.setDoesNotThrow();
        // Scratch on the stack must not step over a guard page.
        function.addFnAttr("probe-stack", "inline-asm");
      }
      if (options.level >= 3)
        optimize(*part.code, *part.machine);
      return absl::OkStatus();
    }));
    for (const auto &part : parts)
      report.llvmInstructions += part->code->getInstructionCount();
    if (wants("llvm")) {
      std::string text;
      llvm::raw_string_ostream stream(text);
      entry.print(stream, nullptr);
      options.text("llvm", std::move(text));
    }
    return absl::OkStatus();
  }

  absl::Status asmPhase() {
    if (wants("asm")) {
      std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*parts[0]->code);
      TGC_ASSIGN_OR_RETURN(std::string text, emitCode(*copy, *parts[0]->machine,
                                                      /*assembly=*/true));
      options.text("asm", std::move(text));
    }
    TGC_RETURN_IF_ERROR(forEachPart([](Part &part) -> absl::Status {
      TGC_ASSIGN_OR_RETURN(
          part.object, emitCode(*part.code, *part.machine, /*assembly=*/false));
      return checkUndefinedSymbols(part.object);
    }));
    for (const auto &part : parts) {
      report.objectBytes += static_cast<int64_t>(part->object.size());
      if (part == parts.front())
        result.object = std::move(part->object);
      else
        result.others.push_back(std::move(part->object));
    }
    result.name = options.name;
    result.cpu = target.cpu;
    return absl::OkStatus();
  }

  /// A part of the program: an LLVM context belongs to one thread at a time.
  struct Part {
    llvm::LLVMContext context;
    std::unique_ptr<llvm::TargetMachine> machine;
    std::unique_ptr<llvm::Module> code;
    std::string object;
    absl::Status status;
  };

  /// How many parts are worth a thread each. Text is of one.
  size_t numParts() {
    int64_t threads = options.threads > 0 ? options.threads : tgc_num_threads();
    if (threads <= 1 || wants("llvm") || wants("asm"))
      return 1;
    int64_t ops = 0;
    machineModule->walk([&](mlir::Operation *) { ++ops; });
    return static_cast<size_t>(
        std::clamp<int64_t>(ops / opsPerPart, 1, threads));
  }

  absl::Status forEachPart(llvm::function_ref<absl::Status(Part &)> work) {
    struct Context {
      Compilation *self;
      llvm::function_ref<absl::Status(Part &)> work;
    } context{this, work};
    tgc_parallel_for(
        static_cast<int64_t>(parts.size()), 1,
        [](void *data, int64_t begin, int64_t end) {
          auto *c = static_cast<Context *>(data);
          for (int64_t i = begin; i < end; ++i)
            c->self->parts[i]->status = c->work(*c->self->parts[i]);
        },
        &context);
    for (const auto &part : parts)
      TGC_RETURN_IF_ERROR(part->status);
    return absl::OkStatus();
  }

  /// The type of every group's function: (context, begin, end).
  static llvm::FunctionType *groupType(llvm::Module &module) {
    llvm::LLVMContext &context = module.getContext();
    llvm::Type *word = llvm::Type::getInt64Ty(context);
    return llvm::FunctionType::get(
        llvm::Type::getVoidTy(context),
        {llvm::PointerType::getUnqual(context), word, word}, false);
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
  std::vector<std::unique_ptr<Part>> parts; // the first has the entry
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
