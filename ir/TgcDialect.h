// The dialect, its attributes, and what every op shares.
#ifndef TGC_IR_TGCDIALECT_H
#define TGC_IR_TGCDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

namespace tgc::ir {

/// Refuses `op` with the words of the type rule of its kind.
llvm::LogicalResult verifyByTypeRule(mlir::Operation *op);

/// Trait of every op: the verifier is the runtime's type rule.
template <class ConcreteOp>
class VerifiedByTypeRule
    : public mlir::OpTrait::TraitBase<ConcreteOp, VerifiedByTypeRule> {
public:
  static llvm::LogicalResult verifyTrait(mlir::Operation *op) {
    return verifyByTypeRule(op);
  }
};

/// Names of attributes on functions, their arguments and results.
inline constexpr llvm::StringLiteral nameAttr = "tgc.name";
inline constexpr llvm::StringLiteral dimsAttr = "tgc.dims";
inline constexpr llvm::StringLiteral valueAttr = "tgc.value";
inline constexpr llvm::StringLiteral groupAttr = "tgc.group";
/// On a function: checks of sizes at entry (analysis/ChecksAttr.h), of ops that
/// passes may have removed.
inline constexpr llvm::StringLiteral checksAttr = "tgc.checks";
inline constexpr llvm::StringLiteral versionAttr = "tgc.version";
inline constexpr llvm::StringLiteral phaseAttr = "tgc.phase";

} // namespace tgc::ir

#include "tgc/ir/TgcDialect.h.inc"
#include "tgc/ir/TgcEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "tgc/ir/TgcAttrs.h.inc"

#endif // TGC_IR_TGCDIALECT_H
