// DTypes and values on one side, MLIR types and attributes on the other.
#ifndef TGC_IR_TYPEBRIDGE_H
#define TGC_IR_TYPEBRIDGE_H

#include "tgc/runtime/infer/TypeRules.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace tgc::ir {

/// The element type of a dtype: iN signless for signed integers, uiN, f32 ….
/// Null for str.
mlir::Type elementType(mlir::MLIRContext *context, DType dtype);

/// The dtype of an element type; nothing for a type tgc has no name for.
std::optional<DType> dtypeOf(mlir::Type element);

/// tensor<2x?xf32>: symbolic sizes are `?`.
mlir::RankedTensorType tensorType(mlir::MLIRContext *context,
                                  const TensorType &type);

/// The `tgc.dims` of such a type: "" for a static size, else its expression.
/// Null if no size has one.
mlir::ArrayAttr sizeNames(mlir::MLIRContext *context, const TensorType &type);

/// An attribute holding `value`: dense up to 1 KiB, above it a resource that
/// shares the buffer, named `name`.
mlir::ElementsAttr elementsAttr(mlir::MLIRContext *context, const Value &value,
                                llvm::StringRef name);

/// The value of a dense or dense_resource attribute; a resource shares the
/// attribute's memory, so the context must live as long. Errors: those of
/// checkConstant; ResourceExhausted where a splat does not fit memory.
absl::StatusOr<Value> valueOf(mlir::ElementsAttr attr);

/// valueOf has a value, memory aside. Errors: InvalidArgument for a dtype
/// without storage, a resource without data or of another length than its type.
absl::Status checkConstant(mlir::ElementsAttr attr);

} // namespace tgc::ir

#endif // TGC_IR_TYPEBRIDGE_H
