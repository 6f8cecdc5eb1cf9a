// What the verifier of an op knows of types: static sizes alone, as the names
// of sizes belong to the function around it.
#ifndef TGC_IR_LOCALTYPES_H
#define TGC_IR_LOCALTYPES_H

#include "tgc/runtime/infer/TypeRules.h"

#include "mlir/IR/Operation.h"

namespace tgc::ir {

/// Types of the results of a tgc op other than a constant by the type rule of
/// its kind, with a symbol of its own for every `?` and `index` operand. The
/// verifier refuses a result that declares a size which is no constant here.
/// Errors: those of the rule; operands whose elements are of no dtype.
absl::StatusOr<TensorTypes> localTypes(mlir::Operation *op);

} // namespace tgc::ir

#endif // TGC_IR_LOCALTYPES_H
