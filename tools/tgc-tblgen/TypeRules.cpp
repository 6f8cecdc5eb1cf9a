// -gen-type-rules: one reference per op to its type rule, and to what
// normalises its attributes.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"

#include <set>

using namespace llvm;
using namespace tgc::tblgen;

static std::string attrsOf(const OpRecord &op) {
  return op.params.empty() ? "std::monostate" : op.attrsType();
}

/// A rule of several ops sees the call alone, an op's own its attributes too.
static bool ownRule(const OpRecord &op) { return op.typeRule == op.kind; }

/// Integers may be dims counted from the end, lists may be left empty.
static bool normalizes(const OpRecord &op) {
  return any_of(op.params, [](const Param &param) {
    return param.kind == ParamKind::I64 || param.kind == ParamKind::I64Array;
  });
}

static void emitDecls(ArrayRef<OpRecord> ops, raw_ostream &os) {
  std::set<std::string> shared;
  for (const OpRecord &op : ops) {
    if (!ownRule(op) && !shared.insert(op.typeRule).second)
      continue;
    os << "absl::StatusOr<TensorTypes> infer" << op.typeRule
       << "(const Call &call";
    if (ownRule(op) && !op.params.empty())
      os << ", const " << op.attrsType() << " &attrs";
    os << ");\n";
  }
  for (const OpRecord &op : ops)
    if (normalizes(op))
      os << "absl::Status normalize" << op.kind << "(const Call &call, "
         << op.attrsType() << " &attrs);\n";
}

static bool emit(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "The type rules of ops");
  std::vector<OpRecord> ops = readOps(records);
  os << "#ifdef TGC_TYPE_RULES\n";
  emitDecls(ops, os);
  os << "#undef TGC_TYPE_RULES\n#endif\n\n#ifdef TGC_TYPE_RULE_TABLE\n"
     << "constexpr RuleRow ruleTable[] = {\n";
  for (const OpRecord &op : ops) {
    os << "    {&inferBy<" << attrsOf(op) << ", &rule::infer" << op.typeRule
       << ">, ";
    if (normalizes(op))
      os << "&normalizeBy<" << op.attrsType() << ", &rule::normalize" << op.kind
         << ">},\n";
    else
      os << "nullptr},\n";
  }
  os << "};\n#endif\n";
  return false;
}

static mlir::GenRegistration registration("gen-type-rules",
                                          "references to type rules", emit);
