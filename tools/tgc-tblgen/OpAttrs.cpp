// -gen-op-enums, -gen-op-attrs: LLVM-free enumerations and attribute structs.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"

using namespace llvm;
using namespace tgc::tblgen;

static bool emitEnums(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "Enumerations of op parameters");
  for (const auto &info : readEnums(records)) {
    StringRef name = info.getEnumClassName();
    os << "/// " << info.getSummary() << "\nenum class " << name
       << " : uint8_t {";
    ListSeparator comma;
    for (const auto &c : info.getAllCases())
      os << comma << ' ' << c.getSymbol() << " = " << c.getValue();
    os << " };\n"
       << "/// The name in IR and messages.\n"
       << "inline constexpr std::string_view enumName(" << name
       << " value) {\n  switch (value) {\n";
    for (const auto &c : info.getAllCases())
      os << "  case " << name << "::" << c.getSymbol() << ":\n    return \""
         << c.getStr() << "\";\n";
    os << "  }\n  return \"\";\n}\n\n";
  }
  return false;
}

/// The part of forEachSize for one op; empty if it has no sizes.
static std::string sizesOf(const OpRecord &op) {
  std::string loops;
  for (const Param &param : op.params)
    if (param.kind == ParamKind::Mixed)
      loops += "    for (const DimExpr &size : a->" + param.name +
               ")\n      visit(size);\n";
  return loops.empty() ? ""
                       : "  if (const auto *a = std::get_if<" + op.attrsType() +
                             ">(&attrs)) {\n" + loops + "  }\n";
}

static bool emitAttrs(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "Attributes of ops");
  std::string variant = "using OpAttrs = std::variant<std::monostate", sizes;
  for (const OpRecord &op : readOps(records)) {
    if (op.params.empty())
      continue;
    os << "/// Of '" << op.mnemonic << "'.\nstruct " << op.attrsType()
       << " {\n";
    for (const Param &param : op.params) {
      os << "  " << memberType(param) << ' ' << param.name;
      if (!param.defaultValue.empty())
        os << " = " << param.defaultValue;
      else
        os << "{}";
      os << ";\n";
    }
    os << "};\n\n";
    sizes += sizesOf(op);
    variant += ", " + op.attrsType();
  }
  os << "/// The attributes of one call; monostate for an op without.\n"
     << variant << ">;\n\n"
     << "/// Calls visit(const DimExpr &) for every size among `attrs`.\n"
     << "template <class Visit>\n"
     << "void forEachSize(const OpAttrs &attrs, const Visit &visit) {\n"
     << sizes << "}\n";
  return false;
}

static mlir::GenRegistration enums("gen-op-enums",
                                   "enumerations of op parameters", emitEnums);
static mlir::GenRegistration attrs("gen-op-attrs", "attribute structs",
                                   emitAttrs);
