// Weights as an object file, to be linked beside the code.
#ifndef TGC_CODEGEN_AOT_WEIGHTSOBJECT_H
#define TGC_CODEGEN_AOT_WEIGHTSOBJECT_H

#include <cstdint>
#include <string>

namespace tgc::codegen {

/// An ELF relocatable file for x86-64 is `before`, the weights, `after`: the
/// weights themselves are not copied and never pass LLVM.
struct WeightsObject {
  std::string before;
  std::string after;
};

/// Defines the hidden symbol `tgc_weights_NAME` over `bytes` bytes of read-only
/// data, 64-byte aligned; from 64 MiB on in a section for large data, so that
/// code around it stays within reach of 32-bit offsets. Layout: System V ABI,
/// ELF-64 object file format.
WeightsObject weightsObject(const std::string &name, int64_t bytes);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_AOT_WEIGHTSOBJECT_H
