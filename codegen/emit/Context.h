// The function that an emitter fills, and what it may ask about its group.
#ifndef TGC_CODEGEN_EMIT_CONTEXT_H
#define TGC_CODEGEN_EMIT_CONTEXT_H

#include "tgc/codegen/emit/Code.h"
#include "tgc/codegen/emit/Emitter.h"
#include "tgc/codegen/emit/IndexMap.h"

namespace tgc::codegen {

/// One group under emission: its ops, sizes and machine-level function.
class Context {
public:
  /// Starts the function of `group` in `module`: pointers and sizes are read
  /// from the context argument on first use.
  Context(mlir::func::FuncOp group, mlir::ModuleOp module,
          llvm::StringRef symbol, const TargetInfo &target);

  mlir::func::FuncOp group;
  const TargetInfo &target;
  ir::DimAnalysis analysis;
  mlir::OpBuilder builder;

private: // `code` needs the function that the constructor makes
  mlir::func::FuncOp function;
  mlir::Operation *marker;

public:
  Code code;
  /// What the driver learns; the emitter sets iterations, grain and schedule.
  EmittedGroup emitted;
  Value begin, end;

  /// The only op of the group besides constants and index arithmetic that
  /// `keep` accepts; null if there is none or more than one.
  mlir::Operation *
  onlyOp(llvm::function_ref<bool(mlir::Operation *)> keep) const;
  /// Values that the group returns.
  mlir::OperandRange results() const;

  /// Data of a tensor argument of the group.
  Value operandPointer(mlir::BlockArgument argument);
  Value resultPointer(unsigned number);
  /// The slot of a gather with oob = error.
  Value oobSlot(mlir::Operation *gather);
  /// A size or another expression over the symbols as i64.
  Value size(const DimExpr &expression);

  /// Ends the function. Called once, last.
  EmittedGroup finish();

private:
  Value word(unsigned number);

  llvm::DenseMap<mlir::Value, unsigned> operandWords;
  llvm::DenseMap<mlir::Operation *, unsigned> slotWords;
  unsigned numOperands = 0, firstSymbol = 0;
  llvm::DenseMap<unsigned, Value> pointers;
  std::vector<std::pair<std::string, Value>> expressions;
  std::vector<std::pair<std::string, Value>> symbols;
};

/// Emitters by kind, each for a group of Emitter.h. They fail with a message
/// at the op that the kind does not allow.
mlir::LogicalResult emitMap(Context &context);
mlir::LogicalResult emitReduce(Context &context);
mlir::LogicalResult emitArgReduce(Context &context, mlir::Operation *op);
mlir::LogicalResult emitReduceWindow(Context &context, mlir::Operation *op);
mlir::LogicalResult emitContract(Context &context);
mlir::LogicalResult emitConvolution(Context &context);
mlir::LogicalResult emitMove(Context &context);
mlir::LogicalResult emitTranspose(Context &context, mlir::Operation *op);
mlir::LogicalResult emitGather(Context &context, mlir::Operation *op);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_CONTEXT_H
