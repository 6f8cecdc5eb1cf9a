// Sizes and lists of them.
#ifndef TGC_FRONTEND_API_DIM_H
#define TGC_FRONTEND_API_DIM_H

#include "tgc/runtime/core/Export.h"
#include "tgc/runtime/infer/DimExpr.h"

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <source_location>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tgc {

namespace detail {
template <class T, class... Ts>
inline constexpr bool isOneOf = (std::same_as<T, Ts> || ...);
/// A number type of C++; characters are none.
template <class T>
concept Number = std::is_arithmetic_v<T> &&
                 !isOneOf<T, char, wchar_t, char8_t, char16_t, char32_t>;
/// False for an unsigned value above the range of int64_t.
template <std::integral T> constexpr bool fitsInt64(T value) {
  return std::signed_integral<T> || sizeof(T) < sizeof(int64_t) ||
         static_cast<uint64_t>(value) <= INT64_MAX;
}
} // namespace detail

/// A size: an integer, or in a plain trace an expression over named sizes.
/// Arithmetic builds expressions; reading a symbolic size as an integer, or
/// asking a comparison that its symbols decide, is an error that names `--dim`.
class TGC_API Dim {
public:
  /// A value beyond int64_t is no size: ops refuse it.
  template <std::integral T>
  Dim(T value)
      : expression(detail::fitsInt64(value)
                       ? DimExpr(static_cast<int64_t>(value))
                       : DimExpr::invalid()) {}
  explicit Dim(DimExpr expression) : expression(std::move(expression)) {}

  bool is_symbolic() const { return !expression.isConstant(); }
  explicit operator int64_t() const;
  const DimExpr &expr() const { return expression; }

  friend Dim operator+(const Dim &a, const Dim &b) {
    return Dim(a.expression + b.expression);
  }
  friend Dim operator-(const Dim &a, const Dim &b) {
    return Dim(a.expression - b.expression);
  }
  friend Dim operator*(const Dim &a, const Dim &b) {
    return Dim(a.expression * b.expression);
  }
  /// Rounded toward minus infinity.
  friend Dim floor_div(const Dim &a, const Dim &b) {
    return Dim(floor_div(a.expression, b.expression));
  }
  friend Dim mod(const Dim &a, const Dim &b) {
    return Dim(mod(a.expression, b.expression));
  }
  friend Dim min(const Dim &a, const Dim &b) {
    return Dim(min(a.expression, b.expression));
  }
  friend Dim max(const Dim &a, const Dim &b) {
    return Dim(max(a.expression, b.expression));
  }
  /// Errors: FailedPrecondition if the symbols decide.
  TGC_API friend bool operator==(const Dim &a, const Dim &b);
  TGC_API friend bool operator<(const Dim &a, const Dim &b);
  friend bool operator>(const Dim &a, const Dim &b) { return b < a; }
  friend bool operator<=(const Dim &a, const Dim &b) { return !(b < a); }
  friend bool operator>=(const Dim &a, const Dim &b) { return !(a < b); }
  TGC_API friend std::ostream &operator<<(std::ostream &os, const Dim &dim);

private:
  DimExpr expression;
};

/// A named size for TensorSpec: equal names are equal sizes. Any bytes make a
/// name. Errors: InvalidArgument for an empty name, and one above 8 KiB.
TGC_API Dim dim(std::string_view name,
                std::source_location where = std::source_location::current());

/// A list of sizes: {2, 3}, {x.size(0) * 2, 64}, vector, array, span.
class TGC_API Dims {
public:
  Dims() = default;
  Dims(std::initializer_list<Dim> dims) : items(dims) {}
  Dims(std::vector<Dim> dims) : items(std::move(dims)) {}
  template <std::integral T>
  Dims(const std::vector<T> &dims) : items(dims.begin(), dims.end()) {}
  template <std::integral T, size_t N>
  Dims(const std::array<T, N> &dims) : items(dims.begin(), dims.end()) {}
  template <std::integral T, size_t N>
  Dims(std::span<T, N> dims) : items(dims.begin(), dims.end()) {}

  size_t size() const { return items.size(); }
  bool empty() const { return items.empty(); }
  const Dim &operator[](size_t i) const { return items[i]; }
  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
  void push_back(Dim dim) { items.push_back(std::move(dim)); }
  friend bool operator==(const Dims &a, const Dims &b) {
    return a.items == b.items;
  }
  /// "2x3"; "scalar" if empty.
  TGC_API friend std::ostream &operator<<(std::ostream &os, const Dims &dims);

private:
  std::vector<Dim> items;
};

/// A list of integers: positions of dimensions ({0, -1}; negative ones count
/// from the end), strides, padding.
class TGC_API Axes {
public:
  Axes() = default;
  Axes(std::initializer_list<int64_t> values) : items(values) {}
  template <std::integral T>
  Axes(const std::vector<T> &values) : items(values.begin(), values.end()) {}
  template <std::integral T, size_t N>
  Axes(const std::array<T, N> &values) : items(values.begin(), values.end()) {}
  template <std::integral T, size_t N>
  Axes(std::span<T, N> values) : items(values.begin(), values.end()) {}

  size_t size() const { return items.size(); }
  bool empty() const { return items.empty(); }
  int64_t operator[](size_t i) const { return items[i]; }
  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
  const std::vector<int64_t> &vector() const { return items; }

private:
  std::vector<int64_t> items;
};

} // namespace tgc

#endif // TGC_FRONTEND_API_DIM_H
