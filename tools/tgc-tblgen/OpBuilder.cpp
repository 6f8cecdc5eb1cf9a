// -gen-op-builder: a function per op that appends it to IR.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace tgc::tblgen;

static bool variadic(const OpRecord &op) {
  return !op.operands.empty() && op.operands.back().variadic;
}

static void emitSignature(const OpRecord &op, raw_ostream &os) {
  if (op.numResults == 1)
    os << "mlir::Value ";
  else
    os << "llvm::SmallVector<mlir::Value> ";
  os << op.mnemonic << "(OpWriter &writer, mlir::Location loc";
  for (const Operand &operand : op.operands)
    os << ", " << (operand.variadic ? "mlir::ValueRange " : "mlir::Value ")
       << operand.name;
  if (!op.params.empty())
    os << ", " << op.attrsType() << " attrs";
  os << ")";
}

static void emitDefinition(const OpRecord &op, raw_ostream &os) {
  emitSignature(op, os);
  os << " {\n";
  std::string operands;
  if (variadic(op)) {
    os << "  llvm::SmallVector<mlir::Value> operands{";
    ListSeparator comma;
    for (const Operand &operand : drop_end(op.operands))
      os << comma << operand.name;
    os << "};\n  llvm::append_range(operands, " << op.operands.back().name
       << ");\n";
    operands = "operands";
  } else {
    ListSeparator comma;
    for (const Operand &operand : op.operands)
      operands += (StringRef(comma) + operand.name).str();
    operands = "{" + operands + "}";
  }
  os << "  return writer.build(OpKind::" << op.kind << ", " << operands << ", "
     << (op.params.empty() ? "{}" : "std::move(attrs)") << ", loc)"
     << (op.numResults == 1 ? "[0]" : "") << ";\n}\n\n";
}

static bool emit(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "A function per op that appends it to IR");
  std::vector<OpRecord> ops = readOps(records);
  os << "#ifdef TGC_OP_BUILDER_DECLS\n";
  for (const OpRecord &op : ops) {
    os << "/// " << op.record->getValueAsString("summary") << ".\n";
    emitSignature(op, os);
    os << ";\n";
  }
  os << "#undef TGC_OP_BUILDER_DECLS\n#endif\n\n#ifdef TGC_OP_BUILDER_DEFS\n";
  for (const OpRecord &op : ops)
    emitDefinition(op, os);
  os << "#undef TGC_OP_BUILDER_DEFS\n#endif\n";
  return false;
}

static mlir::GenRegistration
    registration("gen-op-builder", "functions that append ops to IR", emit);
