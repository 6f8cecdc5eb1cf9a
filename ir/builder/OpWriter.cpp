// Appends tgc ops.
#include "tgc/ir/builder/OpWriter.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/LocalTypes.h"
#include "tgc/ir/TypeBridge.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace tgc::ir {
namespace {

/// `type` without the static sizes that `local` does not have.
mlir::RankedTensorType weakened(mlir::RankedTensorType type,
                                const TensorType &local) {
  llvm::SmallVector<int64_t> dims(type.getShape());
  for (size_t i = 0; i < dims.size(); ++i)
    if (!local.dims[i].isConstant())
      dims[i] = mlir::ShapedType::kDynamic;
  return type.clone(dims);
}

bool isStatic(mlir::Value value) {
  auto type = llvm::dyn_cast<mlir::RankedTensorType>(value.getType());
  return type && type.hasStaticShape();
}

absl::Status unknownSize(OpKind kind, const std::string &name) {
  return absl::InvalidArgumentError(
      absl::StrCat(opName(kind).str(), ": size '", name,
                   "' is that of no argument of the function\n  fix: use sizes "
                   "of its arguments"));
}

} // namespace

llvm::SmallVector<mlir::Value> OpWriter::build(OpKind kind,
                                               mlir::ValueRange operands,
                                               OpAttrs attrs,
                                               mlir::Location loc) {
  llvm::SmallVector<mlir::Value> nothing(opInfo(kind).numResults);
  auto fail = [&](const absl::Status &status) {
    firstError.Update(status);
    return nothing;
  };
  if (!firstError.ok() || !llvm::all_of(operands, [](mlir::Value operand) {
        return operand != nullptr;
      }))
    return nothing;
  forEachSize(attrs, [&](const DimExpr &size) {
    for (const std::string &name : size.symbols())
      if (!knows(name))
        firstError.Update(unknownSize(kind, name));
  });
  if (!firstError.ok())
    return nothing;
  absl::InlinedVector<TensorType, 4> types;
  for (mlir::Value operand : operands)
    types.push_back(typeOf(operand));
  if (absl::Status status = normalizeAttrs(kind, types, attrs); !status.ok())
    return fail(status);
  absl::StatusOr<TensorTypes> results = inferTypes(kind, types, attrs);
  if (!results.ok())
    return fail(results.status());
  return write(kind, operands, attrs, *results, loc);
}

llvm::SmallVector<mlir::Value>
OpWriter::write(OpKind kind, mlir::ValueRange operands, const OpAttrs &attrs,
                absl::Span<const TensorType> results, mlir::Location loc) {
  mlir::OperationState state(loc, opName(kind));
  state.addOperands(operands);
  addAttrs(state, kind, attrs,
           [&](const DimExpr &size) { return sizeBuilder.value(size, loc); });
  for (const TensorType &type : results)
    state.addTypes(tensorType(builder.getContext(), type));
  mlir::Operation *op = builder.create(state);
  llvm::SmallVector<mlir::Value> values(op->getResults());
  if (llvm::all_of(op->getOperands(), isStatic))
    return values;
  absl::StatusOr<TensorTypes> local = localTypes(op);
  if (!local.ok()) // the verifier's to report
    return values;
  for (auto [value, type] : llvm::zip(values, *local)) {
    auto promised = llvm::cast<mlir::RankedTensorType>(value.getType());
    mlir::RankedTensorType declared = weakened(promised, type);
    if (declared == promised)
      continue;
    value.setType(declared);
    value = mlir::tensor::CastOp::create(builder, loc, promised, value);
  }
  return values;
}

} // namespace tgc::ir
