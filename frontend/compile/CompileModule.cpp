// Phases from import to native code.
#include "tgc/frontend/compile/CompileModule.h"

#include "tgc/codegen/Compiler.h"
#include "tgc/codegen/aot/WeightsObject.h"
#include "tgc/codegen/jit/Link.h"
#include "tgc/frontend/compile/ProgramImpl.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/ir/serialize/Serialize.h"
#include "tgc/passes/Pipelines.h"

#include "absl/strings/str_cat.h"

#include <chrono>

namespace tgc {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The IR phases of passes, then those of code generation, as one list.
class Phases {
public:
  Phases(const CompileOptions &options, CompileReport &report)
      : options(options), report(report) {
    for (std::string_view name : {"import", "expand", "simplify", "fuse"}) {
      if (options.from.empty() || options.from == name)
        break;
      ++skipped;
    }
  }

  /// Records a phase that has ended; false if the compilation ends with it,
  /// and then end() says why.
  bool ended(std::string_view name, double seconds) {
    report.phases.push_back({std::string(name), seconds});
    constexpr int count =
        8; // import expand simplify fuse, vector memory llvm asm
    double limit = options.limits.compile_time;
    bool goesOn = true;
    if (options.progress)
      guarded([&] {
        goesOn = options.progress(
            name, skipped + static_cast<int>(report.phases.size()) - 1, count,
            secondsSince(start));
      });
    if (!goesOn)
      stopped = absl::CancelledError(
          absl::StrCat("the compilation was cancelled after phase '",
                       std::string(name), "'"));
    else if (limit > 0 && secondsSince(start) >= limit)
      stopped = absl::DeadlineExceededError(
          absl::StrCat("the compilation took longer than ", limit,
                       " s (Limits::compile_time)\n  fix: raise the limit "
                       "(--time-limit)"));
    return stopped.ok() && !thrown;
  }
  void dump(std::string_view name, const std::string &text) {
    if (options.dump && !thrown)
      guarded([&] { options.dump(name, text); });
  }
  /// Why the compilation has ended early, if it has. Throws what a callback
  /// threw.
  absl::Status end() const {
    if (thrown)
      std::rethrow_exception(thrown);
    return stopped;
  }

