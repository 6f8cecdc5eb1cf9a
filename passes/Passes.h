// Every pass of tgc, for pipelines and tgc-opt.
#ifndef TGC_PASSES_PASSES_H
#define TGC_PASSES_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace tgc::passes {

#define GEN_PASS_DECL
#include "tgc/passes/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "tgc/passes/Passes.h.inc"

} // namespace tgc::passes

#endif // TGC_PASSES_PASSES_H
