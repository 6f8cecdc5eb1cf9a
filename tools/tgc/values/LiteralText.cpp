// Reads literals with a stack of open lists, without recursion.
#include "tgc/tools/tgc/values/LiteralText.h"

#include "absl/strings/charconv.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/Half.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace tgc {
namespace {

constexpr std::string_view blanks = " \t\n\r";
constexpr std::string_view separators = " \t\n\r,[]()\"";

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool equalsIgnoringCase(std::string_view a, const char *b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()), b);
}

std::string_view withoutSign(std::string_view token) {
  if (!token.empty() && (token[0] == '+' || token[0] == '-'))
    token.remove_prefix(1);
  return token;
}

/// std::from_chars and its likes take no '+'.
std::string_view withoutPlus(std::string_view token) {
  if (!token.empty() && token[0] == '+')
    token.remove_prefix(1);
  return token;
}

/// The kind of a real number: digits, a point, an exponent, inf or nan.
std::optional<LiteralKind> classifyReal(std::string_view token) {
  token = withoutSign(token);
  if (equalsIgnoringCase(token, "inf") || equalsIgnoringCase(token, "nan"))
    return LiteralKind::Float;
  size_t at = 0, digits = 0;
  auto skipDigits = [&] {
    size_t begin = at;
    while (at < token.size() && isDigit(token[at]))
      ++at;
    return at - begin;
  };
  digits = skipDigits();
  bool isFloat = false;
  if (at < token.size() && token[at] == '.') {
    isFloat = true;
    ++at;
    digits += skipDigits();
  }
  if (digits == 0)
    return std::nullopt;
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    isFloat = true;
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-'))
      ++at;
    if (skipDigits() == 0)
      return std::nullopt;
  }
  if (at != token.size())
    return std::nullopt;
  return isFloat ? LiteralKind::Float : LiteralKind::Int;
}

/// Real and imaginary numbers written as 1+3j or 3j.
bool isComplex(std::string_view token) {
  if (token.empty() || token.back() != 'j')
    return false;
  token.remove_suffix(1);
  if (classifyReal(token))
    return true;
  for (size_t i = token.size(); i-- > 1;)
    if ((token[i] == '+' || token[i] == '-') && token[i - 1] != 'e' &&
        token[i - 1] != 'E')
      return classifyReal(token.substr(0, i)) && classifyReal(token.substr(i));
  return false;
}

} // namespace

std::optional<LiteralKind> classifyToken(std::string_view token) {
  if (equalsIgnoringCase(token, "true") || equalsIgnoringCase(token, "false"))
    return LiteralKind::Bool;
  if (std::optional<LiteralKind> real = classifyReal(token))
    return real;
  if (isComplex(token))
    return LiteralKind::Complex;
  return std::nullopt;
}

namespace {

/// One parse, from left to right.
class LiteralParser {
public:
  LiteralParser(const SpecText &text, size_t at, const Limits &limits)
      : source(text), text(text.text()), at(at), limits(limits) {}

  absl::StatusOr<LiteralText> parse() {
    do {
      skipBlanks();
      char c = at < text.size() ? text[at] : '\0';
      if (c == '[' || c == '(')
        TGC_RETURN_IF_ERROR(open());
      else if (!lists.empty() && (c == ']' || c == ')'))
        TGC_RETURN_IF_ERROR(close());
      else
        TGC_RETURN_IF_ERROR(element());
      if (!lists.empty())
        TGC_RETURN_IF_ERROR(separator());
    } while (!lists.empty());
    skipBlanks();
    if (at != text.size())
      return source.parseError(at, source.foundAt(at), "the end",
                               "put several elements into brackets: [1, 2]");
    return std::move(literal);
  }

private:
  /// A list that is not closed yet.
  struct List {
    size_t begin;      // of its bracket
    int64_t count = 0; // elements or lists in it so far
  };

  /// What all lists of one depth have in common, from the first one on.
  struct Level {
    std::optional<int64_t> size;
    std::string firstSize; // its label: "row 0"
    std::optional<bool> holdsLists;
  };

  void skipBlanks() {
    at = std::min(text.find_first_not_of(blanks, at), text.size());
  }

  /// "row 1", or "row [0][1]" below: the list or element that is number
  /// `count` of the innermost of the first `depth` open lists.
  std::string rowLabel(size_t depth) const {
    if (depth == 0)
      return "the literal";
    if (depth == 1)
      return absl::StrCat("row ", lists[0].count);
    std::string label = "row ";
    for (size_t i = 0; i < depth; ++i)
      absl::StrAppend(&label, "[", lists[i].count, "]");
    return label;
  }

  absl::Status ragged(size_t where, std::string_view what) const {
    return source.valueError(
        where, what,
        "give all rows one length; rows of different lengths are for `ragged`, "
        "which this release does not have");
  }

