// -gen-op-kinds: the op table without LLVM.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"

#include <set>

using namespace llvm;
using namespace tgc::tblgen;

static bool emit(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "The op table");
  std::vector<OpRecord> ops = readOps(records);
  os << "#ifdef TGC_OP\n"
        "// TGC_OP(Kind, mnemonic, family, operands, results, exactness)\n";
  for (const OpRecord &op : ops)
    os << "TGC_OP(" << op.kind << ", \"" << op.mnemonic << "\", " << op.family
       << ", " << op.operands.size() << ", " << op.numResults << ", "
       << (op.bounded ? "Bounded" : "Exact") << ")\n";
  os << "#undef TGC_OP\n#endif\n\n";

  std::set<std::string> families;
  for (const OpRecord &op : ops)
    families.insert(op.family);
  os << "#ifdef TGC_FAMILY\n// TGC_FAMILY(Family)\n";
  for (const std::string &family : families)
    os << "TGC_FAMILY(" << family << ")\n";
  os << "#undef TGC_FAMILY\n#endif\n\n";

  os << "#ifdef TGC_ELEMENTWISE\n"
        "// TGC_ELEMENTWISE(Kind, mnemonic, operands)\n";
  for (const OpRecord &op : ops)
    if (op.elementwise)
      os << "TGC_ELEMENTWISE(" << op.kind << ", " << op.mnemonic << ", "
         << op.operands.size() << ")\n";
  os << "#undef TGC_ELEMENTWISE\n#endif\n\n";

  os << "#ifdef TGC_OP_TABLE\n";
  for (const OpRecord &op : ops) {
    if (op.operands.empty())
      continue;
    os << "constexpr OperandInfo operandsOf" << op.kind << "[] = {";
    for (const Operand &operand : op.operands)
      os << "{\"" << operand.name << "\", DTypeClass::" << operand.dtypes
         << ", " << (operand.variadic ? "true" : "false") << "}, ";
    os << "};\n";
  }
  os << "constexpr OpInfo opTable[] = {\n";
  for (const OpRecord &op : ops)
    os << "    {\"" << op.mnemonic << "\", Family::" << op.family
       << ", Exactness::" << (op.bounded ? "Bounded" : "Exact") << ", "
       << (op.elementwise ? "true" : "false") << ", "
       << (op.operands.empty() ? std::string("nullptr")
                               : "operandsOf" + op.kind)
       << ", " << op.operands.size() << ", " << op.numResults << "},\n";
  os << "};\n#endif\n";
  return false;
}

static mlir::GenRegistration registration("gen-op-kinds",
                                          "op kinds and their table", emit);
