// tgc help: verbs, flags, environment, functions, ONNX and error ids.
#include "tgc/runtime/core/Nearest.h"
#include "tgc/runtime/core/OpKind.h"
#include "tgc/tools/tgc/Session.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <iostream>
#include <map>

namespace tgc::tool {
namespace {

struct Page {
  std::string_view id, title, text;
};

constexpr Page errorPages[] = {
#define TGC_ERROR_PAGE(id, title, text) {id, title, text},
#include "tgc/tools/tgc/ErrorPages.def"
};

struct ApiFunction {
  std::string_view name, signature, sentence, header;
};

constexpr ApiFunction apiFunctions[] = {
#define TGC_API_FUNCTION(name, signature, sentence, header)                    \
  {name, signature, sentence, header},
#include "tgc/tools/ApiFunctions.inc"
#undef TGC_API_FUNCTION
};

/// Every overload of a public function; empty if there is none.
std::string functionPage(std::string_view name) {
  std::string text;
  const ApiFunction *last = nullptr;
  for (const ApiFunction &function : apiFunctions) {
    if (function.name != name)
      continue;
    if (!last || last->header != function.header)
      absl::StrAppend(&text, "tgc::", std::string(name), " of <",
                      std::string(function.header), ">\n");
    if (!function.sentence.empty() &&
        (!last || last->sentence != function.sentence))
      absl::StrAppend(&text, "  ", std::string(function.sentence), "\n");
    absl::StrAppend(&text, "    ", std::string(function.signature), "\n");
    last = &function;
  }
  return text;
}

struct OnnxRow {
  std::string_view domain, op;
  int64_t since;
};

constexpr OnnxRow onnxRows[] = {
#define ONNX_OP(domain, op, since, ...) {domain, #op, since},
#include "tgc/frontend/onnx/OnnxOps.def"
};

/// A line per operator: the operator sets in which it changes its meaning.
std::string onnxPage() {
  std::string text = "Operators of ONNX that are imported, with the operator "
                     "sets since which each has\nthe meanings that tgc knows; "
                     "what of them is refused is said on import.\n";
  std::map<std::string, std::string> lines; // by domain and name
  for (const OnnxRow &row : onnxRows) {
    std::string key =
        absl::StrCat(std::string(row.domain), " ", std::string(row.op));
    std::string &line = lines[key];
    if (line.empty())
      line = absl::StrCat(
          "  ", row.domain.empty() ? "" : std::string(row.domain) + ".",
          std::string(row.op),
          std::string(30 - std::min<size_t>(row.op.size(), 29), ' '),
          row.since);
    else
      absl::StrAppend(&line, " ", row.since);
  }
  for (const auto &[key, line] : lines)
    absl::StrAppend(&text, line, "\n");
  return text;
}

std::string opPage(OpKind kind) {
  const OpInfo &info = opInfo(kind);
  std::string text = absl::StrCat("tgc.", std::string(info.mnemonic),
                                  " in IR, ", functionPage(info.mnemonic));
  for (int i = 0; i < info.numOperands; ++i)
    absl::StrAppend(
        &text, "  operand ", i, " '", std::string(info.operands[i].name),
        "': ", std::string(dtypeClassText(info.operands[i].dtypes)), "\n");
  absl::StrAppend(
      &text, "  results are ",
      info.exactness == Exactness::Exact
          ? "exact: the same bits on every route, thread count and CPU"
          : "bounded: one formula on every route, within a few ULP",
      "\n");
  return text;
}

} // namespace

ExitCode helpVerb(Session &session) {
  std::string topic = session.flags.file;
  if (topic == "env") {
    for (const EnvInfo &variable : environment())
      std::cout << variable.name << std::string(18 - variable.name.size(), ' ')
                << (variable.flag.empty() ? "" : "default of ") << variable.flag
                << variable.help << '\n';
    return Ok;
  }
  if (topic == "onnx") {
    std::cout << onnxPage();
    return Ok;
  }
  bool isVerb = topic.empty() || topic == "flags";
  std::vector<std::string_view> topics = {"flags", "env", "onnx"};
  for (const VerbInfo &verb : verbs()) {
    isVerb |= verb.name == topic;
    topics.push_back(verb.name);
  }
  if (isVerb) {
    std::cout << usageText(topic);
    return Ok;
  }
  if (std::optional<OpKind> kind = opKindFromMnemonic(topic)) {
    std::cout << opPage(*kind);
    return Ok;
  }
  if (std::string page = functionPage(topic); !page.empty()) {
    std::cout << page;
    return Ok;
  }
  for (const ApiFunction &function : apiFunctions)
    topics.push_back(function.name);
  for (const Page &page : errorPages) {
    topics.push_back(page.id);
    if (page.id == topic) {
      std::cout << page.id << ": " << page.title << "\n\n" << page.text;
      return Ok;
    }
  }
  std::string near = nearest(topic, topics);
  session.error("TGC-E0101",
                absl::StrCat("there is no help on '", topic, "'",
                             near.empty() ? "\n  fix: see `tgc help`"
                                          : absl::StrCat("; did you mean '",
                                                         near, "'?")));
  return UsageError;
}

} // namespace tgc::tool
