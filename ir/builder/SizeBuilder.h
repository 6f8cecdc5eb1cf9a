// Size expressions as `index` values of a function.
#ifndef TGC_IR_BUILDER_SIZEBUILDER_H
#define TGC_IR_BUILDER_SIZEBUILDER_H

#include "tgc/ir/analysis/DimAnalysis.h"

#include "mlir/IR/Builders.h"

#include <map>

namespace tgc::ir {

/// Writes the arithmetic of sizes at the start of a function, where it
/// dominates every use, each expression once. Whoever uses one erases none of
/// what it has written.
class SizeBuilder {
public:
  /// `function` has its arguments and a body.
  explicit SizeBuilder(mlir::func::FuncOp function);

  /// Whether `name` is the whole size of a dimension of an argument.
  bool knows(std::string_view name) const { return symbols.contains(name); }

  /// The value of `size`, all of whose symbols are known.
  mlir::Value value(const DimExpr &size, mlir::Location loc);

private:
  mlir::Value symbolValue(std::string_view name, mlir::OpBuilder &builder,
                          mlir::Location loc);

  mlir::func::FuncOp function;
  /// The argument and dimension that carry each symbol.
  std::map<std::string, std::pair<unsigned, unsigned>, std::less<>> symbols;
  std::map<std::string, mlir::Value, std::less<>> ofSymbols;
  std::map<std::string, mlir::Value, std::less<>> written; // by canonical text
  mlir::Operation *last = nullptr;                         // of what is written
};

} // namespace tgc::ir

#endif // TGC_IR_BUILDER_SIZEBUILDER_H
