// Reads and checks op records.
#include "OpRecord.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;
using mlir::tblgen::NamedAttribute;
using mlir::tblgen::NamedTypeConstraint;

namespace tgc::tblgen {
namespace {

[[noreturn]] void refuse(const Record &record, const Twine &why) {
  PrintFatalError(record.getLoc(),
                  "op record '" + record.getName() + "': " + why);
}

Param readAttribute(const Record &record, const NamedAttribute &named) {
  Param param;
  param.name = named.name.str();
  StringRef name = named.name;
  StringRef def = named.attr.getBaseAttr().getAttrDefName();
  if (name.consume_front("static_")) {
    if (def != "DenseI64ArrayAttr")
      refuse(record, "attribute '" + named.name + "' is a '" + def +
                         "'; sizes are a 'DenseI64ArrayAttr'");
    param.kind = ParamKind::Mixed;
    param.name = name.str();
    param.required = true;
    return param;
  }
  const auto &attr = named.attr;
  param.required = !attr.isOptional() && !attr.hasDefaultValue();
  mlir::tblgen::Attribute base = attr.getBaseAttr();
  if (base.isSubClassOf("EnumAttr")) {
    param.kind = ParamKind::Enum;
    // EnumAttr<dialect, info>: the enumeration is the record's field.
    param.enumName = mlir::tblgen::EnumInfo(base.getDef().getValueAsDef("enum"))
                         .getEnumClassName()
                         .str();
  } else if (def == "I64Attr") {
    param.kind = ParamKind::I64;
  } else if (def == "BoolAttr") {
    param.kind = ParamKind::Bool;
  } else if (def == "F64Attr") {
    param.kind = ParamKind::F64;
  } else if (def == "DenseI64ArrayAttr") {
    param.kind = ParamKind::I64Array;
  } else if (def == "TypeAttr" && attr.isOptional()) {
    param.kind = ParamKind::OptionalDType;
  } else if (def == "ElementsAttr") {
    param.kind = ParamKind::Elements;
  } else {
    refuse(record, "attribute '" + named.name + "' is a '" + def +
                       "', which tgc-tblgen does not know");
  }
  if (!param.required && attr.hasDefaultValue()) {
    StringRef value = attr.getDefaultValue();
    // The IR enumerators have twins of the same name in the runtime.
    param.defaultValue = value.consume_front("::tgc::ir::")
                             ? value.str()
                             : attr.getDefaultValue().str();
  }
  return param;
}

void checkName(const Record &record, StringRef what, StringRef name,
               bool parameter) {
  std::string fault = nameFault(name, parameter);
  if (!fault.empty())
    refuse(record, what + " '" + name + "' " + fault);
}

/// The lists of sizes, in the order of their attributes. Each has an operand.
std::vector<std::string> readSizeLists(const Record &record,
                                       const mlir::tblgen::Operator &op,
                                       const OpRecord &result) {
  std::vector<std::string> lists;
  for (const Param &param : result.params) {
    if (param.kind != ParamKind::Mixed)
      continue;
    if (none_of(op.getOperands(), [&](const NamedTypeConstraint &operand) {
          return operand.name == param.name;
        }))
      refuse(record, "attribute 'static_" + param.name + "' has no operand '" +
                         param.name + "' of sizes");
    lists.push_back(param.name);
  }
  // IR then stores how many operands each list has.
  bool segments = op.getTrait("::mlir::OpTrait::AttrSizedOperandSegments");
  if (segments && lists.size() < 2)
    refuse(record, "AttrSizedOperandSegments without two lists of sizes");
  if (!segments && lists.size() > 1)
    refuse(record, "two lists of sizes without AttrSizedOperandSegments");
  return lists;
}

/// Tensors come first, the last one may be variadic if no sizes follow; then
/// sizes in the order of their attributes: IR is read and written so.
void readOperands(const Record &record, const mlir::tblgen::Operator &op,
                  OpRecord &result) {
  std::vector<std::string> lists = readSizeLists(record, op, result);
  size_t sizes = 0;
  for (const NamedTypeConstraint &operand : op.getOperands()) {
    checkName(record, "operand", operand.name, /*parameter=*/true);
    auto refuseOperand = [&](const Twine &why) {
      refuse(record, "operand '" + operand.name + "' " + why);
    };
    const Record *base = &operand.constraint.getDef();
    if (operand.isVariadicOfVariadic())
      refuseOperand("is VariadicOfVariadic");
    if (operand.isVariadic())
      base = base->getValueAsDef("baseType");
    if (base->getName() == "Index") {
      if (!is_contained(lists, operand.name))
        refuseOperand("of sizes has no attribute 'static_" + operand.name +
                      "'");
      if (!operand.isVariadic())
        refuseOperand("of sizes is not Variadic");
      if (sizes == lists.size() || lists[sizes] != operand.name)
        refuseOperand("of sizes is not in the order of the attributes");
      ++sizes;
      continue;
    }
    if (!base->isSubClassOf("Tgc_TensorOf"))
      refuseOperand("is no Tgc_TensorOf");
    if (sizes)
      refuseOperand("follows sizes; tensors come first");
    if (operand.isVariadic() && !lists.empty())
      refuseOperand("is Variadic; an op with sizes has a fixed number of "
                    "tensors");
    if (!result.operands.empty() && result.operands.back().variadic)
      refuseOperand("follows one that is Variadic");
    result.operands.push_back({operand.name.str(),
                               base->getValueAsString("dtypes").str(),
                               operand.isVariadic()});
  }
}

/// Results are tensors; one of them is what a public function returns and what
/// a dtype parameter is kept in.
void readResults(const Record &record, const mlir::tblgen::Operator &op,
                 OpRecord &result) {
  result.numResults = op.getNumResults();
  for (const NamedTypeConstraint &type : op.getResults())
    if (!type.constraint.getDef().isSubClassOf("Tgc_TensorOf"))
      refuse(record, "result '" + type.name + "' is no Tgc_TensorOf");
  if (result.surface && result.numResults != 1)
    refuse(record, Twine(result.numResults) +
                       " results; a public function returns one");
  StringRef dtype = record.getValueAsString("resultDType");
  if (dtype.empty())
    return;
  if (result.numResults == 0)
    refuse(record, "resultDType '" + dtype + "' without a result");
  checkName(record, "resultDType", dtype, /*parameter=*/true);
  bool required = record.getValueAsBit("resultDTypeRequired");
  result.params.push_back(
      {required ? ParamKind::ResultDType : ParamKind::OptionalResultDType,
       dtype.str(), "", required, ""});
}

/// A result comes from a kernel, from operand 0 or from the one literal.
void readKernel(const Record &record, OpRecord &result) {
  result.hasKernel = record.getValueAsBit("hasKernel");
  result.aliasesOperand = record.getValueAsBit("aliasesOperand");
  result.reportsIndex = record.getValueAsBit("reportsIndex");
  bool literal = count_if(result.params, [](const Param &p) {
                   return p.kind == ParamKind::Elements;
                 }) == 1;
  if (result.hasKernel && result.aliasesOperand)
    refuse(record, "aliasesOperand besides a kernel");
  if (result.aliasesOperand &&
      (result.operands.empty() || result.operands.front().variadic))
    refuse(record, "aliasesOperand without an operand 0");
  if (!result.hasKernel && !result.aliasesOperand && !literal)
    refuse(record, "no kernel, though it is neither a literal nor "
                   "aliasesOperand");
  if (!result.hasKernel && result.numResults != 1)
    refuse(record, "no kernel for " + Twine(result.numResults) + " results");
  if (!result.hasKernel && result.reportsIndex)
    refuse(record, "reportsIndex without a kernel");
}

OpRecord readOp(const Record &record) {
  const mlir::tblgen::Operator op(record);
  OpRecord result;
  result.record = &record;
  result.mnemonic = record.getValueAsString("opName").str();
  checkName(record, "mnemonic", result.mnemonic, /*parameter=*/false);
  StringRef kind = op.getCppClassName();
  if (!kind.consume_back("Op") || kind.empty())
    refuse(record,
           "class name '" + op.getCppClassName() + "' does not end in 'Op'");
  result.kind = kind.str();
  result.family = record.getValueAsString("family").str();
  result.typeRule = record.getValueAsString("typeRule").str();
  if (result.typeRule.empty())
    result.typeRule = result.kind;
  result.bounded = record.getValueAsBit("bounded");
  result.surface = record.getValueAsBit("surface");
  result.elementwise = record.getValueAsBit("elementwise");
  if (!op.hasSummary() || op.getSummary().empty())
    refuse(record, "no summary");
  if (!op.hasDescription() || !op.getDescription().contains("```mlir"))
    refuse(record, "no ```mlir example in the description");
  for (const NamedAttribute &attr : op.getAttributes()) {
    result.params.push_back(readAttribute(record, attr));
    checkName(record, "attribute", result.params.back().name,
              /*parameter=*/true);
  }
  readOperands(record, op, result);
  readResults(record, op, result);
  readKernel(record, result);
  return result;
}

} // namespace

bool OpRecord::hasOptions() const {
  return any_of(params, [](const Param &p) { return !p.required; });
}

std::vector<OpRecord> readOps(const RecordKeeper &records) {
  std::vector<OpRecord> ops;
  for (const Record *record : records.getAllDerivedDefinitions("Tgc_Op"))
    ops.push_back(readOp(*record));
  llvm::sort(ops, [](const OpRecord &a, const OpRecord &b) {
    return a.kind < b.kind;
  });
  return ops;
}

std::vector<mlir::tblgen::EnumInfo> readEnums(const RecordKeeper &records) {
  std::vector<mlir::tblgen::EnumInfo> enums;
  for (const Record *record : records.getAllDerivedDefinitions("Tgc_Enum"))
    enums.emplace_back(record);
  return enums;
}

std::string memberType(const Param &param) {
  switch (param.kind) {
  case ParamKind::I64:
    return "int64_t";
  case ParamKind::Bool:
    return "bool";
  case ParamKind::F64:
    return "double";
  case ParamKind::I64Array:
    return "std::vector<int64_t>";
  case ParamKind::Mixed:
    return "std::vector<DimExpr>";
  case ParamKind::Enum:
    return param.enumName;
  case ParamKind::OptionalDType:
  case ParamKind::OptionalResultDType:
    return "std::optional<DType>";
  case ParamKind::ResultDType:
    return "DType";
  case ParamKind::Elements:
    return "Value";
  }
  llvm_unreachable("unknown parameter kind");
}

void emitBanner(raw_ostream &os, StringRef what) {
  os << "// " << what << ". Generated by tgc-tblgen from ir/ops.\n\n";
}

} // namespace tgc::tblgen
