// Declares the kernels of one CPU level. Define TGC_CPU_LEVEL (baseline, v3,
// v4) first; without include guard, since a table or a test declares several.
#ifndef TGC_CPU_LEVEL
#error "define TGC_CPU_LEVEL as baseline, v3 or v4"
#endif

#include "tgc/runtime/kernels/KernelTable.h"

/// One function per op with a kernel, named as its mnemonic; contract: Kernel.
/// Files that define them are built once per CPU level, so everything else in
/// them has internal linkage and calls no inline function of a library: the
/// linker keeps one copy of those for the program and could pick one that
/// needs a newer CPU.
namespace tgc::kernels::TGC_CPU_LEVEL {
#define TGC_KERNEL(Kind, mnemonic) int64_t mnemonic(const KernelCall &call);
#include "tgc/runtime/KernelTable.inc"
} // namespace tgc::kernels::TGC_CPU_LEVEL