  const CompileOptions &options;
  CompileReport &report;
  int skipped = 0; // phases that the program has gone through
  Clock::time_point start = Clock::now();
  absl::Status stopped;

private:
  /// The callers are compiled without exceptions: none may pass through them.
  template <class Call> void guarded(const Call &call) {
    try {
      call();
    } catch (...) {
      thrown = std::current_exception();
    }
  }
  std::exception_ptr thrown;
};

/// `threads` of code generation; 0: one per CPU, and then several objects.
absl::StatusOr<codegen::CompiledObject>
compileObject(mlir::ModuleOp module, const std::string &entry,
              const std::string &name, int threads,
              const CompileOptions &options, CompileReport &report) {
  if (options.level < 0 || options.level > 3)
    return absl::InvalidArgumentError(
        absl::StrCat("optimisation level ", options.level,
                     "; expected 0, 1, 2 or 3\n  fix: use 2, the default"));
  Phases phases(options, report);
  std::string given = options.from.empty() ? "import" : options.from;
  if (options.dump)
    phases.dump(given, ir::printText(module));
  if (!phases.ended(given, 0))
    return phases.end();

  passes::PipelineOptions pipeline;
  pipeline.level = options.level;
  pipeline.from = options.from;
  Clock::time_point phaseStart = Clock::now();
  auto afterPhase = [&](llvm::StringRef phase, mlir::ModuleOp m) {
    double seconds = secondsSince(phaseStart);
    if (options.dump)
      phases.dump(phase, ir::printText(m));
    phaseStart = Clock::now();
    return phases.ended(phase, seconds);
  };
  pipeline.afterPhase = afterPhase;
  absl::Status fused = passes::runToFused(module, entry, pipeline);
  TGC_RETURN_IF_ERROR(phases.end());
  TGC_RETURN_IF_ERROR(fused);

  codegen::CompileOptions generate;
  generate.level = options.level;
  generate.cpu = options.target_cpu;
  generate.name = name;
  generate.threads = threads;
  codegen::CompileReport details;
  generate.progress = [&](std::string_view phase, int, int, double seconds) {
    int64_t limit = options.limits.memory, bytes = details.workspaceBytes;
    if (phase == "memory" && limit > 0 && bytes > limit) {
      phases.stopped = absl::ResourceExhaustedError(absl::StrCat(
          "a run of the program needs a workspace of ", bytes,
          " bytes, above the limit of ", limit,
          " (Limits::memory)\n  fix: raise the limit (--memory-limit), or use "
          "smaller sizes"));
      return false;
    }
    return phases.ended(phase, seconds);
  };
  if (options.dump) {
    generate.wantsText = [](std::string_view) { return true; };
    generate.text = [&](std::string_view phase, std::string text) {
      phases.dump(phase, text);
    };
  }
  auto object = codegen::compile(module, generate, &details);
  TGC_RETURN_IF_ERROR(phases.end());
  TGC_RETURN_IF_ERROR(object.status());
  for (const auto &group : details.groups)
    report.groups.push_back(
        {group.kind, group.schedule, group.ops * group.calls});
  report.target_cpu = object->cpu;
  report.code_bytes = details.objectBytes;
  report.weight_bytes = details.weightsBytes;
  report.workspace = details.memory;
  return object;
}

/// A copy of the program's module with the wanted function as `main`.
absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
copyForCompile(const Program &program, const CompileOptions &options) {
  TGC_ASSIGN_OR_RETURN(mlir::func::FuncOp function,
                       findFunction(program.impl->get(), options.function));
  mlir::OwningOpRef<mlir::ModuleOp> copy(program.impl->get().clone());
  if (function.getName() == "main")
    return copy;
  if (auto other = copy->lookupSymbol<mlir::func::FuncOp>("main")) {
    // Code generation compiles `main`: the other function steps aside.
    std::string aside = "main_";
    while (copy->lookupSymbol(aside))
      aside += "_";
    (void)mlir::SymbolTable::replaceAllSymbolUses(
        other, mlir::StringAttr::get(other.getContext(), aside), *copy);
    other.setName(aside);
  }
  auto chosen = copy->lookupSymbol<mlir::func::FuncOp>(function.getName());
  (void)mlir::SymbolTable::replaceAllSymbolUses(
      chosen, mlir::StringAttr::get(chosen.getContext(), "main"), *copy);
  chosen.setName("main");
  return copy;
}

} // namespace

absl::StatusOr<std::shared_ptr<ExecutableImpl>>
compileModule(mlir::ModuleOp module, const std::string &entry,
              const CompileOptions &options) {
  auto impl = std::make_shared<ExecutableImpl>();
  TGC_ASSIGN_OR_RETURN(codegen::CompiledObject object,
                       compileObject(module, entry, "main", /*threads=*/0,
                                     options, impl->report));
  Clock::time_point start = Clock::now();
  TGC_ASSIGN_OR_RETURN(impl->loaded, codegen::linkInProcess(object));
  impl->report.phases.push_back({"link", secondsSince(start)});
  if (options.report)
    options.report(impl->report);
  return impl;
}

absl::StatusOr<std::vector<std::string>>
compileModuleToObjects(mlir::ModuleOp module, const std::string &entry,
                       const std::string &name, const CompileOptions &options) {
  CompileReport report;
  TGC_ASSIGN_OR_RETURN(
      codegen::CompiledObject object,
      compileObject(module, entry, name, /*threads=*/1, options, report));
  if (options.report)
    options.report(report);
  std::vector<std::string> files{std::move(object.object)};
  if (object.weights && object.weights->size() > 0) {
    auto around = codegen::weightsObject(name, object.weights->size());
    std::string file = std::move(around.before);
    file.append(static_cast<const char *>(object.weights->data()),
                static_cast<size_t>(object.weights->size()));
    files.push_back(file + around.after);
  }
  return files;
}

Executable compile(const Program &program, const CompileOptions &options,
                   std::source_location where) {
  std::lock_guard lock(program.impl->mutex);
  auto module = valueOrThrow(copyForCompile(program, options), where);
  return Executable(
      valueOrThrow(compileModule(*module, "main", options), where));
}

std::vector<std::string> compile_to_objects(const Program &program,
                                            const std::string &name,
                                            const CompileOptions &options,
                                            std::source_location where) {
  std::lock_guard lock(program.impl->mutex);
  auto module = valueOrThrow(copyForCompile(program, options), where);
  return valueOrThrow(compileModuleToObjects(*module, "main", name, options),
                      where);
}

} // namespace tgc
