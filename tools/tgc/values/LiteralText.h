// Literals in text: nested lists of numbers.
#ifndef TGC_TOOLS_TGC_VALUES_LITERALTEXT_H
#define TGC_TOOLS_TGC_VALUES_LITERALTEXT_H

#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/core/Value.h"
#include "tgc/tools/tgc/values/SpecText.h"

#include <optional>
#include <string_view>
#include <vector>

namespace tgc {

/// What an element is written as, narrowest first.
enum class LiteralKind : uint8_t { Bool, Int, Float, Complex, Text };

/// One element: its characters, not yet converted.
struct LiteralElement {
  LiteralKind kind;
  std::string_view token;
};

/// A rectangular literal, row-major. Its tokens point into the text.
struct LiteralText {
  Shape shape;
  std::vector<LiteralElement> elements;
};

/// The kind of one token without blanks or brackets; nothing if it is none:
/// true, -1, 2.5e3, .5, inf, nan, 1+3j.
std::optional<LiteralKind> classifyToken(std::string_view token);

/// Parses nested [..] or (..) with elements split by ',' or blanks, from `at`
/// to the end of the text. Errors: parseError for text that is no literal;
/// valueError for rows of different lengths ("row 1 has 3 elements, row 0 has
/// 2") and for nesting above Limits::nesting.
absl::StatusOr<LiteralText> parseLiteral(const SpecText &text, size_t at,
                                         const Limits &limits);

/// An element that the dtype cannot hold; `reason` completes "<token> does not
/// fit i32: ".
struct LiteralMisfit {
  size_t element;
  std::string_view reason;
};

/// The dtype that a literal has when none is asked for: the widest kind, as
/// i1, i64, f32, c64 or str; f32 if there are no elements.
DType defaultDType(const LiteralText &literal);

/// Converts the elements: integers and bool exactly, floats with one rounding.
/// A misfit is a fraction, an imaginary part or text where the dtype has none,
/// or a value outside its range; it is reported through `misfit`, with an
/// InvalidArgument status. Other errors: those of Value::allocate, which names
/// a dtype without storage.
absl::StatusOr<Value> literalValue(const LiteralText &literal, DType dtype,
                                   std::optional<LiteralMisfit> &misfit);

} // namespace tgc

#endif // TGC_TOOLS_TGC_VALUES_LITERALTEXT_H
