// What LLVM says about a CPU, in the terms of the emitters.
#include "tgc/codegen/TargetInfo.h"

#include "tgc/runtime/executable/CpuFeatures.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <map>

namespace tgc::codegen {
namespace {

/// Features that select no instruction for the IR that is emitted here, and
/// those that every x86-64 has.
const llvm::StringSet<> &inertFeatures() {
  static const llvm::StringSet<> names{
      "64bit",    "adx",       "cldemote",  "clflushopt", "clwb",
      "clzero",   "cmov",      "crc32",     "cx16",       "cx8",
      "enqcmd",   "fsgsbase",  "fxsr",      "hreset",     "invpcid",
      "lwp",      "mmx",       "movdir64b", "movdiri",    "mwaitx",
      "pconfig",  "pku",       "prefetchi", "prfchw",     "ptwrite",
      "rdpid",    "rdpru",     "rdrnd",     "rdseed",     "rtm",
      "sahf",     "serialize", "sgx",       "sha",        "shstk",
      "sse",      "sse2",      "tsxldtrk",  "uintr",      "waitpkg",
      "wbnoinvd", "x87",       "xsave",     "xsavec",     "xsaveopt",
      "xsaves"};
  return names;
}

} // namespace

TargetInfo targetInfo(const std::string &cpu) {
  TargetInfo target;
  llvm::StringMap<bool> has;
  if (cpu == "native") {
    target.cpu = llvm::sys::getHostCPUName().str();
    has = llvm::sys::getHostCPUFeatures();
  } else {
    if (llvm::X86::parseArchX86(cpu, /*Only64Bit=*/true) == llvm::X86::CK_None)
      return target;
    target.cpu = cpu;
    llvm::SmallVector<llvm::StringRef> features;
    llvm::X86::getFeaturesForCPU(cpu, features);
    for (llvm::StringRef feature : features) {
      has[feature] = true;
      llvm::X86::updateImpliedFeatures(feature, /*Enabled=*/true, has);
    }
  }
  // What cannot be checked where an artefact is loaded is switched off, what
  // the name of the CPU implies but the host lacks (a hypervisor) as well.
  std::map<std::string, bool> exact;
  for (std::string_view name : checkableCpuFeatures())
    exact[std::string(name)] = has.lookup(name);
  for (const auto &feature : has)
    if (!exact.count(feature.first().str()) &&
        !inertFeatures().contains(feature.first()))
      exact[feature.first().str()] = false;
  for (const auto &[name, on] : exact) {
    if (!target.features.empty())
      target.features += ',';
    target.features += (on ? "+" : "-") + name;
  }

  target.hasFma = exact["fma"];
  if (exact["avx512f"] && exact["avx512vl"] && exact["avx512bw"] &&
      exact["avx512dq"]) {
    target.vectorBytes = 64;
    target.vectorRegisters = 32;
    target.hasMaskedMemory = true;
  } else if (exact["avx2"]) {
    target.vectorBytes = 32;
  }
  return target;
}

} // namespace tgc::codegen
