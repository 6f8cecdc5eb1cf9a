// The pipelines: lists of passes, phase by phase.
#ifndef TGC_PASSES_PIPELINES_H
#define TGC_PASSES_PIPELINES_H

#include "tgc/runtime/core/Status.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace tgc::passes {

struct PipelineOptions {
  /// 0: one group per op; 1 and above: fusion.
  int level = 2;
  /// The phase that the module has gone through already: import (or empty),
  /// expand, simplify or fuse. Its `tgc.phase`, if it has one, must be that.
  llvm::StringRef from;
  /// Called after every phase with its name; false cancels.
  llvm::function_ref<bool(llvm::StringRef phase, mlir::ModuleOp)> afterPhase;
};

/// Takes a module to its fused form: calls inlined, simplified, folded, every
/// op in a group, verified after every pass. Only `entry` stays public; other
/// functions go. Errors: InvalidArgument with the first diagnostic of a pass,
/// for another `from`, and for a module that is visibly not of that phase;
/// Cancelled.
absl::Status runToFused(mlir::ModuleOp module, llvm::StringRef entry,
                        const PipelineOptions &options = {});

} // namespace tgc::passes

#endif // TGC_PASSES_PIPELINES_H
