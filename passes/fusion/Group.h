// A group of ops and how it leaves its function.
#ifndef TGC_PASSES_FUSION_GROUP_H
#define TGC_PASSES_FUSION_GROUP_H

#include "tgc/ir/analysis/DimAnalysis.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace tgc::passes {

/// Ops that become one loop nest; the sink's results are the group's.
struct Group {
  llvm::StringRef kind;
  llvm::SetVector<mlir::Operation *> ops;
  mlir::Operation *sink;
};

bool isElementwise(mlir::Operation *op);

/// Cheap enough to be repeated in every group that reads it: no arithmetic, no
/// more loads than its users would do.
bool isRepeated(mlir::Operation *op);

/// Moves groups of one function into private functions, equal ones into one:
/// of N equal layers one is compiled. Equal are the kind, the ops, their
/// attributes and types, and the names of sizes; locations count only where an
/// op may fail at run time and say where.
class Outliner {
public:
  explicit Outliner(mlir::func::FuncOp function)
      : function(function), dims(function), symbols(dims.symbols()) {}

  /// Makes a call beside the sink. Operands are what the group's ops read from
  /// outside, and the named sizes that theirs depend on; repeated ops are
  /// cloned inside.
  void outline(const Group &group);

  /// Puts the calls into the place of the groups.
  void finish();

  ir::DimAnalysis &sizes() { return dims; }

private:
  llvm::SmallVector<mlir::Value>
  hiddenSizes(llvm::ArrayRef<mlir::Value> arguments, mlir::Operation *before);
  mlir::func::FuncOp shared(mlir::func::FuncOp outlined);

  mlir::func::FuncOp function;
  ir::DimAnalysis dims;
  std::vector<ir::DimAnalysis::Symbol> symbols;
  unsigned count = 0;
  llvm::DenseMap<size_t, llvm::SmallVector<mlir::func::FuncOp, 1>> byHash;
  llvm::MapVector<mlir::Operation *, mlir::func::CallOp> calls; // by sink
  llvm::DenseSet<mlir::Operation *> lasting; // calls of groups that may fail
};

} // namespace tgc::passes

#endif // TGC_PASSES_FUSION_GROUP_H
