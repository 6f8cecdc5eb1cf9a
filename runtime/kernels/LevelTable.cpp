// The kernels of one CPU level by OpKind.
#include "tgc/runtime/kernels/Kernels.h"

namespace tgc {
namespace {

#define TGC_KERNEL_TABLE
#include "tgc/runtime/KernelTable.inc"
#undef TGC_KERNEL_TABLE

} // namespace

namespace kernels::TGC_CPU_LEVEL {

// Declared where it is used, in KernelTable.cpp.
Kernel kernelOf(OpKind kind) { return kernelTable[static_cast<size_t>(kind)]; }

} // namespace kernels::TGC_CPU_LEVEL
} // namespace tgc
