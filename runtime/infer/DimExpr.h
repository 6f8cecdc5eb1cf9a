// A size: an integer, or an expression over named sizes. Public: includes std
// only.
#ifndef TGC_RUNTIME_INFER_DIMEXPR_H
#define TGC_RUNTIME_INFER_DIMEXPR_H

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tgc {

/// An immutable size expression in canonical form: a polynomial with integer
/// coefficients over atoms, an atom being a symbol ("batch") or one of
/// floor_div, mod, min, max of expressions. Two expressions with the same
/// canonical form are equal for all values of their symbols; symbols stand
/// for non-negative integers. Constants, by far the most frequent, allocate
/// nothing. Arithmetic that would overflow 64 bits gives the expression
/// `invalid()`, which equals nothing and evaluates to nothing.
class DimExpr {
public:
  DimExpr() = default;
  DimExpr(int64_t value) : value(value) {}
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
  /// True if different for all values of the symbols: two unlike constants, or
  /// a difference that is a non-zero constant.
  bool provablyDifferent(const DimExpr &other) const;

  /// The value when `lookup` gives each symbol's; nothing if a symbol is
  /// unknown, a divisor is 0 or 64 bits overflow.
  std::optional<int64_t>
  evaluate(const std::function<std::optional<int64_t>(std::string_view)>
               &lookup) const;
  /// Replaces symbols; one that `lookup` does not know stays.
  DimExpr substitute(const std::function<std::optional<DimExpr>(
                         std::string_view)> &lookup) const;
  /// Every symbol in it, sorted.
  std::vector<std::string> symbols() const;

  /// "2*batch + 1", "floor_div(h + 1, 2)"; parse reads the same text back.
  std::string text() const;
  static std::optional<DimExpr> parse(std::string_view text);

  friend DimExpr operator+(const DimExpr &a, const DimExpr &b);
  friend DimExpr operator-(const DimExpr &a, const DimExpr &b);
  friend DimExpr operator*(const DimExpr &a, const DimExpr &b);
  /// Rounded toward minus infinity; divisor 0 gives invalid().
  friend DimExpr floor_div(const DimExpr &a, const DimExpr &b);
  /// a - b * floor_div(a, b).
  friend DimExpr mod(const DimExpr &a, const DimExpr &b);
  friend DimExpr min(const DimExpr &a, const DimExpr &b);
  friend DimExpr max(const DimExpr &a, const DimExpr &b);

  /// Builds the expression bottom-up from a table of operations: how code
  /// generation and the tracer turn it into IR. V is any value type.
  template <class V> struct Builder {
    std::function<V(int64_t)> constant;
    std::function<V(std::string_view)> symbol;
    std::function<V(V, V)> add, mul, floorDiv, mod, min, max;
  };
  template <class V> V build(const Builder<V> &builder) const;

  struct Node; // canonical form, defined in DimExpr.cpp

private:
  explicit DimExpr(std::shared_ptr<const Node> node) : node(std::move(node)) {}
  int64_t value = 0;
  std::shared_ptr<const Node> node; // null: constant
};

DimExpr floor_div(const DimExpr &a, const DimExpr &b);
DimExpr mod(const DimExpr &a, const DimExpr &b);
DimExpr min(const DimExpr &a, const DimExpr &b);
DimExpr max(const DimExpr &a, const DimExpr &b);

} // namespace tgc

#endif // TGC_RUNTIME_INFER_DIMEXPR_H
