// Reads and checks op records.
#include "OpRecord.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;
using mlir::tblgen::NamedAttribute;
using mlir::tblgen::NamedTypeConstraint;

namespace tgc::tblgen {
namespace {

/// Words that C, C++ or Python reserve: an op of that name could not be a
/// function in every binding.
const StringSet<> &keywords() {
  static const StringSet<> words = {
      "alignas",  "alignof",  "and",      "and_eq",   "as",       "asm",
      "assert",   "async",    "auto",     "await",    "bitand",   "bitor",
      "bool",     "break",    "case",     "catch",    "char",     "class",
      "compl",    "concept",  "const",    "continue", "def",      "default",
      "del",      "delete",   "do",       "double",   "elif",     "else",
      "enum",     "except",   "explicit", "export",   "extern",   "false",
      "finally",  "float",    "for",      "friend",   "from",     "global",
      "goto",     "if",       "import",   "in",       "inline",   "int",
      "is",       "lambda",   "long",     "match",    "mutable",  "namespace",
      "new",      "noexcept", "nonlocal", "not",      "not_eq",   "nullptr",
      "operator", "or",       "or_eq",    "pass",     "private",  "protected",
      "public",   "raise",    "register", "requires", "restrict", "return",
      "short",    "signed",   "sizeof",   "static",   "struct",   "switch",
      "template", "this",     "throw",    "true",     "try",      "typedef",
      "typename", "union",    "unsigned", "using",    "virtual",  "void",
      "volatile", "while",    "with",     "xor",      "xor_eq",   "yield"};
  return words;
}

[[noreturn]] void refuse(const Record &record, const Twine &why) {
  PrintFatalError(record.getLoc(),
                  "op record '" + record.getName() + "': " + why);
}

Param readAttribute(const Record &record, const NamedAttribute &named) {
  Param param;
  param.name = named.name.str();
  StringRef name = named.name;
  if (name.consume_front("static_")) {
    param.kind = ParamKind::Mixed;
    param.name = name.str();
    param.required = true;
    return param;
  }
  const auto &attr = named.attr;
  param.required = !attr.isOptional() && !attr.hasDefaultValue();
  mlir::tblgen::Attribute base = attr.getBaseAttr();
  StringRef def = base.getAttrDefName();
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

OpRecord readOp(const Record &record) {
  const mlir::tblgen::Operator op(record);
  OpRecord result;
  result.record = &record;
  result.mnemonic = record.getValueAsString("opName").str();
  result.kind = StringRef(op.getCppClassName()).drop_back(2).str(); // "Op"
  result.family = record.getValueAsString("family").str();
  result.bounded = record.getValueAsBit("bounded");
  result.surface = record.getValueAsBit("surface");
  result.elementwise = record.getValueAsBit("elementwise");
  result.numResults = op.getNumResults();
  if (keywords().contains(result.mnemonic))
    refuse(record, "mnemonic '" + result.mnemonic +
                       "' is a keyword of C, C++ or Python");
  if (!op.hasSummary() || op.getSummary().empty())
    refuse(record, "no summary");
  if (!op.hasDescription() || !op.getDescription().contains("```mlir"))
    refuse(record, "no ```mlir example in the description");
  for (const NamedAttribute &attr : op.getAttributes())
    result.params.push_back(readAttribute(record, attr));
  for (const NamedTypeConstraint &operand : op.getOperands()) {
    const Record &def = operand.constraint.getDef();
    const Record *base = &def;
    if (operand.isVariadic())
      base = def.getValueAsDef("baseType");
    if (base->getName() == "Index") { // the sizes of a mixed parameter
      bool found = any_of(result.params, [&](const Param &p) {
        return p.kind == ParamKind::Mixed && p.name == operand.name;
      });
      if (!found)
        refuse(record, "operand '" + operand.name +
                           "' of sizes has no attribute 'static_" +
                           operand.name + "'");
      continue;
    }
    if (!base->isSubClassOf("Tgc_TensorOf"))
      refuse(record, "operand '" + operand.name + "' is no Tgc_TensorOf");
    result.operands.push_back({operand.name.str(),
                               base->getValueAsString("dtypes").str(),
                               operand.isVariadic()});
  }
  StringRef dtype = record.getValueAsString("resultDType");
  if (!dtype.empty()) {
    bool required = record.getValueAsBit("resultDTypeRequired");
    result.params.push_back(
        {required ? ParamKind::ResultDType : ParamKind::OptionalResultDType,
         dtype.str(), "", required, ""});
  }
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
