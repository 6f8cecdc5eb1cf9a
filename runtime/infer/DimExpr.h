// A size: an integer, or an expression over named sizes. Public: includes std
// only.
#ifndef TGC_RUNTIME_INFER_DIMEXPR_H
#define TGC_RUNTIME_INFER_DIMEXPR_H

#include "tgc/runtime/core/Export.h"
#include <cstddef>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tgc {

/// An immutable size expression in canonical form: a polynomial with integer
/// coefficients over atoms, an atom being a symbol ("batch") or one of
/// floor_div, mod, min, max of expressions. Two expressions with the same
/// canonical form are equal for all values of their symbols for which both
/// have one (a simplification may drop a division by zero); symbols stand for
/// non-negative integers. Constants, by far the most frequent, allocate
/// nothing. Arithmetic that would overflow 64 bits, or grow an expression
/// beyond maxTextBytes or maxDepth, gives the expression `invalid()`, which
/// equals nothing and evaluates to nothing.
class TGC_API DimExpr {
public:
  /// No valid expression has a longer text or a deeper nesting of calls, so
  /// that hostile sizes cost neither time nor stack.
  static constexpr size_t maxTextBytes = 8192;
  static constexpr int maxDepth = 64;

  DimExpr() = default;
  DimExpr(int64_t value) : value(value) {}
  /// Any bytes make a name; an empty one, or one whose text is too long, gives
  /// invalid().
  static DimExpr symbol(std::string_view name);
  static DimExpr invalid();

  bool isConstant() const { return !node; }
  bool isInvalid() const;
  /// The value of a constant; nothing for a symbolic one.
  std::optional<int64_t> constant() const {
    return node ? std::nullopt : std::optional<int64_t>(value);
  }

  /// True if equal for all values of the symbols. Not false-negative on
  /// constants; on symbolic ones `!provablyEqual` means "not known".
  bool provablyEqual(const DimExpr &other) const;
  /// True if different for all values of the symbols: the difference has a
  /// provable bound on one side of 0, as of two unlike constants, of n and
  /// n + 1, or of n + 1 and 0. False for invalid().
  bool provablyDifferent(const DimExpr &other) const;
  /// True if not less than `other` for all values of the symbols; false for
  /// invalid().
  bool provablyAtLeast(const DimExpr &other) const;

  /// The value when `lookup` gives each symbol's; nothing if a symbol is
  /// unknown, a divisor is 0 or 64 bits overflow.
  std::optional<int64_t> evaluate(
      const std::function<std::optional<int64_t>(std::string_view)> &lookup)
      const;
  /// Replaces symbols; one that `lookup` does not know stays.
  DimExpr substitute(
      const std::function<std::optional<DimExpr>(std::string_view)> &lookup)
      const;
  /// Every symbol in it, sorted.
  std::vector<std::string> symbols() const;

  /// "2*batch + 1", "floor_div(h + 1, 2)", "max(h - 2, 0)"; "(too large)" for
  /// invalid(). A symbol's name stands bare if it is letters, digits, `_` and
  /// `.` and starts with a letter or `_`; any other, and the names of the four
  /// functions, in single quotes, with `\'`, `\\` and `\0a` (two hex digits)
  /// for quote, backslash and control characters.
  std::string text() const;
  /// Reads what text() writes, and any sum of products, parenthesised or not.
  /// Nothing if the text is something else, is longer than maxTextBytes, nests
  /// deeper than maxDepth, or overflows.
  static std::optional<DimExpr> parse(std::string_view text);

  TGC_API friend DimExpr operator+(const DimExpr &a, const DimExpr &b);
  TGC_API friend DimExpr operator-(const DimExpr &a, const DimExpr &b);
  TGC_API friend DimExpr operator*(const DimExpr &a, const DimExpr &b);
  /// Rounded toward minus infinity; divisor 0 gives invalid().
  TGC_API friend DimExpr floor_div(const DimExpr &a, const DimExpr &b);
  /// a - b * floor_div(a, b).
  TGC_API friend DimExpr mod(const DimExpr &a, const DimExpr &b);
  TGC_API friend DimExpr min(const DimExpr &a, const DimExpr &b);
  TGC_API friend DimExpr max(const DimExpr &a, const DimExpr &b);

  /// Builds the expression bottom-up from a table of operations: how code
  /// generation and the tracer turn it into IR. V is any value type.
  /// invalid() builds the constant -1, which no size may be.
  template <class V> struct Builder {
    std::function<V(int64_t)> constant;
    std::function<V(std::string_view)> symbol;
    std::function<V(V, V)> add, mul, floorDiv, mod, min, max;
  };
  template <class V> V build(const Builder<V> &builder) const;

  struct Node; // canonical form, defined in DimExpr.cpp

private:
  /// One operation of a postfix program for build().
  struct Step {
    enum Kind { Constant, Symbol, Add, Mul, FloorDiv, Mod, Min, Max } kind;
    int64_t value = 0;     // Constant
    std::string_view name; // Symbol; points into the expression
  };
  std::vector<Step> steps() const;

  explicit DimExpr(std::shared_ptr<const Node> node) : node(std::move(node)) {}
  int64_t value = 0;
  std::shared_ptr<const Node> node; // null: constant
};

TGC_API DimExpr floor_div(const DimExpr &a, const DimExpr &b);
TGC_API DimExpr mod(const DimExpr &a, const DimExpr &b);
TGC_API DimExpr min(const DimExpr &a, const DimExpr &b);
TGC_API DimExpr max(const DimExpr &a, const DimExpr &b);

template <class V> V DimExpr::build(const Builder<V> &builder) const {
  std::vector<V> stack;
  auto binary = [&stack](const std::function<V(V, V)> &combine) {
    V rhs = std::move(stack.back());
    stack.pop_back();
    V lhs = std::move(stack.back());
    stack.back() = combine(std::move(lhs), std::move(rhs));
  };
  for (const Step &step : steps()) {
    switch (step.kind) {
    case Step::Constant:
      stack.push_back(builder.constant(step.value));
      break;
    case Step::Symbol:
      stack.push_back(builder.symbol(step.name));
      break;
    case Step::Add:
      binary(builder.add);
      break;
    case Step::Mul:
      binary(builder.mul);
      break;
    case Step::FloorDiv:
      binary(builder.floorDiv);
      break;
    case Step::Mod:
      binary(builder.mod);
      break;
    case Step::Min:
      binary(builder.min);
      break;
    case Step::Max:
      binary(builder.max);
      break;
    }
  }
  return std::move(stack.back());
}

} // namespace tgc

#endif // TGC_RUNTIME_INFER_DIMEXPR_H
