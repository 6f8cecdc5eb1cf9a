// Errors that point into a text from the command line.
#ifndef TGC_TOOLS_TGC_VALUES_SPECTEXT_H
#define TGC_TOOLS_TGC_VALUES_SPECTEXT_H

#include "tgc/runtime/core/Status.h"

#include <string_view>

namespace tgc {

/// A text that the user typed, not owned. Positions are bytes; errors count
/// columns in characters, from 1, and show the text around with a caret.
class SpecText {
public:
  explicit SpecText(std::string_view whole) : whole(whole) {}

  std::string_view text() const { return whole; }

  /// "column 3: found 'abc'; expected a number", text, caret, fix; with id
  /// TGC-E0203: text that does not parse (exit code 2).
  absl::Status parseError(size_t at, std::string_view found,
                          std::string_view expected,
                          std::string_view fix) const;

  /// "column 3: <what>", text, caret, fix; with id TGC-E0202 unless `code` is
  /// that of a limit: a value that does not fit (exit code 1).
  absl::Status
  valueError(size_t at, std::string_view what, std::string_view fix,
             absl::StatusCode code = absl::StatusCode::kInvalidArgument) const;

  /// What stands at a position, for parseError: "'abc'" up to the next
  /// separator, or "the end".
  std::string foundAt(size_t at) const;

private:
  std::string_view whole;
};

/// True for a status that SpecText::parseError made.
bool isParseError(const absl::Status &status);

} // namespace tgc

#endif // TGC_TOOLS_TGC_VALUES_SPECTEXT_H
