// Tensors from nested braces: tensor({{1, 2}, {3, 4}}).
#ifndef TGC_FRONTEND_API_LITERAL_H
#define TGC_FRONTEND_API_LITERAL_H

#include "tgc/frontend/api/Tensor.h"

#include <complex>
#include <initializer_list>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tgc {

/// A scalar or a list of literals. Integers are i64, floating f32, bool i1,
/// complex c64, text str; mixed, the widest kind wins. Any other type meets
/// the deleted constructor, characters too: write 65 or "A".
class TGC_API Literal {
public:
  enum class Kind : uint8_t { List, Bool, Integer, Float, Complex, Text };

  Literal(std::initializer_list<Literal> items)
      : kind(Kind::List), items(items) {}
  Literal(bool value) : kind(Kind::Bool), integer(value) {}
  template <std::integral T>
    requires(detail::Number<T> && !std::same_as<T, bool>)
  Literal(T value) : kind(Kind::Integer), integer(static_cast<int64_t>(value)) {
    fits = detail::fitsInt64(value);
  }
  template <std::floating_point T>
  Literal(T value) : kind(Kind::Float), floating(value) {}
  template <class T> Literal(std::complex<T>) : kind(Kind::Complex) {}
  Literal(const char *) : kind(Kind::Text) {}
  Literal(const std::string &) : kind(Kind::Text) {}
  template <class T>
    requires(!detail::Number<T> && !std::is_convertible_v<T, std::string>)
  Literal(const T &) = delete; // neither number nor text

  Kind kind;
  bool fits = true; // false: an unsigned value above the i64 range
  int64_t integer = 0;
  double floating = 0;
  std::vector<Literal> items;
};

/// A tensor of the literal's shape. Errors: InvalidArgument for rows of unlike
/// length (fix: `ragged`), a value that `dtype` cannot hold, a kind that has no
/// dtype in this release (complex, text).
TGC_API Tensor
tensor(const Literal &literal, std::optional<DType> dtype = {},
       std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_API_LITERAL_H
