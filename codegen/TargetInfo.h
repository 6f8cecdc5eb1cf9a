// What code generation may ask about a CPU; no emitter asks for the
// architecture's name.
#ifndef TGC_CODEGEN_TARGETINFO_H
#define TGC_CODEGEN_TARGETINFO_H

#include <cstdint>
#include <string>

namespace tgc::codegen {

/// ISA facts of one target.
struct TargetInfo {
  std::string cpu;      // LLVM's name, "znver4"
  std::string features; // LLVM's feature string, exact: "+avx2,-avx512f,…"
  int64_t vectorBytes = 16;
  int64_t vectorRegisters = 16;
  bool hasFma = false;          // math.fma is one instruction
  bool hasMaskedMemory = false; // masked loads and stores of any lane are cheap

  int64_t lanes(int64_t elementBytes) const {
    return vectorBytes / elementBytes;
  }
};

/// This machine's CPU, or the one named ("x86-64-v3", "znver4", "native").
/// Empty `cpu` in the result: LLVM does not know the name.
TargetInfo targetInfo(const std::string &cpu);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_TARGETINFO_H
