// What every size in a function is, as an expression over the named sizes of
// its entry: the one source of size equality.
#ifndef TGC_IR_ANALYSIS_DIMANALYSIS_H
#define TGC_IR_ANALYSIS_DIMANALYSIS_H

#include "tgc/runtime/infer/TypeRules.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"

namespace tgc::ir {

/// Computes, on demand, the type of every tensor value of one function with
/// its sizes as DimExprs, and the DimExpr of every `index` value. Functions
/// that are called must exist when the first call is looked at.
///
/// Sources: `tgc.dims` on tensor arguments (an array of strings, one per
/// dimension: "" where the type is static, else a DimExpr text; a `?` without
/// a name gets the symbol "<argument number>.<dimension>"), `tgc.value` on
/// index arguments (a DimExpr text; without it "<argument number>.value"), the
/// type rules, tensor.dim and arith.
/// Where a rule refuses named sizes, results have the sizes of their types, `?`
/// being invalid(); checks() has the error.
class DimAnalysis {
public:
  explicit DimAnalysis(mlir::func::FuncOp function);

  /// Type of a tensor value.
  const TensorType &typeOf(mlir::Value tensor);
  /// Expression of an index value; invalid() if it is not one of the above.
  DimExpr valueOf(mlir::Value index);
  /// Attributes of a tgc op with index operands replaced by expressions.
  OpAttrs attrsOf(mlir::Operation *op);
  /// Relations of sizes that the function's ops need and that are not provable,
  /// in program order: checked once at entry. They are those of the type rules;
  /// the static sizes that a tensor.cast promises; divisors that are not 0.
  /// Errors, with the op's place: those of the type rules over the named sizes
  /// (the verifier knows no names), a size that no expression holds.
  absl::StatusOr<std::vector<SizeCheck>> checks();
  /// Symbols of the function's arguments, sorted, each with the argument and
  /// dimension that first carry it.
  struct Symbol {
    std::string name;
    unsigned argument;
    unsigned dimension;
  };
  std::vector<Symbol> symbols();

private:
  bool isKnown(mlir::Value value) const;
  void resolve(mlir::Value value);
  void infer(mlir::Operation *op);
  void inferCall(mlir::func::CallOp call);
  DimExpr evaluate(mlir::Operation *op);
  absl::Status check(mlir::Operation *op, std::vector<SizeCheck> &checks);

  mlir::func::FuncOp function;
  // Behind pointers: typeOf's reference outlives later look-ups.
  llvm::DenseMap<mlir::Value, std::unique_ptr<TensorType>> types;
  llvm::DenseMap<mlir::Value, DimExpr> values;
  // Of called functions: the outermost analysis of a chain of calls has them.
  struct Callees {
    mlir::SymbolTableCollection tables; // looking up is linear without
    llvm::DenseMap<mlir::Operation *, std::unique_ptr<DimAnalysis>> analyses;
  };
  std::unique_ptr<Callees> ownCallees;
  Callees *callees = nullptr;
};

} // namespace tgc::ir

#endif // TGC_IR_ANALYSIS_DIMANALYSIS_H
