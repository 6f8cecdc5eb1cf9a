// tgc help: verbs, flags, environment, ops and error ids.
#include "tgc/runtime/core/OpKind.h"
#include "tgc/tools/tgc/Session.h"

#include "absl/strings/str_cat.h"

#include <iostream>

namespace tgc::tool {
namespace {

struct Page {
  std::string_view id, title, text;
};

constexpr Page errorPages[] = {
#define TGC_ERROR_PAGE(id, title, text) {id, title, text},
#include "tgc/tools/tgc/ErrorPages.def"
};

constexpr std::string_view environment =
    "TGC_FLAGS         flags put in front of those given\n"
    "TGC_NUM_THREADS   default number of threads\n"
    "NO_COLOR          no colours on stderr\n";

std::string opPage(OpKind kind) {
  const OpInfo &info = opInfo(kind);
  std::string text = absl::StrCat("tgc.", std::string(info.mnemonic), "\n");
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
    std::cout << environment;
    return Ok;
  }
  bool isVerb = topic.empty() || topic == "flags";
  std::vector<std::string_view> topics = {"flags", "env"};
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
