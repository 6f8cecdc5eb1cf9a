// Reads the text of a size expression, from files and command lines.
#include "tgc/runtime/infer/DimExpr.h"

#include <charconv>

namespace tgc {
namespace {

/// Recursive descent; every bracket counts towards DimExpr::maxDepth. A
/// function returns nothing at the first mistake.
///
///   sum     := product (('+' | '-') product)*
///   product := factor ('*' factor)*
///   factor  := '-'* (number | name | 'quoted' | '(' sum ')'
///              | function '(' sum (',' sum)+ ')')
class Parser {
public:
  explicit Parser(std::string_view text) : rest(text) {}

  std::optional<DimExpr> parseAll() {
    std::optional<DimExpr> e = parseSum();
    skipSpace();
    return rest.empty() ? e : std::nullopt;
  }

private:
  using Combine = DimExpr (*)(const DimExpr &, const DimExpr &);

  void skipSpace() {
    while (!rest.empty() && rest[0] == ' ')
      rest.remove_prefix(1);
  }

  bool take(char c) {
    skipSpace();
    if (rest.empty() || rest[0] != c)
      return false;
    rest.remove_prefix(1);
    return true;
  }

  std::optional<DimExpr> parseSum() {
    std::optional<DimExpr> sum = parseProduct();
    while (sum && !sum->isInvalid()) {
      bool plus = take('+');
      if (!plus && !take('-'))
        return sum;
      std::optional<DimExpr> product = parseProduct();
      if (!product)
        return std::nullopt;
      sum = plus ? *sum + *product : *sum - *product;
    }
    return std::nullopt;
  }

  std::optional<DimExpr> parseProduct() {
    std::optional<DimExpr> product = parseFactor();
    while (product && take('*')) {
      std::optional<DimExpr> factor = parseFactor();
      if (!factor)
        return std::nullopt;
      product = *product * *factor;
    }
    return product;
  }

  std::optional<DimExpr> parseFactor() {
    bool negative = false;
    while (take('-'))
      negative = !negative;
    skipSpace();
    if (rest.empty())
      return std::nullopt;
    if (rest[0] >= '0' && rest[0] <= '9')
      return parseNumber(negative);
    std::optional<DimExpr> e;
    if (take('('))
      e = parseArguments(nullptr);
    else if (take('\''))
      e = parseQuoted();
    else
      e = parseNameOrCall();
    return e && negative ? 0 - *e : e;
  }

  /// The sign belongs to the number, or -2^63 could not be read.
  std::optional<DimExpr> parseNumber(bool negative) {
    std::string digits = negative ? "-" : "";
    while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
      digits += rest[0];
      rest.remove_prefix(1);
    }
    int64_t value = 0;
    auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc())
      return std::nullopt;
    return value;
  }

  std::optional<DimExpr> parseQuoted() {
    std::string name;
    while (!rest.empty()) {
      char c = rest[0];
      rest.remove_prefix(1);
      if (c == '\'') {
        DimExpr symbol = DimExpr::symbol(name);
        return symbol.isInvalid() ? std::nullopt : std::optional(symbol);
      }
      if (c == '\\' && !rest.empty() && (rest[0] == '\'' || rest[0] == '\\')) {
        c = rest[0];
        rest.remove_prefix(1);
      } else if (c == '\\') {
        unsigned byte = 0;
        if (rest.size() < 2)
          return std::nullopt;
        auto [end, error] =
            std::from_chars(rest.data(), rest.data() + 2, byte, 16);
        if (error != std::errc() || end != rest.data() + 2)
          return std::nullopt;
        c = static_cast<char>(byte);
        rest.remove_prefix(2);
      }
      name += c;
    }
    return std::nullopt;
  }

  std::optional<DimExpr> parseNameOrCall() {
    size_t length = 0;
    auto belongs = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
             c == '.' || (c >= '0' && c <= '9');
    };
    while (length < rest.size() && belongs(rest[length]))
      ++length;
    std::string_view name = rest.substr(0, length);
    if (name.empty() || name[0] == '.')
      return std::nullopt;
    rest.remove_prefix(length);
    if (!take('('))
      return DimExpr::symbol(name);
    if (name == "floor_div")
      return parseArguments(floor_div);
    if (name == "mod")
      return parseArguments(mod);
    if (name == "min")
      return parseArguments(min);
    if (name == "max")
      return parseArguments(max);
    return std::nullopt;
  }

  /// After '(': one sum without a function, two or more (for floor_div and
  /// mod, two) with one.
  std::optional<DimExpr> parseArguments(Combine function) {
    if (depth == DimExpr::maxDepth)
      return std::nullopt;
    ++depth;
    std::optional<DimExpr> result = parseSum();
    bool binary = function == floor_div || function == mod;
    size_t count = 1;
    for (; result && function && take(','); ++count) {
      std::optional<DimExpr> next = parseSum();
      if (!next || (binary && count == 2))
        return std::nullopt;
      result = function(*result, *next);
    }
    --depth;
    if (!take(')') || (function && count < 2))
      return std::nullopt;
    return result;
  }

  std::string_view rest;
  int depth = 0;
};

} // namespace

std::optional<DimExpr> DimExpr::parse(std::string_view text) {
  if (text.size() > maxTextBytes)
    return std::nullopt;
  return Parser(text).parseAll();
}

} // namespace tgc
