// The dialect: registration, attributes on functions, the shared verifier.
#include "tgc/ir/TgcDialect.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

#include "tgc/ir/TgcDialect.cpp.inc"
#include "tgc/ir/TgcEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "tgc/ir/TgcAttrs.cpp.inc"

namespace tgc::ir {

void TgcDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "tgc/ir/TgcAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "tgc/ir/Contraction.cpp.inc"
      ,
#define GET_OP_LIST
#include "tgc/ir/DataMovement.cpp.inc"
      ,
#define GET_OP_LIST
#include "tgc/ir/Elementwise.cpp.inc"
      ,
#define GET_OP_LIST
#include "tgc/ir/Indexing.cpp.inc"
      ,
#define GET_OP_LIST
#include "tgc/ir/Reduction.cpp.inc"
      >();
}

mlir::Operation *TgcDialect::materializeConstant(mlir::OpBuilder &builder,
                                                 mlir::Attribute value,
                                                 mlir::Type type,
                                                 mlir::Location loc) {
  auto elements = llvm::dyn_cast<mlir::ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, type, elements);
}

static bool isCheck(mlir::Attribute attr) {
  auto entry = llvm::dyn_cast<mlir::ArrayAttr>(attr);
  if (!entry || entry.size() != 3)
    return false;
  for (auto [i, part] : llvm::enumerate(entry)) {
    auto text = llvm::dyn_cast<mlir::StringAttr>(part);
    if (!text || (i < 2 && !DimExpr::parse(std::string_view(text.getValue()))))
      return false;
  }
  return true;
}

llvm::LogicalResult
TgcDialect::verifyOperationAttribute(mlir::Operation *op,
                                     mlir::NamedAttribute attr) {
  llvm::StringRef name = attr.getName();
  if (name == checksAttr) {
    auto checks = llvm::dyn_cast<mlir::ArrayAttr>(attr.getValue());
    if (!checks || !llvm::all_of(checks, isCheck))
      return op->emitError("attribute 'tgc.checks' expects entries of two size "
                           "expressions and a text");
    return mlir::success();
  }
  if (name != versionAttr && name != phaseAttr && name != groupAttr)
    return op->emitError("unknown attribute '") << name << "'";
  if (!llvm::isa<mlir::StringAttr>(attr.getValue()))
    return op->emitError("attribute '") << name << "' is not a string";
  return mlir::success();
}

/// `tgc.dims` has a string per dimension of its tensor: empty where the size is
/// static, else a size expression.
static llvm::LogicalResult verifyDims(mlir::Operation *op, mlir::Type type,
                                      mlir::Attribute attr) {
  auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
  auto dims = llvm::dyn_cast<mlir::ArrayAttr>(attr);
  if (!tensor || !dims || static_cast<int64_t>(dims.size()) != tensor.getRank())
    return op->emitError(
        "attribute 'tgc.dims' expects one string per dimension "
        "of a ranked tensor");
  for (auto [i, dim] : llvm::enumerate(dims)) {
    auto text = llvm::dyn_cast<mlir::StringAttr>(dim);
    if (!text)
      return op->emitError(
          "attribute 'tgc.dims' has an entry that is no string");
    if (text.empty())
      continue;
    if (!tensor.isDynamicDim(i))
      return op->emitError("attribute 'tgc.dims' names dimension ")
             << i << ", which has the static size " << tensor.getDimSize(i);
    if (!DimExpr::parse(std::string_view(text.getValue())))
      return op->emitError("attribute 'tgc.dims' has '")
             << text.getValue() << "'; expected a size expression";
  }
  return mlir::success();
}

llvm::LogicalResult
TgcDialect::verifyRegionArgAttribute(mlir::Operation *op, unsigned region,
                                     unsigned argument,
                                     mlir::NamedAttribute attr) {
  mlir::Type type = op->getRegion(region).getArgumentTypes()[argument];
  llvm::StringRef name = attr.getName();
  if (name == dimsAttr)
    return verifyDims(op, type, attr.getValue());
  if (name != nameAttr && name != valueAttr)
    return op->emitError("unknown argument attribute '") << name << "'";
  auto text = llvm::dyn_cast<mlir::StringAttr>(attr.getValue());
  if (!text)
    return op->emitError("attribute '") << name << "' is not a string";
  if (name == valueAttr &&
      (!type.isIndex() || !DimExpr::parse(std::string_view(text.getValue()))))
    return op->emitError(
        "attribute 'tgc.value' expects an index argument and a "
        "size expression");
  return mlir::success();
}

llvm::LogicalResult TgcDialect::verifyRegionResultAttribute(
    mlir::Operation *op, unsigned, unsigned result, mlir::NamedAttribute attr) {
  auto function = llvm::dyn_cast<mlir::FunctionOpInterface>(op);
  if (attr.getName() == dimsAttr && function)
    return verifyDims(op, function.getResultTypes()[result], attr.getValue());
  if (attr.getName() != nameAttr ||
      !llvm::isa<mlir::StringAttr>(attr.getValue()))
    return op->emitError("unknown result attribute '") << attr.getName() << "'";
  return mlir::success();
}

/// The type of `value` with a symbol of its own for every `?`. Errors name an
/// element type that is no dtype.
static absl::StatusOr<TensorType>
localType(mlir::Value value, llvm::StringRef role, unsigned number) {
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

/// Status text without the "tgc.<op>: " that the diagnostic's prefix repeats.
static std::string withoutPrefix(mlir::Operation *op, absl::string_view text) {
  llvm::StringRef rest(text.data(), text.size());
  rest.consume_front(op->getName().getStringRef());
  rest.consume_front(": ");
  return rest.str();
}

llvm::LogicalResult verifyByTypeRule(mlir::Operation *op) {
  auto refuse = [&](const absl::Status &status) {
    return op->emitOpError() << withoutPrefix(op, status.message());
  };
  absl::InlinedVector<TensorType, 4> operands;
  for (mlir::Value operand : tensorOperands(op)) {
    auto type = localType(operand, "operand", operands.size());
    if (!type.ok())
      return refuse(type.status());
    operands.push_back(*std::move(type));
  }
  auto declared = localType(op->getResult(0), "result", 0);
  if (!declared.ok())
    return refuse(declared.status());
  unsigned unknown = 0;
  OpAttrs attrs = attrsOf(op, [&](mlir::Value) {
    return DimExpr::symbol("size." + std::to_string(unknown++));
  });
  if (std::holds_alternative<ConstantAttrs>(attrs)) {
    auto value = valueOf(llvm::cast<ConstantOp>(op).getValue());
    if (!value.ok())
      return refuse(value.status());
    return mlir::success();
  }
  OpKind kind = *opKindOf(op);
  auto results = inferTypes(kind, operands, attrs);
  if (!results.ok())
    return refuse(results.status());
  const TensorType &inferred = results->front();
  bool agree =
      inferred.dtype == declared->dtype && inferred.rank() == declared->rank();
  for (int64_t i = 0; agree && i < inferred.rank(); ++i) {
    // A declared `?` may stand for a size that is known; a declared size must
    // be the known one.
    std::optional<int64_t> size = declared->dims[i].constant();
    agree = !size || inferred.dims[i].constant() == size;
  }
  if (agree)
    return mlir::success();
  return op->emitOpError() << "result 0 has type " << op->getResult(0).getType()
                           << "; expected "
                           << tensorType(op->getContext(), inferred);
}

} // namespace tgc::ir
