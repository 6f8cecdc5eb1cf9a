// -gen-rule-tables: what passes know of each op, complete by construction.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;
using namespace tgc::tblgen;

/// The statement on each op, by record name. Ends the program at the record of
/// an op with two.
static StringMap<const Record *> statements(const RecordKeeper &records,
                                            StringRef className) {
  StringMap<const Record *> result;
  for (const Record *record : records.getAllDerivedDefinitions(className))
    for (const Record *op : record->getValueAsListOfDefs("ops"))
      if (!result.try_emplace(op->getName(), record).second)
        PrintFatalError(op->getLoc(), "op record '" + op->getName() +
                                          "' has two '" + className +
                                          "' statements");
  return result;
}

[[noreturn]] static void refuse(const OpRecord &op, const Twine &what) {
  PrintFatalError(op.record->getLoc(),
                  "op record '" + op.record->getName() + "' has no " + what);
}

static bool emit(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "Statements on ops, by OpKind");
  StringMap<const Record *> groups = statements(records, "GroupKind");
  StringMap<const Record *> planned = statements(records, "Tgc_Planned");
  os << "constexpr llvm::StringLiteral groupKinds[] = {\n";
  for (const OpRecord &op : readOps(records)) {
    if (!planned.contains(op.record->getName()))
      refuse(op, "derivative and batching statement; add it, or name the op in "
                 "the Tgc_Planned list of its family");
    auto group = groups.find(op.record->getName());
    if (group == groups.end() && !op.elementwise)
      refuse(op, "GroupKind; add it to passes/Rules.td");
    os << "    \""
       << (group == groups.end() ? "map"
                                 : group->second->getValueAsString("kind"))
       << "\", // " << op.kind << "\n";
  }
  os << "};\n";
  return false;
}

static mlir::GenRegistration registration("gen-rule-tables",
                                          "statements of passes on ops", emit);
