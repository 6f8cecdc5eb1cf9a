// The one interface between the driver of code generation and the emitters.
#ifndef TGC_CODEGEN_EMIT_EMITTER_H
#define TGC_CODEGEN_EMIT_EMITTER_H

#include "tgc/codegen/TargetInfo.h"
#include "tgc/ir/analysis/DimAnalysis.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace tgc::codegen {

/// Machine-level function of a group, as the driver calls it:
///
///   void @symbol(%context: !llvm.ptr, %begin: i64, %end: i64)
///
/// an `llvm.func`-compatible `func.func` that computes iterations
/// [begin, end) of the group's parallel space. `context` points to 8-byte
/// words: the data pointers of the group's tensor operands, then of its
/// results, then one pointer to an int64 per out-of-range slot (see
/// `oobSlots`), then the values of `symbols` as int64. Results alias no
/// operand. Iterations write disjoint elements, so any split over threads
/// gives the same bits.
struct EmittedGroup {
  std::string symbol;
  /// Extent of the parallel space and the least iterations worth a call.
  DimExpr iterations;
  int64_t grain = 1;
  /// Named sizes that the code reads, in the order of the context.
  std::vector<std::string> symbols;
  /// One per gather with oob = error, in program order: the code lowers the
  /// slot (atomic signed minimum; the driver starts it at INT64_MAX) to the
  /// row-major position of an index out of range and goes on clamped.
  std::vector<mlir::Location> oobSlots;
  /// One line on tile, lanes and loop order, for `tgc inspect`.
  std::string schedule;
};

/// Emits the group `group`, an outlined private function of tgc ops with the
/// attribute `tgc.group` (the kind: "map", "reduce", "contract", "convolution",
/// "move"), as loops over llvm.ptr, scf, arith, math.fma and 1-D vectors,
/// appended to `module` under `symbol`; the context has the dialects of
/// loadDialects() (llvm/Lower.h). Failure only on an internal error, reported
/// at the op.
mlir::FailureOr<EmittedGroup> emitGroup(mlir::func::FuncOp group,
                                        mlir::ModuleOp module,
                                        llvm::StringRef symbol,
                                        const TargetInfo &target);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_EMITTER_H
