// The dialect: registration, and attributes on functions.
#include "tgc/ir/TgcDialect.h"

#include "tgc/ir/Ops.h"
#include "tgc/ir/analysis/ChecksAttr.h"
#include "tgc/runtime/infer/DimExpr.h"

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
  // One by one: a list of template arguments cannot end in a comma.
#define TGC_OP(Kind, mnemonic, family, operands, results, exactness)           \
  addOperations<Kind##Op>();
#include "tgc/runtime/OpKind.inc"
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

llvm::LogicalResult
TgcDialect::verifyOperationAttribute(mlir::Operation *op,
                                     mlir::NamedAttribute attr) {
  llvm::StringRef name = attr.getName();
  if (name == checksAttr) {
    auto checks = llvm::dyn_cast<mlir::ArrayAttr>(attr.getValue());
    if (!checks || !llvm::all_of(checks, checkFrom))
      return op->emitError("attribute 'tgc.checks' expects entries of a size "
                           "expression, '==' or '>=', another one and a text");
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

} // namespace tgc::ir
