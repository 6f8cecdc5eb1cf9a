// -gen-attr-bridge: attribute structs from and to MLIR attributes.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace tgc::tblgen;

/// slice_sizes -> getSliceSizes, as mlir-tblgen names accessors.
static std::string getter(StringRef name) {
  return "get" + convertToCamelFromSnakeCase(name, /*capitalizeFirst=*/true);
}

/// The expression of `param` read from an op called `op`.
static std::string read(const Param &param) {
  std::string get = "op." + getter(param.name) + "()";
  switch (param.kind) {
  case ParamKind::I64:
    return "static_cast<int64_t>(" + get + ")";
  case ParamKind::Bool:
    return get;
  case ParamKind::F64:
    return get + ".convertToDouble()";
  case ParamKind::I64Array:
    return "toVector(" + get + ")";
  case ParamKind::Mixed:
    return "toSizes(op." + getter("static_" + param.name) + "(), " + get +
           ", indexValue)";
  case ParamKind::Enum:
    return "static_cast<::tgc::" + param.enumName + ">(" + get + ")";
  case ParamKind::OptionalDType:
    return "toOptionalDType(" + get + ")";
  case ParamKind::ResultDType:
  case ParamKind::OptionalResultDType:
    return "resultDType(op)";
  case ParamKind::Elements:
    return "toValue(" + get + ")";
  }
  llvm_unreachable("unknown parameter kind");
}

/// The attribute made from the member `attrs.<name>`; empty: none in IR.
static std::string write(const Param &param) {
  std::string member = "attrs." + param.name;
  switch (param.kind) {
  case ParamKind::I64:
    return "builder.getI64IntegerAttr(" + member + ")";
  case ParamKind::Bool:
    return "builder.getBoolAttr(" + member + ")";
  case ParamKind::F64:
    return "builder.getF64FloatAttr(" + member + ")";
  case ParamKind::I64Array:
    return "builder.getDenseI64ArrayAttr(" + member + ")";
  case ParamKind::Mixed:
    return "staticSizes(builder, " + member + ")";
  case ParamKind::Enum:
    return "ir::" + param.enumName +
           "Attr::get(context, static_cast<ir::" + param.enumName + ">(" +
           member + "))";
  case ParamKind::Elements:
    return "elementsAttr(context, " + member + ", \"constant\")";
  case ParamKind::OptionalDType:
    return "mlir::TypeAttr::get(elementType(context, *" + member + "))";
  case ParamKind::ResultDType:
  case ParamKind::OptionalResultDType:
    return "";
  }
  llvm_unreachable("unknown parameter kind");
}

static void emitOp(const OpRecord &op, raw_ostream &os) {
  if (op.params.empty())
    return;
  os << "static OpAttrs read" << op.kind
     << "(mlir::Operation *operation, IndexValue indexValue) {\n"
     << "  auto op = llvm::cast<ir::" << op.kind << "Op>(operation);\n"
     << "  " << op.attrsType() << " attrs;\n";
  for (const Param &param : op.params)
    os << "  attrs." << param.name << " = " << read(param) << ";\n";
  os << "  return attrs;\n}\n\n";

  os << "static void write" << op.kind
     << "(mlir::OperationState &state, const OpAttrs &any, Materialize "
        "materialize) {\n"
     << "  [[maybe_unused]] const auto &attrs = std::get<" << op.attrsType()
     << ">(any);\n"
     << "  [[maybe_unused]] mlir::MLIRContext *context = state.getContext();\n"
     << "  mlir::Builder builder(context);\n";
  std::vector<std::string> mixed;
  for (const Param &param : op.params) {
    std::string value = write(param);
    if (value.empty())
      continue;
    std::string name =
        (param.kind == ParamKind::Mixed ? "static_" : "") + param.name;
    if (param.kind == ParamKind::OptionalDType)
      os << "  if (attrs." << param.name << ")\n  ";
    os << "  state.addAttribute(\"" << name << "\", " << value << ");\n";
    if (param.kind == ParamKind::Mixed)
      mixed.push_back(param.name);
  }
  // With several variadic groups the op stores how many operands each has.
  if (mixed.size() > 1) {
    os << "  llvm::SmallVector<int32_t> segments(" << op.operands.size()
       << ", 1);\n";
    for (const std::string &name : mixed)
      os << "  segments.push_back(addSizes(state, attrs." << name
         << ", materialize));\n";
    os << "  state.addAttribute(\"operandSegmentSizes\", "
          "builder.getDenseI32ArrayAttr(segments));\n";
  } else if (mixed.size() == 1) {
    os << "  addSizes(state, attrs." << mixed.front() << ", materialize);\n";
  }
  os << "}\n\n";
}

static bool emit(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "Attributes from and to IR");
  std::vector<OpRecord> ops = readOps(records);
  for (const OpRecord &op : ops)
    emitOp(op, os);
  os << "static constexpr BridgeRow bridgeRows[] = {\n";
  for (const OpRecord &op : ops) {
    bool none = op.params.empty();
    os << "    {\"tgc." << op.mnemonic << "\", "
       << (none ? "nullptr" : "&read" + op.kind) << ", "
       << (none ? "nullptr" : "&write" + op.kind) << "},\n";
  }
  os << "};\n\nstatic const llvm::DenseMap<mlir::TypeID, OpKind> &kinds() {\n"
     << "  static const llvm::DenseMap<mlir::TypeID, OpKind> map = {\n";
  for (const OpRecord &op : ops)
    os << "      {mlir::TypeID::get<ir::" << op.kind
       << "Op>(), OpKind::" << op.kind << "},\n";
  os << "  };\n  return map;\n}\n";
  return false;
}

static mlir::GenRegistration
    registration("gen-attr-bridge", "attribute structs from and to IR", emit);
