// Every pass of tgc.
#ifndef TGC_PASSES_PASSES_TD
#define TGC_PASSES_PASSES_TD

include "mlir/Pass/PassBase.td"

def InlineCallsPass : Pass<"tgc-inline-calls", "mlir::ModuleOp"> {
  let summary = "replaces every call by the callee's body";
  let description = [{
    Later passes see whole programs. Calls that form a cycle are an error: no
    program that ends contains one.
  }];
}

def KeepChecksPass : Pass<"tgc-keep-checks", "mlir::func::FuncOp"> {
  let summary = "writes the size checks of a public function onto it";
  let description = [{
    Sizes that must be equal are compared at entry, also for an op that later
    passes remove because nobody reads its result: a program is refused on every
    route or on none. The attribute is `tgc.checks`.
  }];
}

def SimplifyPass : Pass<"tgc-simplify", "mlir::func::FuncOp"> {
  let summary = "rewrites that keep every bit of every result";
  let description = [{
    Folders, and the algebra that is legal for all inputs, NaN payloads aside:
    x * 1, x / 1, x - (+0), x + (-0); chains of transposes and reshapes. Constant
    weights of a convolution are transposed so that input features are
    innermost.
  }];
}

def FoldConstantsPass : Pass<"tgc-fold-constants", "mlir::func::FuncOp"> {
  let summary = "runs ops on constants with the eager kernels";
  let description = [{
    An op whose operands are all constants becomes the constant it computes,
    unless the result is both above `max-bytes` and larger than the operands:
    a broadcast of a scalar must not become a file.
  }];
  let options = [
    Option<"maxBytes", "max-bytes", "int64_t", "64 << 10",
           "bytes that a result may always have">];
}

def FormFusionGroupsPass : Pass<"tgc-form-fusion-groups", "mlir::ModuleOp"> {
  let summary = "outlines groups of ops that become one loop nest each";
  let description = [{
    Every op but constants ends in a private function with the attribute
    `tgc.group`: map, reduce, contract, convolution or move. Elementwise
    producers join the group of their only user; elementwise consumers join a
    product, convolution or reduction that only they use. Broadcasts, iotas and
    scalar constants are repeated in every group that reads them. A group holds
    at most 64 ops of each kind of growth and 26 values live at once; more make
    several. Equal groups of a function are one function, but for ops that may
    fail. Fusion changes no bit.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::tensor::TensorDialect"];
  let options = [
    Option<"fuse", "fuse", "bool", "true",
           "false: one group per op, as -O0 does">];
}

#endif // TGC_PASSES_PASSES_TD
