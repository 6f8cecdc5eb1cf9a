// Columns, carets and what was found.
#include "tgc/tools/tgc/values/SpecText.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/Elements.h"

#include <algorithm>

namespace tgc {
namespace {

constexpr absl::string_view parseErrorId = "TGC-E0203";

bool startsCharacter(char c) { return (c & 0xc0) != 0x80; }

/// "\n  <the text around `at`>\n  <caret below it>".
std::string excerpt(std::string_view whole, size_t at) {
  constexpr size_t around = 36; // characters on each side
  size_t begin = at, end = at, before = 0;
  for (size_t n = 0; n < around && begin > 0; ++before, ++n)
    do
      --begin;
    while (begin > 0 && !startsCharacter(whole[begin]));
  for (size_t n = 0; n < around && end < whole.size(); ++n)
    do
      ++end;
    while (end < whole.size() && !startsCharacter(whole[end]));
  std::string line(whole.substr(begin, end - begin));
  if (!isUtf8(line))
    for (char &c : line)
      c = (c & 0x80) ? '?' : c;
  for (char &c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = ' ';
  std::string lead = begin > 0 ? "..." : "";
  return absl::StrCat("\n  ", lead, line, end < whole.size() ? "..." : "",
                      "\n  ", std::string(lead.size() + before, ' '), "^");
}

absl::Status pointing(std::string_view whole, size_t at, absl::StatusCode code,
                      std::string_view what, std::string_view fix) {
  size_t column = 1;
  for (char c : whole.substr(0, at))
    column += startsCharacter(c);
  return errorWithFix(code,
                      absl::StrCat("column ", column, ": ", std::string(what),
                                   excerpt(whole, at)),
                      fix);
}

} // namespace

absl::Status SpecText::parseError(size_t at, std::string_view found,
                                  std::string_view expected,
                                  std::string_view fix) const {
  std::string what = absl::StrCat("found ", std::string(found), "; expected ",
                                  std::string(expected));
  return withErrorId(
      pointing(whole, at, absl::StatusCode::kInvalidArgument, what, fix),
      parseErrorId);
}

absl::Status SpecText::valueError(size_t at, std::string_view what,
                                  std::string_view fix,
                                  absl::StatusCode code) const {
  absl::Status status = pointing(whole, at, code, what, fix);
  return code == absl::StatusCode::kResourceExhausted
             ? status
             : withErrorId(std::move(status), "TGC-E0202");
}

std::string SpecText::foundAt(size_t at) const {
  if (at >= whole.size())
    return "the end";
  constexpr std::string_view separators = " \t\n\r,[]()\"";
  size_t end = std::min(whole.find_first_of(separators, at), whole.size());
  end = std::max(end, at + 1); // a separator alone
  return absl::StrCat("'", printable(whole.substr(at, end - at)), "'");
}

bool isParseError(const absl::Status &status) {
  return !status.ok() && errorId(status) == parseErrorId;
}

} // namespace tgc
