// -gen-kernel-table: one reference per op with a kernel.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"

using namespace llvm;
using namespace tgc::tblgen;

/// A constant is a value already: it has no kernel.
static bool hasKernel(const OpRecord &op) { return op.mnemonic != "constant"; }

static bool emit(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "Kernels of one CPU level");
  std::vector<OpRecord> ops = readOps(records);
  os << "#ifdef TGC_KERNEL\n// TGC_KERNEL(Kind, mnemonic)\n";
  for (const OpRecord &op : ops)
    if (hasKernel(op))
      os << "TGC_KERNEL(" << op.kind << ", " << op.mnemonic << ")\n";
  os << "#undef TGC_KERNEL\n#endif\n\n#ifdef TGC_KERNEL_TABLE\n"
     << "constexpr Kernel kernelTable[] = {\n";
  for (const OpRecord &op : ops)
    os << "    "
       << (hasKernel(op) ? "&kernels::TGC_CPU_LEVEL::" + op.mnemonic
                         : std::string("nullptr"))
       << ",\n";
  os << "};\n#endif\n";
  return false;
}

static mlir::GenRegistration registration("gen-kernel-table",
                                          "references to eager kernels", emit);
