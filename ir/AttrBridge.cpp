// Reads and writes op attributes by generated functions, one pair per op.
#include "tgc/ir/AttrBridge.h"

#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

namespace tgc::ir {
namespace {

using IndexValue = llvm::function_ref<DimExpr(mlir::Value)>;
using Materialize = llvm::function_ref<mlir::Value(const DimExpr &)>;

struct BridgeRow {
  llvm::StringLiteral name;
  OpAttrs (*read)(mlir::Operation *, IndexValue);
  void (*write)(mlir::OperationState &, const OpAttrs &, Materialize);
};

std::vector<int64_t> toVector(llvm::ArrayRef<int64_t> values) {
  return {values.begin(), values.end()};
}

/// `statics` with each hole filled by the next of `operands`. Unverified IR
/// may have too few operands: a hole then reads as invalid().
std::vector<DimExpr> toSizes(llvm::ArrayRef<int64_t> statics,
                             mlir::OperandRange operands,
                             IndexValue indexValue) {
  std::vector<DimExpr> sizes;
  size_t next = 0;
  for (int64_t size : statics) {
    if (!mlir::ShapedType::isDynamic(size))
      sizes.push_back(size);
    else if (next < operands.size())
      sizes.push_back(indexValue(operands[next++]));
    else
      sizes.push_back(DimExpr::invalid());
  }
  return sizes;
}

std::optional<DType> toOptionalDType(std::optional<mlir::Type> type) {
  return type ? dtypeOf(*type) : std::nullopt;
}

DType resultDType(mlir::Operation *op) {
  auto element = mlir::getElementTypeOrSelf(op->getResult(0).getType());
  // The verifier refuses element types without a dtype before it asks.
  return dtypeOf(element).value_or(DType::str);
}

/// The value of a constant; one without storage is the verifier's to refuse.
Value toValue(mlir::ElementsAttr attr) {
  absl::StatusOr<Value> value = valueOf(attr);
  return value.ok() ? *std::move(value) : Value{};
}

mlir::DenseI64ArrayAttr staticSizes(mlir::Builder &builder,
                                    const std::vector<DimExpr> &sizes) {
  llvm::SmallVector<int64_t> statics;
  for (const DimExpr &size : sizes)
    statics.push_back(size.constant().value_or(mlir::ShapedType::kDynamic));
  return builder.getDenseI64ArrayAttr(statics);
}

/// Appends an operand per symbolic size; how many.
int32_t addSizes(mlir::OperationState &state, const std::vector<DimExpr> &sizes,
                 Materialize materialize) {
  int32_t count = 0;
  for (const DimExpr &size : sizes)
    if (!size.isConstant()) {
      state.addOperands(materialize(size));
      ++count;
    }
  return count;
}

#include "tgc/ir/AttrBridge.inc"

} // namespace

std::optional<OpKind> opKindOf(mlir::Operation *op) {
  std::optional<mlir::RegisteredOperationName> name = op->getRegisteredInfo();
  if (!name)
    return std::nullopt;
  auto it = kinds().find(name->getTypeID());
  return it == kinds().end() ? std::nullopt : std::optional(it->second);
}

OpAttrs attrsOf(mlir::Operation *op, IndexValue indexValue) {
  std::optional<OpKind> kind = opKindOf(op);
  assert(kind && "only tgc ops have OpAttrs");
  auto *read = bridgeRows[static_cast<size_t>(*kind)].read;
  return read ? read(op, indexValue) : OpAttrs{};
}

mlir::OperandRange tensorOperands(mlir::Operation *op) {
  // Records list tensor operands before the index operands of mixed sizes.
  auto isIndex = [](mlir::Value v) { return v.getType().isIndex(); };
  auto operands = op->getOperands();
  size_t count = 0;
  while (count < operands.size() && !isIndex(operands[count]))
    ++count;
  return operands.take_front(count);
}

void addAttrs(mlir::OperationState &state, OpKind kind, const OpAttrs &attrs,
              Materialize materialize) {
  if (auto *write = bridgeRows[static_cast<size_t>(kind)].write)
    write(state, attrs, materialize);
}

llvm::StringRef opName(OpKind kind) {
  return bridgeRows[static_cast<size_t>(kind)].name;
}

} // namespace tgc::ir
