// Appends tgc ops to a function under construction: tracing, and every rule
// that makes IR, write with this.
#ifndef TGC_IR_BUILDER_OPWRITER_H
#define TGC_IR_BUILDER_OPWRITER_H

#include "tgc/ir/builder/SizeBuilder.h"
#include "tgc/runtime/core/OpAttrs.h"

namespace tgc::ir {

/// Writes ops where `builder` stands, and the sizes that their attributes name
/// at the start of the function. The first error ends the work: later calls of
/// build give null values, and the caller asks status() once, at the end.
class OpWriter {
public:
  /// `function` is around the place where `builder` stands. Its arguments and
  /// their `tgc.dims` are there; operands of build are values of it, and no
  /// argument that is added later.
  OpWriter(mlir::OpBuilder &builder, mlir::func::FuncOp function)
      : builder(builder), sizeBuilder(function), analysis(function) {}

  /// An op by its kind, with its type rule: normalises `attrs`, infers the
  /// types of the results over the function's named sizes. Returns the results;
  /// null values if an operand is null or after an error: one of the rule, or a
  /// size that is that of no argument.
  llvm::SmallVector<mlir::Value> build(OpKind kind, mlir::ValueRange operands,
                                       OpAttrs attrs, mlir::Location loc);

  /// An op whose rule has given `results` for these operands and these
  /// normalised `attrs`, whose symbols it knows. A size that only the names of
  /// sizes tell is promised by a tensor.cast: an op's verifier knows no names.
  llvm::SmallVector<mlir::Value> write(OpKind kind, mlir::ValueRange operands,
                                       const OpAttrs &attrs,
                                       absl::Span<const TensorType> results,
                                       mlir::Location loc);

  /// Whether `symbol` is the whole size of a dimension of an argument.
  bool knows(std::string_view symbol) const {
    return sizeBuilder.knows(symbol);
  }
  /// dtype and sizes of a value, as build sees them.
  const TensorType &typeOf(mlir::Value tensor) {
    return analysis.typeOf(tensor);
  }
  const absl::Status &status() const { return firstError; }

private:
  mlir::OpBuilder &builder;
  SizeBuilder sizeBuilder;
  DimAnalysis analysis;
  absl::Status firstError;
};

} // namespace tgc::ir

#endif // TGC_IR_BUILDER_OPWRITER_H