  /// Notes that the innermost list gets a list or an element.
  absl::Status enter(bool isList) {
    if (lists.empty())
      return absl::OkStatus();
    Level &level = levels[lists.size() - 1];
    if (!level.holdsLists)
      level.holdsLists = isList;
    if (*level.holdsLists == isList)
      return absl::OkStatus();
    return ragged(at, absl::StrCat(rowLabel(lists.size()), " is ",
                                   isList ? "a list" : "one element",
                                   "; those before it are ",
                                   isList ? "elements" : "lists"));
  }

  absl::Status open() {
    TGC_RETURN_IF_ERROR(enter(true));
    if (static_cast<int64_t>(lists.size()) >= limits.nesting)
      return source.valueError(
          at,
          absl::StrCat("the list is nested ", lists.size() + 1,
                       " deep, above the limit of ", limits.nesting,
                       " (Limits::nesting)"),
          "write the value to an .npy file",
          absl::StatusCode::kResourceExhausted);
    lists.push_back({at});
    if (levels.size() < lists.size())
      levels.emplace_back();
    ++at;
    return absl::OkStatus();
  }

  absl::Status close() {
    List list = lists.back();
    char expected = text[list.begin] == '[' ? ']' : ')';
    if (text[at] != expected)
      return source.parseError(
          at, source.foundAt(at),
          absl::StrCat("'", std::string(1, expected), "' for the '",
                       std::string(1, text[list.begin]), "' before"),
          "close each list with the bracket that it opened with");
    ++at;
    lists.pop_back();
    Level &level = levels[lists.size()];
    std::string label = rowLabel(lists.size());
    if (!level.size) {
      level.size = list.count;
      level.firstSize = label;
    }
    if (*level.size != list.count)
      return ragged(list.begin,
                    absl::StrCat(label, " has ", list.count,
                                 list.count == 1 ? " element, " : " elements, ",
                                 level.firstSize, " has ", *level.size));
    if (!lists.empty())
      ++lists.back().count;
    for (size_t i = 0; lists.empty() && i < levels.size(); ++i)
      literal.shape.push_back(levels[i].size.value_or(0));
    return absl::OkStatus();
  }

  absl::Status element() {
    size_t begin = at, end = at;
    LiteralKind kind = LiteralKind::Text;
    if (at < text.size() && text[at] == '"') {
      for (end = at + 1; end < text.size() && text[end] != '"'; ++end)
        end += text[end] == '\\';
      if (end >= text.size())
        return source.parseError(at, "a text without end", "a closing '\"'",
                                 "write \"text\"");
      ++end;
    } else {
      end = std::min(text.find_first_of(separators, at), text.size());
      std::optional<LiteralKind> known =
          classifyToken(text.substr(begin, end - begin));
      if (!known)
        return unknown(text.substr(begin, end - begin));
      kind = *known;
    }
    TGC_RETURN_IF_ERROR(enter(false));
    at = end;
    literal.elements.push_back({kind, text.substr(begin, end - begin)});
    if (!lists.empty())
      ++lists.back().count;
    return absl::OkStatus();
  }

  absl::Status unknown(std::string_view token) const {
    std::string expected =
        "a number, true, false, inf, nan, \"text\" or a list in [] or ()";
    std::string fix = "write numbers such as 1 -2.5 1e3 inf";
    if (token.empty() && at == text.size() && !lists.empty())
      fix = absl::StrCat("close the '",
                         std::string(1, text[lists.back().begin]), "'");
    else if (token == "...")
      fix = "print the whole value with --print=full";
    else if (lists.empty() && !token.empty()) {
      expected += ", @FILE, or one of zeros ones iota random normal";
      fix = "write a file as @x.npy, a generator as 2x3xf32=random:1";
    }
    return source.parseError(at, source.foundAt(at), expected, fix);
  }

  /// After an item inside a list: blanks, a comma, or the list's end.
  absl::Status separator() {
    size_t before = at;
    bool opened = text[at - 1] == '[' || text[at - 1] == '(';
    skipBlanks();
    char c = at < text.size() ? text[at] : '\0';
    if (c == ',' && !opened) {
      ++at;
      return absl::OkStatus();
    }
    if (c == ']' || c == ')' || opened || at > before || at == text.size())
      return absl::OkStatus();
    return source.parseError(at, source.foundAt(at), "',' or a blank",
                             "separate elements: [1, 2]");
  }

