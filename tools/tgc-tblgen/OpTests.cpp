// -gen-op-tests: every example of the op reference as a function, in one lit
// test of the text round trip.
#include "OpRecord.h"

#include "mlir/TableGen/GenInfo.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Regex.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;
using namespace tgc::tblgen;

namespace {

/// One line "%y = tgc.name operands : types" taken apart.
struct Statement {
  std::string text;
  std::string result;                      // "%y"
  std::vector<std::string> tensors, sizes; // operands as written
  std::vector<std::string> operandTypes;   // one per tensor
  std::string resultType;
};

[[noreturn]] void refuse(const OpRecord &op, const Twine &why) {
  PrintFatalError(op.record->getLoc(), "example of op record '" +
                                           op.record->getName() + "': " + why);
}

/// The lines of the first ```mlir block of the description.
SmallVector<StringRef> exampleLines(const OpRecord &op) {
  StringRef text = op.record->getValueAsString("description");
  text = text.split("```mlir").second.split("```").first;
  SmallVector<StringRef> lines;
  text.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef &line : lines)
    line = line.trim();
  erase_if(lines, [](StringRef line) { return line.empty(); });
  return lines;
}

/// Parts of `list` between commas outside <>, () and [].
std::vector<std::string> splitTypes(StringRef list) {
  std::vector<std::string> parts;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= list.size(); ++i) {
    char c = i < list.size() ? list[i] : ',';
    depth += StringRef("<([").contains(c);
    depth -= StringRef(">)]").contains(c);
    if (c == ',' && depth == 0) {
      StringRef part = list.substr(begin, i - begin).trim();
      if (!part.empty())
        parts.push_back(part.str());
      begin = i + 1;
    }
  }
  return parts;
}

/// An operand inside [...] is a size of type index, others are tensors.
void readOperands(StringRef text, Statement &statement) {
  int depth = 0;
  while (!text.empty()) {
    depth += text.front() == '[';
    depth -= text.front() == ']';
    if (text.front() != '%') {
      text = text.drop_front();
      continue;
    }
    StringRef name = text.take_front(
        1 + text.drop_front()
                .take_while([](char c) { return isAlnum(c) || c == '_'; })
                .size());
    (depth ? statement.sizes : statement.tensors).push_back(name.str());
    text = text.drop_front(name.size());
  }
}

/// The type is all after the last " : ": one type for all operands and the
/// result, or "(types) -> type".
Statement readStatement(const OpRecord &op, StringRef line) {
  Statement statement;
  statement.text = line.str();
  auto [result, rest] = line.split(" = ");
  auto [body, types] = rest.rsplit(" : ");
  if (!result.starts_with("%") || !body.starts_with("tgc.") || types.empty())
    refuse(op,
           "expected \"%name = tgc.<op> ... : type\", got \"" + line + "\"");
  statement.result = result.str();
  readOperands(body, statement);
  if (types.consume_front("(")) {
    auto [operands, resultType] = types.rsplit(") -> ");
    statement.operandTypes = splitTypes(operands);
    statement.resultType = resultType.str();
  } else {
    statement.operandTypes.assign(statement.tensors.size(), types.str());
    statement.resultType = types.str();
  }
  if (statement.operandTypes.size() != statement.tensors.size())
    refuse(op, Twine(statement.tensors.size()) + " operands, but " +
                   Twine(statement.operandTypes.size()) + " types");
  return statement;
}

/// A CHECK pattern of the statement: its text but for the names of values and
/// the digits of floats, which print in full.
std::string pattern(StringRef text) {
  std::string result;
  Regex replaced("%[A-Za-z0-9_]+|[0-9]+\\.[0-9]+");
  SmallVector<StringRef> match;
  while (replaced.match(text, &match)) {
    size_t at = match[0].data() - text.data();
    result += text.take_front(at).str() +
              (match[0].starts_with("%") ? "%{{[A-Za-z0-9_]+}}" : "{{[^>]+}}");
    text = text.drop_front(at + match[0].size());
  }
  return result + text.str();
}

void emitOp(const OpRecord &op, raw_ostream &os) {
  SmallVector<StringRef> lines = exampleLines(op);
  std::vector<Statement> statements;
  for (StringRef line : lines)
    statements.push_back(readStatement(op, line));
  if (none_of(statements, [&](const Statement &s) {
        return StringRef(s.text).contains("= tgc." + op.mnemonic + " ");
      }))
    refuse(op, "does not show 'tgc." + op.mnemonic + "'");

  // Names used before any statement defines them are the arguments.
  StringSet<> known;
  std::vector<std::string> arguments;
  for (const Statement &s : statements) {
    for (auto [name, type] : zip(s.tensors, s.operandTypes))
      if (known.insert(name).second)
        arguments.push_back(name + ": " + type);
    for (const std::string &name : s.sizes)
      if (known.insert(name).second)
        arguments.push_back(name + ": index");
    known.insert(s.result);
  }
  const Statement &last = statements.back();
  os << "\n// CHECK-LABEL: func.func @" << op.mnemonic << "(\nfunc.func @"
     << op.mnemonic << '(' << join(arguments, ", ") << ") -> "
     << last.resultType << " {\n";
  for (const Statement &s : statements)
    os << "  // CHECK: " << pattern(s.text) << "\n  " << s.text << '\n';
  os << "  return " << last.result << " : " << last.resultType << "\n}\n";
}

bool emit(const RecordKeeper &records, raw_ostream &os) {
  emitBanner(os, "The examples of the op reference parse, verify and print as "
                 "written");
  os << "// RUN: tgc-opt --verify-roundtrip %s | FileCheck %s\n";
  for (const OpRecord &op : readOps(records))
    emitOp(op, os);
  return false;
}

mlir::GenRegistration registration("gen-op-tests",
                                   "round-trip tests of the examples", emit);

} // namespace
