// Everything a model asks for that is not supported, told at once.
#include "tgc/frontend/onnx/Unsupported.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/ErrorId.h"

#include <algorithm>
#include <map>
#include <set>

namespace tgc::onnx {
namespace {

constexpr std::string_view reasonTexts[] = {
    "unknown-op",   "domain",      "attribute",     "dtype",  "type",
    "rank-unknown", "rank-varies", "random-values", "not-yet"};

struct Row {
  int64_t nodes = 0;
  size_t order = 0; // of first appearance
  std::string op, opset, first, reason;
};

/// The end of a long path through branches and functions, which tells most.
std::string shortened(const std::string &text) {
  constexpr size_t most = 60;
  if (text.size() <= most)
    return text;
  size_t start = text.size() - most;
  while (start < text.size() && (text[start] & 0xc0) == 0x80)
    ++start; // not inside a UTF-8 character
  return "..." + text.substr(start);
}

std::vector<Row> rowsOf(const std::vector<Unsupported> &entries) {
  std::vector<Row> rows;
  std::map<std::string, size_t> places;
  for (const Unsupported &entry : entries) {
    Row row;
    row.op = entry.op;
    row.opset = entry.opset == 0 ? "-" : std::to_string(entry.opset);
    row.first = shortened(entry.node);
    row.reason = std::string(reasonText(entry.reason));
    if (!entry.detail.empty())
      absl::StrAppend(&row.reason, entry.detail[0] == ';' ? "" : " ",
                      entry.detail);
    const std::string key =
        absl::StrCat(row.op, "\n", row.opset, "\n", row.reason);
    const auto [place, added] = places.emplace(key, rows.size());
    if (added) {
      row.order = rows.size();
      rows.push_back(std::move(row));
    }
    ++rows[place->second].nodes;
  }
  std::sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) {
    return a.nodes != b.nodes ? a.nodes > b.nodes : a.order < b.order;
  });
  return rows;
}

std::string left(const std::string &text, size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}
std::string right(const std::string &text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string counted(size_t count, const char *noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

} // namespace

std::string_view reasonText(Reason reason) {
  return reasonTexts[static_cast<size_t>(reason)];
}

absl::Status UnsupportedList::status(const std::string &file,
                                     int64_t checked) const {
  if (entries.empty())
    return absl::OkStatus();
  const std::vector<Row> rows = rowsOf(entries);
  std::set<std::string> ops;
  size_t opWidth = std::string("operator").size();
  size_t firstWidth = std::string("first").size();
  for (const Row &row : rows) {
    ops.insert(row.op);
    opWidth = std::max(opWidth, row.op.size());
    firstWidth = std::max(firstWidth, row.first.size());
  }
  std::string text =
      absl::StrCat(file, ": ", counted(ops.size(), "operator"), " in ",
                   counted(entries.size(), "node"),
                   entries.size() == 1 ? " is" : " are", " not supported (",
                   checked, " checked)\n  nodes  ", left("operator", opWidth),
                   "  opset  ", left("first", firstWidth), "  reason");
  for (const Row &row : rows)
    absl::StrAppend(&text, "\n  ", right(std::to_string(row.nodes), 5), "  ",
                    left(row.op, opWidth), "  ", right(row.opset, 5), "  ",
                    left(row.first, firstWidth), "  ", row.reason);
  return withErrorId(absl::UnimplementedError(text), "TGC-E0301");
}

} // namespace tgc::onnx
