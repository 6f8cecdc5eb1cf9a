// Target machine, optional optimization, code emission, symbols.
#include "tgc/codegen/llvm/Object.h"

#include "tgc/codegen/TargetInfo.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>

namespace tgc::codegen {
namespace {

absl::Status internal(const std::string &what) {
  return absl::InternalError("code generation: " + what);
}

void registerTarget() {
  static const bool once = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)once;
}

} // namespace

absl::StatusOr<std::unique_ptr<llvm::TargetMachine>>
makeTargetMachine(const TargetInfo &target) {
  registerTarget();
  llvm::Triple triple(llvm::sys::getProcessTriple());
  std::string error;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!found)
    return internal(error);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  std::unique_ptr<llvm::TargetMachine> machine(found->createTargetMachine(
      triple, target.cpu, target.features, options, llvm::Reloc::PIC_,
      llvm::CodeModel::Small, llvm::CodeGenOptLevel::Default));
  if (!machine)
    return internal("no machine for " + triple.str());
  return machine;
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  llvm::TargetLibraryInfoImpl library(machine.getTargetTriple());
  library.disableAllFunctions();
  for (llvm::LibFunc f :
       {llvm::LibFunc_memcpy, llvm::LibFunc_memmove, llvm::LibFunc_memset})
    library.setAvailable(f);
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2)
      .run(module, modules);
}

absl::StatusOr<std::string>
emitCode(llvm::Module &module, llvm::TargetMachine &machine, bool assembly) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr,
                                  assembly ? llvm::CodeGenFileType::AssemblyFile
                                           : llvm::CodeGenFileType::ObjectFile))
    return internal("the target emits no such file");
  passes.run(module);
  return std::string(bytes.begin(), bytes.end());
}

absl::StatusOr<std::vector<std::string>>
undefinedSymbols(const std::string &object) {
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(object, "object"));
  if (!file)
    return internal(llvm::toString(file.takeError()));
  std::vector<std::string> names;
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols()) {
    llvm::Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return internal(llvm::toString(flags.takeError()));
    if (!(*flags & llvm::object::SymbolRef::SF_Undefined))
      continue;
    llvm::Expected<llvm::StringRef> name = symbol.getName();
    if (!name)
      return internal(llvm::toString(name.takeError()));
    if (!name->empty()) // the null symbol of ELF
      names.push_back(name->str());
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status checkUndefinedSymbols(const std::string &object) {
  TGC_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       undefinedSymbols(object));
  std::vector<std::string> refused;
  for (const std::string &name : names)
    if (name != "memcpy" && name != "memmove" && name != "memset" &&
        name.rfind("tgc_", 0) != 0)
      refused.push_back(name);
  if (refused.empty())
    return absl::OkStatus();
  return internal(absl::StrCat("the code calls ", absl::StrJoin(refused, ", "),
                               "; expected memcpy, memmove, memset and tgc_* "
                               "only"));
}

} // namespace tgc::codegen
