// -gen-op-surface-decls, -gen-op-surface-defs: a public function per op.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace tgc::tblgen;

/// Elementwise ops of several operands promote and broadcast, and take C++
/// scalars.
static bool broadcasts(const OpRecord &op) {
  return op.elementwise && op.operands.size() > 1;
}

static std::string publicType(const Param &param, bool member) {
  switch (param.kind) {
  case ParamKind::I64Array:
    return member ? "Axes" : "const Axes &";
  case ParamKind::Mixed:
    return "const Dims &";
  default:
    return memberType(param);
  }
}

static std::string operandType(const OpRecord &op, const Operand &operand) {
  if (operand.variadic)
    return "const std::vector<Tensor> &";
  return broadcasts(op) ? "const TensorArg &" : "const Tensor &";
}

static void emitSignature(const OpRecord &op, raw_ostream &os, bool decl) {
  os << "Tensor " << op.mnemonic << '(';
  for (const Operand &operand : op.operands)
    os << operandType(op, operand) << operand.name << ", ";
  for (const Param &param : op.params)
    if (param.required) {
      std::string type = publicType(param, false);
      os << type << (StringRef(type).ends_with("&") ? "" : " ") << param.name
         << ", ";
    }
  if (op.hasOptions())
    os << "const " << op.kind << "Options &options" << (decl ? " = {}" : "")
       << ", ";
  os << "std::source_location where"
     << (decl ? " = std::source_location::current()" : "") << ')';
}

/// The description without its example, as a doc comment.
static void emitContract(const OpRecord &op, raw_ostream &os) {
  os << "/// " << op.record->getValueAsString("summary") << ".\n";
  StringRef text = op.record->getValueAsString("description");
  text = text.split("```mlir").first;
  SmallVector<StringRef> lines;
  text.trim().split(lines, '\n');
  if (!text.trim().empty())
    os << "///\n";
  for (StringRef line : lines)
    os << (line.trim().empty() ? "///" : "/// ") << line.trim() << '\n';
}

static bool emitDecls(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "One public function per op");
  for (const OpRecord &op : readOps(records)) {
    if (!op.surface)
      continue;
    if (op.hasOptions()) {
      os << "/// What '" << op.mnemonic << "' takes by default.\nstruct "
         << op.kind << "Options {\n";
      for (const Param &param : op.params)
        if (!param.required) {
          os << "  " << publicType(param, true) << ' ' << param.name;
          if (param.kind == ParamKind::I64Array)
            os << " = {}";
          else if (!param.defaultValue.empty())
            os << " = " << param.defaultValue;
          else
            os << " = std::nullopt";
          os << ";\n";
        }
      os << "};\n\n";
    }
    emitContract(op, os);
    os << "TGC_API ";
    emitSignature(op, os, true);
    os << ";\n\n";
  }
  return false;
}

static bool emitDefs(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "Every public op function is a call of bind");
  for (const OpRecord &op : readOps(records)) {
    if (!op.surface)
      continue;
    emitSignature(op, os, false);
    os << " {\n";
    std::string attrs = "OpAttrs{}";
    if (!op.params.empty()) {
      os << "  " << op.attrsType() << " attrs;\n";
      for (const Param &param : op.params) {
        std::string from =
            param.required ? param.name : "options." + param.name;
        if (param.kind == ParamKind::I64Array)
          from += ".vector()";
        else if (param.kind == ParamKind::Mixed)
          from = "expressions(" + from + ")";
        os << "  attrs." << param.name << " = " << from << ";\n";
      }
      attrs = "std::move(attrs)";
    }
    os << "  return " << (broadcasts(op) ? "bindBroadcast" : "bindOne")
       << "(OpKind::" << op.kind << ", ";
    if (op.operands.size() == 1 && op.operands[0].variadic) {
      os << op.operands[0].name;
    } else {
      os << '{';
      ListSeparator comma;
      for (const Operand &operand : op.operands)
        os << comma << (broadcasts(op) ? "&" : "") << operand.name;
      os << '}';
    }
    os << ", " << attrs << ", where);\n}\n\n";
  }
  return false;
}

static mlir::GenRegistration decls("gen-op-surface-decls",
                                   "declarations of public op functions",
                                   emitDecls);
static mlir::GenRegistration
    defs("gen-op-surface-defs", "definitions of public op functions", emitDefs);
