// Eager kernels: one function per op, built once per CPU level.
#ifndef TGC_RUNTIME_KERNELS_KERNELTABLE_H
#define TGC_RUNTIME_KERNELS_KERNELTABLE_H

#include "absl/types/span.h"
#include "tgc/runtime/core/OpAttrs.h"
#include "tgc/runtime/core/OpKind.h"

#include <cstdint>

namespace tgc {

/// A dense row-major tensor as a kernel sees it: plain data, so that the files
/// compiled for a newer CPU emit no inline function of a library that the
/// linker could pick for the whole program.
struct KernelTensor {
  void *data;
  DType dtype;
  const int64_t *dims;
  int64_t rank;
  int64_t elements;
};

/// One call: types are checked, results allocated, `attrs` normalised and
/// every size in it constant.
struct KernelCall {
  OpKind kind;
  const KernelTensor *operands;
  int64_t numOperands;
  const KernelTensor *results;
  int64_t numResults;
  const OpAttrs *attrs;
};

/// Computes the results. Returns -1, or, for an op that `reportsIndex` in mode
/// `error`, the row-major position of the first index (in the index operand,
/// without its vector dimension) that is out of range; results are then those
/// of `clamp`.
using Kernel = int64_t (*)(const KernelCall &call);

enum class CpuLevel : uint8_t { Baseline, V3, V4 };

/// The best level that this CPU and build have. Levels above the first need
/// FMA and AVX2 (x86-64-v3), AVX-512 (v4).
CpuLevel bestCpuLevel();

/// The kernel of an op at a level; null for an op without one: its result is
/// an attribute or shares the buffer of operand 0.
Kernel kernelFor(OpKind kind, CpuLevel level);

/// Level used by runOp: the best one, or what a test has set. Setting a
/// level above bestCpuLevel() is ignored.
CpuLevel currentCpuLevel();
void setCpuLevel(CpuLevel level);

/// Allocates results of the types that the rule gives and runs the kernel at
/// the current level: the eager interpreter and the IR interpreter. `attrs`
/// must be normalised and free of symbols. Errors: those of inferTypes and
/// Value::allocate; OutOfRange naming the index, its position and the size.
absl::StatusOr<std::vector<Value>>
runOp(OpKind kind, absl::Span<const Value> operands, const OpAttrs &attrs);

} // namespace tgc

#endif // TGC_RUNTIME_KERNELS_KERNELTABLE_H
