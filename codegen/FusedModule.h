// What code generation reads from a module whose ops are outlined into groups.
#ifndef TGC_CODEGEN_FUSEDMODULE_H
#define TGC_CODEGEN_FUSEDMODULE_H

#include "tgc/codegen/memory/ProgramPlan.h"
#include "tgc/ir/analysis/DimAnalysis.h"

#include <map>

namespace mlir {
class ModuleOp;
}

namespace tgc::codegen {

/// Named sizes of a group and what they are over the entry's names.
using SizeMap = std::map<std::string, DimExpr, std::less<>>;

/// `size` over the entry's names; a name that `sizes` lacks stays.
DimExpr substitute(const DimExpr &size, const SizeMap &sizes);

/// One call of a group, in program order. Calls of equal groups share `group`.
struct GroupCall {
  size_t group; // of FusedModule::groups
  mlir::Operation *op;
  llvm::SmallVector<mlir::Value> operands; // tensors only, casts seen through
  SizeMap sizes;
};

struct Group {
  mlir::Operation *function;
  std::string kind;
};

/// The entry `main`: what it takes and gives, and what it does.
struct FusedModule {
  std::vector<TensorSignature> inputs, outputs;
  std::vector<ir::DimAnalysis::Symbol> symbols;
  llvm::SmallVector<mlir::Value> arguments;
  llvm::SmallVector<mlir::Operation *> constants; // tgc.constant
  std::vector<Group> groups;
  std::vector<GroupCall> calls;
  llvm::SmallVector<mlir::Value> returned; // casts seen through
  std::vector<SizeCheck> checks;
  /// Type of every argument, constant and result of a call.
  llvm::DenseMap<mlir::Value, TensorType> types;
};

/// Reads `module`: a function `main` whose arguments carry `tgc.name` and
/// `tgc.dims` and whose body holds only calls of private functions with the
/// attribute `tgc.group`, `tgc.constant`, index arithmetic and `return`.
/// Errors: Internal for any other form (passes make it); InvalidArgument for
/// sizes that can be proved unequal or that no input dimension gives.
absl::StatusOr<FusedModule> readFusedModule(mlir::ModuleOp module);

/// Bytes of a dense tensor; invalid() beyond 64 bits.
DimExpr byteSize(const TensorType &type);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_FUSEDMODULE_H
