// The shared verifier of ops: the type rule on static sizes.
#include "tgc/ir/LocalTypes.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"

namespace tgc::ir {
namespace {

/// The type of `value` with a symbol of its own for every `?`. Errors name an
/// element type that is no dtype.
absl::StatusOr<TensorType> localType(mlir::Value value, llvm::StringRef role,
                                     unsigned number) {
  auto type = llvm::cast<mlir::RankedTensorType>(value.getType());
  std::optional<DType> dtype = dtypeOf(type.getElementType());
  if (!dtype) {
    std::string text;
    llvm::raw_string_ostream(text) << type.getElementType();
    return absl::InvalidArgumentError(
        role.str() + " " + std::to_string(number) + " has elements of type " +
        text + "; expected a tgc dtype such as f32");
  }
  TensorType result{*dtype, {}};
  for (int64_t i = 0; i < type.getRank(); ++i)
    result.dims.push_back(
        type.isDynamicDim(i)
            ? DimExpr::symbol(std::to_string(number) + "." + std::to_string(i))
            : DimExpr(type.getDimSize(i)));
  return result;
}

absl::StatusOr<TensorTypes> localTypesOf(mlir::ValueRange values,
                                         llvm::StringRef role) {
  TensorTypes types;
  for (mlir::Value value : values) {
    TGC_ASSIGN_OR_RETURN(TensorType type, localType(value, role, types.size()));
    types.push_back(std::move(type));
  }
  return types;
}

/// Also says how many sizes the op has read from its `index` operands.
absl::StatusOr<TensorTypes> inferLocally(mlir::Operation *op,
                                         const TensorTypes &operands,
                                         unsigned &sizes) {
  sizes = 0;
  OpAttrs attrs = attrsOf(op, [&](mlir::Value) {
    return DimExpr::symbol("size." + std::to_string(sizes++));
  });
  return inferTypes(*opKindOf(op), operands, attrs);
}

/// Status text without the "tgc.<op>: " that the diagnostic's prefix repeats.
std::string withoutPrefix(mlir::Operation *op, absl::string_view text) {
  llvm::StringRef rest(text.data(), text.size());
  rest.consume_front(op->getName().getStringRef());
  rest.consume_front(": ");
  return rest.str();
}

/// Sizes that the attributes of an op leave to index operands.
unsigned dynamicSizes(mlir::Operation *op) {
  unsigned count = 0;
  for (mlir::NamedAttribute attr : op->getAttrDictionary())
    if (auto list = llvm::dyn_cast<mlir::DenseI64ArrayAttr>(attr.getValue());
        list && attr.getName().strref().starts_with("static_"))
      count += llvm::count_if(list.asArrayRef(), mlir::ShapedType::isDynamic);
  return count;
}

/// A declared `?` may stand for a size that is known; a declared size must be
/// the known one.
bool mayDeclare(const TensorType &declared, const TensorType &inferred) {
  if (inferred.dtype != declared.dtype || inferred.rank() != declared.rank())
    return false;
  for (int64_t i = 0; i < inferred.rank(); ++i)
    if (std::optional<int64_t> size = declared.dims[i].constant();
        size && inferred.dims[i].constant() != size)
      return false;
  return true;
}

} // namespace

absl::StatusOr<TensorTypes> localTypes(mlir::Operation *op) {
  TGC_ASSIGN_OR_RETURN(TensorTypes operands,
                       localTypesOf(tensorOperands(op), "operand"));
  unsigned sizes;
  return inferLocally(op, operands, sizes);
}

llvm::LogicalResult verifyByTypeRule(mlir::Operation *op) {
  auto refuse = [&](const absl::Status &status) {
    return op->emitOpError() << withoutPrefix(op, status.message());
  };
  auto operands = localTypesOf(tensorOperands(op), "operand");
  if (!operands.ok())
    return refuse(operands.status());
  auto declared = localTypesOf(op->getResults(), "result");
  if (!declared.ok())
    return refuse(declared.status());
  if (auto constant = llvm::dyn_cast<ConstantOp>(op)) {
    absl::Status status = checkConstant(constant.getValue());
    return status.ok() ? mlir::success() : refuse(status);
  }
  unsigned read;
  auto results = inferLocally(op, *operands, read);
  unsigned sizes = op->getNumOperands() - operands->size();
  // A size too many is not read; one too few reads as none that can be.
  if (read != sizes)
    return op->emitOpError()
           << "has " << sizes - read << " of " << sizes
           << " sizes among its operands without a dynamic size in its "
              "attributes\n  fix: leave it away";
  if (unsigned holes = results.ok() ? sizes : dynamicSizes(op); holes != sizes)
    return op->emitOpError()
           << "has " << sizes << " sizes among its operands; expected " << holes
           << ", one per dynamic size in its attributes\n  fix: pass an "
              "operand "
              "for each";
  if (!results.ok())
    return refuse(results.status());
  assert(declared->size() == results->size() && "counted by the op class");
  for (size_t i = 0; i < results->size(); ++i)
    if (!mayDeclare((*declared)[i], (*results)[i]))
      return op->emitOpError()
             << "result " << i << " has type " << op->getResult(i).getType()
             << "; expected " << tensorType(op->getContext(), (*results)[i]);
  return mlir::success();
}

} // namespace tgc::ir
