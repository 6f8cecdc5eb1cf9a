// The scan before MLIR's parser: what would make it recurse, wrap or allocate
// without bound, in one pass over the tokens that its lexer would see.
#include "tgc/ir/serialize/Serialize.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/CheckedSize.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

namespace tgc::ir {
namespace {

bool isBlank(char c) { return llvm::StringRef(" \t\n\r\0", 5).contains(c); }

bool isWordChar(char c) {
  return llvm::isAlnum(c) || llvm::StringRef("_.$").contains(c);
}

class Scanner {
public:
  Scanner(llvm::StringRef text, const Limits &limits, llvm::StringRef file)
      : text(text), limits(limits), file(file) {}

  absl::Status run() {
    while (at < text.size())
      TGC_RETURN_IF_ERROR(scanToken());
    return absl::OkStatus();
  }

private:
  absl::Status scanToken() {
    char c = text[at];
    if (looksAt("//"))
      return scanComment();
    if (looksAt("{-#")) {
      isMetadata = true;
      at += 3;
      return open('{');
    }
    if (looksAt("#-}")) {
      isMetadata = false;
      at += 3;
      return close('{');
    }
    if (c == '"')
      return scanString();
    if (llvm::StringRef("%#!^@").contains(c))
      return scanName();
    if (llvm::isAlpha(c) || c == '_')
      return scanWord();
    at += looksAt("->") ? 2 : 1;
    switch (c) {
    case '<':
      TGC_RETURN_IF_ERROR(scanSizes());
      [[fallthrough]];
    case '(':
    case '[':
    case '{':
      return open(c);
    case '>':
      return close('<');
    case ')':
      return close('(');
    case ']':
      return close('[');
    case '}':
      return close('{');
    case ':':
      return isMetadata ? checkEntry() : absl::OkStatus();
    }
    return absl::OkStatus();
  }

  bool looksAt(llvm::StringRef token) const {
    return text.substr(at).starts_with(token);
  }

  /// The first place from `p` on that is neither blank nor comment.
  size_t skipBlanks(size_t p) const {
    while (p < text.size()) {
      if (isBlank(text[p]))
        ++p;
      else if (text.substr(p).starts_with("//"))
        p = std::min(text.find_first_of("\n\r", p), text.size());
      else
        break;
    }
    return p;
  }

  size_t skipDigits(size_t p) const {
    return std::min(text.find_first_not_of("0123456789", p), text.size());
  }

  absl::Status open(char bracket) {
    brackets.push_back(bracket);
    return nest(static_cast<int64_t>(brackets.size()));
  }

  /// Only the bracket that is open can be closed: the '>' of a '>=' closes
  /// nothing.
  absl::Status close(char bracket) {
    if (!brackets.empty() && brackets.back() == bracket)
      brackets.pop_back();
    if (brackets.size() < symbolBody)
      symbolBody = 0;
    return absl::OkStatus();
  }

  /// Something nests `depth` levels deep here, in the definition of an alias
  /// if there is one.
  absl::Status nest(int64_t depth) {
    if (alias)
      *alias = std::max(*alias, depth - aliasBase);
    if (depth <= limits.nesting)
      return absl::OkStatus();
    return error(absl::StatusCode::kResourceExhausted,
                 absl::StrCat("brackets nest deeper than the limit of ",
                              limits.nesting,
                              " (Limits::nesting)\n  fix: write it with fewer "
                              "levels, or raise the limit"));
  }

  absl::Status scanComment() {
    // MLIR looks for the end of a dialect's symbol without skipping comments.
    if (symbolBody)
      return error(
          absl::StatusCode::kInvalidArgument,
          "a comment stands between the '<' and '>' of an attribute or "
          "type\n  fix: move it in front");
    at = std::min(text.find_first_of("\n\r", at), text.size());
    return absl::OkStatus();
  }

  absl::Status scanString() {
    size_t begin = ++at;
    for (; at < text.size() && text[at] != '"'; ++at)
      if (text[at] == '\\')
        ++at;
    llvm::StringRef content = text.slice(begin, at++);
    return isMetadata && content.consume_front("0x") ? checkBlob(content)
                                                     : absl::OkStatus();
  }