  const SpecText &source;
  std::string_view text;
  size_t at;
  const Limits &limits;
  std::vector<List> lists;   // open ones, outermost first
  std::vector<Level> levels; // by depth
  LiteralText literal;
};

constexpr std::string_view noInteger = "it is no integer";
constexpr std::string_view outside = "it is outside the range";

/// Converts to an integer or, with [0, 1] as its range, to i1. Empty if it
/// fits.
std::string_view toInteger(const LiteralElement &element, int64_t least,
                           int64_t most, int64_t &out) {
  if (element.kind == LiteralKind::Bool) {
    out = equalsIgnoringCase(element.token, "true");
  } else if (element.kind == LiteralKind::Int) {
    std::string_view digits = withoutPlus(element.token);
    auto result =
        std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (result.ec != std::errc())
      return outside;
  } else {
    std::string_view token = withoutPlus(element.token);
    double value = 0;
    absl::from_chars(token.data(), token.data() + token.size(), value);
    if (std::trunc(value) != value) // NaN too
      return noInteger;
    if (!(value >= -0x1p63 && value < 0x1p63))
      return outside;
    out = static_cast<int64_t>(value);
  }
  return out < least || out > most ? outside : "";
}

/// Converts to float or double with one rounding. Empty if it fits: a finite
/// number stays finite.
template <class T>
std::string_view toFloat(const LiteralElement &element, T &out) {
  if (element.kind == LiteralKind::Bool) {
    out = equalsIgnoringCase(element.token, "true");
    return "";
  }
  std::string_view token = withoutPlus(element.token);
  auto result =
      absl::from_chars(token.data(), token.data() + token.size(), out);
  // Below the range is rounding; absl then gives the nearest value.
  bool tooLarge =
      result.ec == std::errc::result_out_of_range && std::fabs(out) > 1;
  return tooLarge ? outside : "";
}

std::string_view convert(const LiteralElement &element, bool &out) {
  int64_t wide = 0;
  std::string_view reason = toInteger(element, 0, 1, wide);
  out = wide & 1;
  return reason;
}
template <class T>
  requires std::is_integral_v<T>
std::string_view convert(const LiteralElement &element, T &out) {
  int64_t wide = 0;
  std::string_view reason = toInteger(element, std::numeric_limits<T>::min(),
                                      std::numeric_limits<T>::max(), wide);
  out = static_cast<T>(wide);
  return reason;
}
std::string_view convert(const LiteralElement &element, Half &out) {
  double wide = 0;
  std::string_view reason = toFloat(element, wide);
  out = halfFromDouble(wide);
  bool overflows = std::isfinite(wide) && (out.bits & 0x7fffu) == 0x7c00u;
  return overflows ? outside : reason;
}
template <class T>
  requires std::is_floating_point_v<T>
std::string_view convert(const LiteralElement &element, T &out) {
  return toFloat(element, out);
}

template <class T>
std::optional<LiteralMisfit> fill(const LiteralText &literal, T *out) {
  for (size_t i = 0; i < literal.elements.size(); ++i) {
    const LiteralElement &element = literal.elements[i];
    if (element.kind == LiteralKind::Complex)
      return LiteralMisfit{i, "it has an imaginary part"};
    if (element.kind == LiteralKind::Text)
      return LiteralMisfit{i, "it is text"};
    std::string_view reason = convert(element, out[i]);
    if (!reason.empty())
      return LiteralMisfit{i, reason};
  }
  return std::nullopt;
}

std::optional<LiteralMisfit> fill(const LiteralText &literal, Value &value) {
  switch (value.dtype) {
  case DType::i1:
    return fill(literal, value.data<bool>());
  case DType::u8:
    return fill(literal, value.data<uint8_t>());
  case DType::i32:
    return fill(literal, value.data<int32_t>());
  case DType::i64:
    return fill(literal, value.data<int64_t>());
  case DType::f16:
    return fill(literal, value.data<Half>());
  case DType::f32:
    return fill(literal, value.data<float>());
  default:
    return fill(literal, value.data<double>()); // the last stored dtype
  }
}

} // namespace

absl::StatusOr<LiteralText> parseLiteral(const SpecText &text, size_t at,
                                         const Limits &limits) {
  return LiteralParser(text, at, limits).parse();
}

DType defaultDType(const LiteralText &literal) {
  if (literal.elements.empty())
    return DType::f32;
  constexpr DType dtypes[] = {DType::i1, DType::i64, DType::f32, DType::c64,
                              DType::str};
  auto widest = LiteralKind::Bool;
  for (const LiteralElement &element : literal.elements)
    widest = std::max(widest, element.kind);
  return dtypes[static_cast<size_t>(widest)];
}

absl::StatusOr<Value> literalValue(const LiteralText &literal, DType dtype,
                                   std::optional<LiteralMisfit> &misfit) {
  TGC_ASSIGN_OR_RETURN(Value value, Value::allocate(dtype, literal.shape));
  misfit = fill(literal, value);
  if (!misfit)
    return value;
  const LiteralElement &element = literal.elements[misfit->element];
  return absl::InvalidArgumentError(absl::StrCat(
      std::string(element.token), " does not fit ",
      std::string(dtypeName(dtype)), ": ", std::string(misfit->reason)));
}

} // namespace tgc
