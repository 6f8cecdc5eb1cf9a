// Types and values between the runtime and MLIR.
#include "tgc/ir/TypeBridge.h"

#include "absl/strings/str_cat.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"

namespace tgc::ir {
namespace {

constexpr int64_t largestDenseBytes = 1024;

bool isPackable(DType dtype) { return dtype != DType::i1; }

} // namespace

mlir::Type elementType(mlir::MLIRContext *context, DType dtype) {
  mlir::Builder b(context);
  switch (dtypeKind(dtype)) {
  case DTypeKind::Bool:
    return b.getI1Type();
  case DTypeKind::Signed:
    return b.getIntegerType(dtypeBytes(dtype) * 8);
  case DTypeKind::Unsigned:
    return b.getIntegerType(dtypeBytes(dtype) * 8, /*isSigned=*/false);
  case DTypeKind::Float:
    switch (dtype) {
    case DType::f16:
      return b.getF16Type();
    case DType::bf16:
      return b.getBF16Type();
    case DType::f32:
      return b.getF32Type();
    default:
      return b.getF64Type();
    }
  case DTypeKind::Complex:
    return mlir::ComplexType::get(
        elementType(context, dtype == DType::c64 ? DType::f32 : DType::f64));
  case DTypeKind::String:
    return {};
  }
  return {};
}

std::optional<DType> dtypeOf(mlir::Type element) {
  if (auto integer = llvm::dyn_cast<mlir::IntegerType>(element)) {
    std::string name =
        (integer.isUnsigned() ? "u" : "i") + std::to_string(integer.getWidth());
    return integer.isSigned() ? std::nullopt : dtypeFromName(name);
  }
  if (element.isF16())
    return DType::f16;
  if (element.isBF16())
    return DType::bf16;
  if (element.isF32())
    return DType::f32;
  if (element.isF64())
    return DType::f64;
  if (auto complex = llvm::dyn_cast<mlir::ComplexType>(element)) {
    if (complex.getElementType().isF32())
      return DType::c64;
    if (complex.getElementType().isF64())
      return DType::c128;
  }
  return std::nullopt;
}

mlir::RankedTensorType tensorType(mlir::MLIRContext *context,
                                  const TensorType &type) {
  llvm::SmallVector<int64_t> shape;
  for (const DimExpr &dim : type.dims)
    shape.push_back(dim.constant().value_or(mlir::ShapedType::kDynamic));
  return mlir::RankedTensorType::get(shape, elementType(context, type.dtype));
}

mlir::ArrayAttr sizeNames(mlir::MLIRContext *context, const TensorType &type) {
  mlir::Builder b(context);
  llvm::SmallVector<mlir::Attribute> names;
  bool any = false;
  for (const DimExpr &size : type.dims) {
    bool named = !size.isConstant() && !size.isInvalid();
    any |= named;
    names.push_back(b.getStringAttr(named ? size.text() : ""));
  }
  return any ? b.getArrayAttr(names) : mlir::ArrayAttr();
}

mlir::ElementsAttr elementsAttr(mlir::MLIRContext *context, const Value &value,
                                llvm::StringRef name) {
  auto type = tensorType(context, typeOf(value));
  llvm::ArrayRef<char> bytes(value.data<char>(),
                             static_cast<size_t>(value.numBytes()));
  if (!isPackable(value.dtype))
    return mlir::DenseElementsAttr::get(
        type, llvm::ArrayRef<bool>(value.data<bool>(),
                                   static_cast<size_t>(value.numElements())));
  if (value.numBytes() <= largestDenseBytes)
    return mlir::DenseElementsAttr::getFromRawBuffer(type, bytes);
  // The deleter holds the buffer: weights are never copied.
  mlir::AsmResourceBlob blob(
      bytes, /*dataAlignment=*/dtypeBytes(value.dtype),
      [buffer = value.buffer](void *, size_t, size_t) mutable {
        buffer.reset();
      },
      /*dataIsMutable=*/false);
  return mlir::DenseResourceElementsAttr::get(type, name, std::move(blob));
}

absl::Status checkConstant(mlir::ElementsAttr attr) {
  auto type = llvm::cast<mlir::ShapedType>(attr.getType());
  std::optional<DType> dtype = dtypeOf(type.getElementType());
  if (!dtype || !type.hasStaticShape())
    return absl::InvalidArgumentError(
        "tgc.constant: expected a static tensor of a tgc dtype");
  if (auto resource = llvm::dyn_cast<mlir::DenseResourceElementsAttr>(attr)) {
    mlir::AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    Shape shape(type.getShape().begin(), type.getShape().end());
    std::optional<int64_t> count = checkedProduct(shape);
    std::optional<int64_t> bytes =
        count ? checkedMul(*count, static_cast<int64_t>(dtypeBytes(*dtype)))
              : std::nullopt;
    if (!blob || !bytes || !isStored(*dtype) || !isPackable(*dtype))
      return absl::InvalidArgumentError(absl::StrCat(
          "tgc.constant: resource '",
          std::string(resource.getRawHandle().getKey()),
          "' has no data, or not of a dtype that a resource can hold"));
    if (static_cast<int64_t>(blob->getData().size()) != *bytes)
      return absl::InvalidArgumentError(
          absl::StrCat("tgc.constant: resource '",
                       std::string(resource.getRawHandle().getKey()), "' has ",
                       blob->getData().size(), " bytes; expected ", *bytes,
                       " for ", typeText(*dtype, shape)));
    return absl::OkStatus();
  }
  if (!llvm::isa<mlir::DenseElementsAttr>(attr))
    return absl::InvalidArgumentError(
        "tgc.constant: expected dense or dense_resource elements");
  if (!isStored(*dtype))
    return absl::InvalidArgumentError(
        absl::StrCat("tgc.constant: dtype ", std::string(dtypeName(*dtype)),
                     " has no storage in this release; expected ",
                     std::string(dtypeClassText(DTypeClass::Any))));
  return absl::OkStatus();
}

absl::StatusOr<Value> valueOf(mlir::ElementsAttr attr) {
  TGC_RETURN_IF_ERROR(checkConstant(attr));
  auto type = llvm::cast<mlir::ShapedType>(attr.getType());
  DType dtype = *dtypeOf(type.getElementType());
  Shape shape(type.getShape().begin(), type.getShape().end());
  if (auto resource = llvm::dyn_cast<mlir::DenseResourceElementsAttr>(attr)) {
    llvm::ArrayRef<char> data = resource.getRawHandle().getBlob()->getData();
    return Value{dtype, shape,
                 Buffer::wrap(const_cast<char *>(data.data()),
                              static_cast<int64_t>(data.size()), [] {})};
  }
  auto dense = llvm::cast<mlir::DenseElementsAttr>(attr);
  TGC_ASSIGN_OR_RETURN(Value value, Value::allocate(dtype, shape));
  int64_t count = value.numElements();
  if (!isPackable(dtype)) {
    int64_t i = 0;
    for (bool element : dense.getValues<bool>())
      value.data<bool>()[i++] = element;
    return value;
  }
  llvm::ArrayRef<char> raw = dense.getRawData();
  size_t width = dtypeBytes(dtype);
  for (int64_t i = 0; dense.isSplat() && i < count; ++i)
    std::memcpy(value.data<char>() + i * width, raw.data(), width);
  if (!dense.isSplat())
    std::memcpy(value.data<char>(), raw.data(), raw.size());
  return value;
}

} // namespace tgc::ir