  /// Whether a string that starts behind a quote at `p` ends, as MLIR's lexer
  /// sees it: in its line and with its escapes.
  bool stringEnds(size_t p) const {
    for (; p < text.size() && text[p] != '"'; ++p) {
      if (llvm::StringRef("\n\v\f").contains(text[p]))
        return false;
      if (text[p] != '\\')
        continue;
      llvm::StringRef escape = text.substr(++p, 2);
      if (escape.size() == 2 && llvm::all_of(escape, llvm::isHexDigit))
        ++p;
      else if (escape.find_first_of("\"\\nt") != 0)
        return false;
    }
    return p < text.size();
  }

  /// What stands behind the ':' of a resource: MLIR passes over the next token
  /// whatever it is, and reads on behind the text if that was its end or a
  /// string without one.
  absl::Status checkEntry() const {
    size_t p = skipBlanks(at);
    if (p < text.size() &&
        (text[p] == '"' ? stringEnds(p + 1)
                        : text[p] == '{' || isWordChar(text[p])))
      return absl::OkStatus();
    return error(absl::StatusCode::kInvalidArgument,
                 "a ':' between '{-#' and '#-}' has no value; expected a "
                 "string, a word or '{'\n  fix: complete the text");
  }

  /// A resource: hexadecimal, the first 4 bytes are the alignment of a buffer
  /// that MLIR allocates.
  absl::Status checkBlob(llvm::StringRef digits) {
    constexpr uint32_t largest = 64;
    std::string bytes;
    if (digits.size() < 8 || !llvm::tryGetFromHex(digits.take_front(8), bytes))
      return error(absl::StatusCode::kInvalidArgument,
                   "a resource has no alignment; expected \"0x\" and 8 or more "
                   "hexadecimal digits\n  fix: write its alignment in front of "
                   "its bytes, as in \"0x04000000...\"");
    uint32_t alignment = 0;
    for (size_t i = 0; i < 4; ++i)
      alignment |= uint32_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
    if (llvm::isPowerOf2_32(alignment) && alignment <= largest)
      return absl::OkStatus();
    return error(absl::StatusCode::kInvalidArgument,
                 absl::StrCat("a resource has alignment ", alignment,
                              "; expected a power of 2 up to ", largest,
                              "\n  fix: align it to the size of its elements"));
  }

  absl::Status scanName() {
    char prefix = text[at];
    size_t begin = at++;
    if (at < text.size() && llvm::isDigit(text[at]))
      at = skipDigits(at);
    else
      while (at < text.size() &&
             (isWordChar(text[at]) || (text[at] == '-' && prefix != '@')))
        ++at;
    llvm::StringRef name = text.slice(begin, at);
    if (name.ends_with("-") && looksAt(">"))
      return error(absl::StatusCode::kInvalidArgument,
                   "'->' stands directly behind a name\n  fix: write a blank "
                   "between the two");
    if (prefix == '%')
      return scanResults(name);
    if (prefix != '#' && prefix != '!')
      return absl::OkStatus();
    if (looksAt("<")) {
      if (!symbolBody)
        symbolBody = brackets.size() + 1;
      return absl::OkStatus();
    }
    size_t next = skipBlanks(at);
    if (brackets.empty() && text.substr(next).starts_with("=")) {
      alias = &aliases[name];
      llvm::StringRef value = text.substr(skipBlanks(next + 1));
      aliasBase = value.consume_front("loc") && value.starts_with("(") ? 1 : 0;
      return absl::OkStatus();
    }
    // A name that is not defined yet stands for nothing, or MLIR refuses it.
    return nest(static_cast<int64_t>(brackets.size()) + aliases.lookup(name));
  }

  /// "%x:2 =" declares as many results, "%x#1" names one: MLIR makes a table
  /// of so many for a name that it does not know.
  absl::Status scanResults(llvm::StringRef name) {
    size_t next = skipBlanks(at);
    bool isUse = text.substr(next).starts_with("#");
    if (!isUse && !text.substr(next).starts_with(":"))
      return absl::OkStatus();
    size_t begin = isUse ? next + 1 : skipBlanks(next + 1);
    size_t end = skipDigits(begin);
    if (begin == end)
      return absl::OkStatus();
    at = end;
    int64_t number;
    bool fits = !text.slice(begin, end).getAsInteger(10, number);
    if (isUse) {
      fits = fits && number < std::max<int64_t>(results.lookup(name), 1);
    } else {
      // The type of each is in the text.
      auto total = fits ? checkedAdd(declared, number) : std::nullopt;
      fits = total && *total <= static_cast<int64_t>(text.size());
      if (fits) {
        declared = *total;
        results[name] = std::max(results[name], number);
      }
    }
    if (fits)
      return absl::OkStatus();
    return error(absl::StatusCode::kInvalidArgument,
                 absl::StrCat(name.str(), text.slice(next, end).str(),
                              isUse ? " is no result of an op above"
                                    : " declares more results than the text "
                                      "has types",
                              "\n  fix: correct the number"));
  }

