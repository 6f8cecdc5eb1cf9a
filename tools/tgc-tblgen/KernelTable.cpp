// -gen-kernel-table: one reference per op with a kernel, and how ops run.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"

using namespace llvm;
using namespace tgc::tblgen;

/// The row of an op in runTable: its literal, whether operand 0 is the result,
/// the words for a position that its kernel reports.
static std::string runRow(const OpRecord &op) {
  std::string row = "{nullptr, ";
  for (const Param &param : op.params)
    if (!op.hasKernel && param.kind == ParamKind::Elements)
      row = "{&literal<" + op.attrsType() + ", &" + op.attrsType() +
            "::" + param.name + ">, ";
  row += op.aliasesOperand ? "true, " : "false, ";
  return row +
         (op.reportsIndex ? "&kernels::errors::" + op.mnemonic : "nullptr") +
         "}";
}

static bool emit(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "Kernels of one CPU level, and how ops run");
  std::vector<OpRecord> ops = readOps(records);
  os << "#ifdef TGC_KERNEL\n// TGC_KERNEL(Kind, mnemonic)\n";
  for (const OpRecord &op : ops)
    if (op.hasKernel)
      os << "TGC_KERNEL(" << op.kind << ", " << op.mnemonic << ")\n";
  os << "#undef TGC_KERNEL\n#endif\n\n#ifdef TGC_KERNEL_TABLE\n"
     << "constexpr Kernel kernelTable[] = {\n";
  for (const OpRecord &op : ops)
    os << "    "
       << (op.hasKernel ? "&kernels::TGC_CPU_LEVEL::" + op.mnemonic
                        : std::string("nullptr"))
       << ",\n";
  os << "};\n#endif\n\n#ifdef TGC_INDEX_ERROR\n"
     << "// TGC_INDEX_ERROR(mnemonic): kernels that may report a position\n";
  for (const OpRecord &op : ops)
    if (op.reportsIndex)
      os << "TGC_INDEX_ERROR(" << op.mnemonic << ")\n";
  os << "#undef TGC_INDEX_ERROR\n#endif\n\n#ifdef TGC_RUN_TABLE\n"
     << "constexpr RunRow runTable[] = {\n";
  for (const OpRecord &op : ops)
    os << "    " << runRow(op) << ", // " << op.mnemonic << "\n";
  os << "};\n#endif\n";
  return false;
}

static mlir::GenRegistration registration("gen-kernel-table",
                                          "references to eager kernels", emit);
