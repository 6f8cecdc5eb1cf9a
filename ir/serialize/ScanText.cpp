// The scan before MLIR's parser: depth and sizes, in one pass.
#include "tgc/ir/serialize/Serialize.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/CheckedSize.h"

#include "llvm/ADT/StringExtras.h"

namespace tgc::ir {
namespace {

/// Walks text; strings and comments are passed over as the parser does.
class Scanner {
public:
  Scanner(llvm::StringRef text, const Limits &limits, llvm::StringRef file)
      : text(text), limits(limits), file(file) {}

  absl::Status run() {
    int64_t depth = 0;
    while (at < text.size()) {
      char c = text[at];
      if (c == '"') {
        skipString();
        continue;
      }
      if (c == '/' && at + 1 < text.size() && text[at + 1] == '/') {
        at = std::min(text.find('\n', at), text.size());
        continue;
      }
      if (llvm::StringRef("([{<").contains(c) && ++depth > limits.nesting)
        return error(absl::StatusCode::kResourceExhausted,
                     absl::StrCat("brackets nest deeper than the limit of ",
                                  limits.nesting,
                                  " (Limits::nesting)\n  fix: write it with "
                                  "fewer levels, or raise the limit"));
      if (llvm::StringRef(")]}").contains(c) ||
          (c == '>' && (at == 0 || text[at - 1] != '-')))
        depth = std::max<int64_t>(depth - 1, 0);
      ++at;
      if (c == '<')
        TGC_RETURN_IF_ERROR(scanSizes());
    }
    return absl::OkStatus();
  }

private:
  void skipString() {
    for (++at; at < text.size() && text[at] != '"'; ++at)
      if (text[at] == '\\')
        ++at;
    ++at;
  }

  /// "4x?x8x" after '<': the product of the sizes must be a possible number of
  /// elements, or MLIR would compute a wrapped one.
  absl::Status scanSizes() {
    int64_t elements = 1;
    size_t p = at;
    while (p < text.size() && (llvm::isDigit(text[p]) || text[p] == '?')) {
      size_t begin = p;
      while (p < text.size() && (llvm::isDigit(text[p]) || text[p] == '?'))
        ++p;
      if (p == text.size() || text[p] != 'x')
        break;
      llvm::StringRef digits = text.slice(begin, p++);
      if (digits == "?")
        continue;
      int64_t size;
      std::optional<int64_t> product;
      if (!digits.getAsInteger(10, size))
        product = checkedMul(elements, std::max<int64_t>(size, 1));
      if (!product || *product > limits.elements)
        return error(
            absl::StatusCode::kResourceExhausted,
            absl::StrCat("the shape ", text.slice(at, p).str(),
                         "... has more elements than the limit of ",
                         limits.elements,
                         " (Limits::elements)\n  fix: use smaller sizes, or "
                         "raise the limit"));
      elements = *product;
    }
    return absl::OkStatus();
  }

  absl::Status error(absl::StatusCode code, const std::string &what) {
    size_t line = text.take_front(at).count('\n') + 1;
    return absl::Status(code, absl::StrCat(file.str(), ":", line, ": ", what));
  }

  llvm::StringRef text;
  const Limits &limits;
  llvm::StringRef file;
  size_t at = 0;
};

} // namespace

absl::Status scanText(llvm::StringRef text, const Limits &limits,
                      llvm::StringRef fileName) {
  if (static_cast<int64_t>(text.size()) > limits.model_bytes)
    return absl::ResourceExhaustedError(absl::StrCat(
        fileName.str(), ": ", text.size(), " bytes are above the limit of ",
        limits.model_bytes, " (Limits::model_bytes)\n  fix: raise the limit"));
  return Scanner(text, limits, fileName).run();
}

} // namespace tgc::ir