  absl::Status scanWord() {
    size_t begin = at;
    while (at < text.size() && isWordChar(text[at]))
      ++at;
    llvm::StringRef word = text.slice(begin, at);
    if (word == "affine_map" || word == "affine_set")
      return error(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("'", word.str(),
                                "' cannot stand in a tgc program; expected no "
                                "affine maps or sets\n  fix: remove it"));
    // An op ends the definition of an alias.
    if (brackets.empty() && (word == "module" || word.contains('.')))
      alias = nullptr;
    // Integer types, which may stand behind sizes: "4x8xi32".
    llvm::StringRef width = word.ltrim("x0123456789");
    if (!width.consume_front("i") && !width.consume_front("si") &&
        !width.consume_front("ui"))
      return absl::OkStatus();
    int64_t bits;
    if (width.empty() || !llvm::all_of(width, llvm::isDigit) ||
        (!width.getAsInteger(10, bits) && bits <= 64))
      return absl::OkStatus();
    return error(absl::StatusCode::kInvalidArgument,
                 absl::StrCat("'", word.str(), "' is an integer type of ",
                              width.str(),
                              " bits; expected at most 64\n  fix: use a dtype "
                              "of tgc"));
  }

  /// "4x?x8x" after '<': the product of the sizes must be a possible number of
  /// elements, or MLIR would compute a wrapped one. Blanks and comments may
  /// stand between the tokens, brackets around the scalable sizes of a vector.
  absl::Status scanSizes() const {
    auto skip = [&](size_t p) {
      p = skipBlanks(p);
      while (p < text.size() && (text[p] == '[' || text[p] == ']'))
        p = skipBlanks(p + 1);
      return p;
    };
    constexpr size_t longest = 80; // of a message
    std::string shape;
    int64_t elements = 1;
    for (size_t p = skip(at); p < text.size(); p = skip(p + 1)) {
      size_t begin = p;
      p = text[p] == '?' ? p + 1 : skipDigits(p);
      llvm::StringRef digits = text.slice(begin, p);
      p = skip(p);
      if (digits.empty() || p == text.size() || text[p] != 'x')
        break;
      if (shape.size() < longest)
        absl::StrAppend(&shape, digits.take_front(longest).str(), "x");
      if (digits == "?")
        continue;
      int64_t size;
      std::optional<int64_t> product;
      if (!digits.getAsInteger(10, size))
        product = checkedMul(elements, std::max<int64_t>(size, 1));
      if (!product || *product > limits.elements)
        return error(
            absl::StatusCode::kResourceExhausted,
            absl::StrCat("the shape ", shape,
                         "... has more elements than the limit of ",
                         limits.elements,
                         " (Limits::elements)\n  fix: use smaller sizes, or "
                         "raise the limit"));
      elements = *product;
    }
    return absl::OkStatus();
  }

  absl::Status error(absl::StatusCode code, const std::string &what) const {
    size_t line = text.take_front(at).count('\n') + 1;
    return absl::Status(code, absl::StrCat(file.str(), ":", line, ": ", what));
  }

  llvm::StringRef text;
  const Limits &limits;
  llvm::StringRef file;
  size_t at = 0;
  bool isMetadata = false;          // between "{-#" and "#-}"
  std::string brackets;             // those that are open
  size_t symbolBody = 0;            // brackets within which a "#name<" stands
  llvm::StringMap<int64_t> aliases; // how deep they nest
  int64_t *alias = nullptr;         // the one being defined
  int64_t aliasBase = 0; // levels that do not count: a location's own
  llvm::StringMap<int64_t> results; // how many a name has, if several
  int64_t declared = 0;             // of all names
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
