// Prints values as NumPy does: one pass over the elements shown finds the
// widths, a second one prints.
#include "tgc/runtime/io/Format.h"

#include "tgc/runtime/core/Half.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

namespace tgc {
namespace {

/// A finite float as decimal digits: ±d.ddd · 10^exponent, without trailing
/// zeros; zero is "0".
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

/// Reads "-1.25e+03", the scientific form of std::to_chars.
Decimal parseScientific(std::string_view text) {
  Decimal decimal;
  decimal.negative = text[0] == '-';
  if (decimal.negative)
    text.remove_prefix(1);
  size_t e = text.find('e');
  for (char c : text.substr(0, e))
    if (c != '.')
      decimal.digits += c;
  while (decimal.digits.size() > 1 && decimal.digits.back() == '0')
    decimal.digits.pop_back();
  text.remove_prefix(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(text.data(), text.data() + text.size(), decimal.exponent);
  return decimal;
}

/// Room for the longest text of a double: 309 digits before the point.
using CharBuffer = std::array<char, 512>;

template <class... Format>
std::string_view toChars(CharBuffer &buffer, auto value, Format... format) {
  auto [end, error] = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), value, format...);
  return {buffer.data(), static_cast<size_t>(end - buffer.data())};
}

/// The fewest digits that read back to the same float, double or half.
template <class T> Decimal shortest(T value) {
  CharBuffer buffer;
  return parseScientific(toChars(buffer, value, std::chars_format::scientific));
}
Decimal shortest(Half value) {
  double exact = static_cast<double>(floatFromHalf(value));
  // The half below a power of two is nearer than the one above it: where a tie
  // rounds down to a decimal that reads back as the former, the decimal above
  // is as good. (2^-6 = 0.015625 is 0.01563.)
  double upward = std::nextafter(exact, exact < 0 ? -1e9 : 1e9);
  CharBuffer buffer;
  for (int digits = 0;; ++digits) { // 4 always read back
    for (double candidate : {exact, upward}) {
      std::string_view text =
          toChars(buffer, candidate, std::chars_format::scientific, digits);
      double back = 0;
      std::from_chars(text.data(), text.data() + text.size(), back);
      if (halfFromDouble(back).bits == value.bits)
        return parseScientific(text);
    }
  }
}

double exactValue(double value) { return value; }
double exactValue(float value) { return static_cast<double>(value); }
double exactValue(Half value) {
  return static_cast<double>(floatFromHalf(value));
}

/// The decimal with at most `precision` digits after the point of d.ddd: the
/// shortest form if it has no more, else the exact value rounded.
template <class T> Decimal scientificDecimal(T value, int precision) {
  Decimal decimal = shortest(value);
  if (static_cast<int>(decimal.digits.size()) - 1 <= precision)
    return decimal;
  CharBuffer buffer;
  return parseScientific(toChars(buffer, exactValue(value),
                                 std::chars_format::scientific, precision));
}

/// Sign and integer part, and the digits after the point without trailing
/// zeros.
struct Positional {
  std::string whole;
  std::string fraction;
};

/// The value with at most `precision` digits after the point (negative: as
/// many as the shortest form has).
template <class T> Positional positional(T value, int precision) {
  Decimal decimal = shortest(value);
  int digits = static_cast<int>(decimal.digits.size());
  int fractionDigits = std::max(0, digits - 1 - decimal.exponent);
  Positional parts;
  if (precision >= 0 && fractionDigits > precision) {
    CharBuffer buffer;
    std::string_view text =
        toChars(buffer, exactValue(value), std::chars_format::fixed, precision);
    size_t point = std::min(text.find('.'), text.size());
    parts.whole = text.substr(0, point);
    parts.fraction = text.substr(std::min(point + 1, text.size()));
    while (!parts.fraction.empty() && parts.fraction.back() == '0')
      parts.fraction.pop_back();
    return parts;
  }
  parts.whole = decimal.negative ? "-" : "";
  int wholeDigits = decimal.exponent + 1;
  if (wholeDigits <= 0) {
    parts.whole += '0';
    if (decimal.digits != "0")
      parts.fraction =
          std::string(static_cast<size_t>(-wholeDigits), '0') + decimal.digits;
    return parts;
  }
  std::string all = decimal.digits;
  if (digits < wholeDigits)
    all.append(static_cast<size_t>(wholeDigits - digits), '0');
  parts.whole += all.substr(0, static_cast<size_t>(wholeDigits));
  parts.fraction = all.substr(static_cast<size_t>(wholeDigits));
  return parts;
}

std::string exponentText(int exponent, size_t digits) {
  std::string text = std::to_string(std::abs(exponent));
  text.insert(0, digits - std::min(digits, text.size()), '0');
  return (exponent < 0 ? "e-" : "e+") + text;
}

/// Significant decimal digits that T always keeps, and with that the power of
/// ten from which on NumPy 2.4 writes exponents.
template <class T>
constexpr int decimalDigits = std::is_same_v<T, double>  ? 15
                              : std::is_same_v<T, float> ? 6
                                                         : 3;

bool isNan(double x) { return std::isnan(x); }

/// The texts of an array's floats, all of one width.
template <class T> class FloatColumn {
public:
  FloatColumn(const std::vector<T> &shown, int precision)
      : precision(precision) {
    std::vector<T> finite;
    bool hasNegativeInf = false;
    for (T value : shown) {
      double x = exactValue(value);
      if (std::isfinite(x))
        finite.push_back(value);
      else
        hasNegativeInf |= x < 0;
    }
    scientific = needsExponent(finite);
    for (T value : finite)
      scientific ? widenScientific(value) : widenPositional(value);
    if (scientific) {
      this->precision = static_cast<int>(fractionWidth);
      fractionWidth += exponentDigits + 2;
    }
    if (finite.size() != shown.size()) {
      size_t widest = hasNegativeInf ? 4 : 3;
      if (widest > fractionWidth + 1)
        wholeWidth = std::max(wholeWidth, widest - fractionWidth - 1);
    }
  }

  std::string operator()(T value) const {
    double x = exactValue(value);
    if (!std::isfinite(x)) {
      std::string text = isNan(x) ? "nan" : x < 0 ? "-inf" : "inf";
      return padded(text, wholeWidth + fractionWidth + 1 - text.size());
    }
    if (!scientific) {
      Positional parts = positional(value, precision);
      std::string text = padded(parts.whole, wholeWidth - parts.whole.size());
      text += '.';
      text += parts.fraction;
      text.append(fractionWidth - parts.fraction.size(), ' ');
      return text;
    }
    // All have as many digits as the one that needs most, and true digits.
    Decimal decimal = shortest(value);
    if (decimal.digits.size() != static_cast<size_t>(precision) + 1) {
      CharBuffer buffer;
      decimal = parseScientific(toChars(
          buffer, exactValue(value), std::chars_format::scientific, precision));
    }
    std::string whole = decimal.negative ? "-" : "";
    whole += decimal.digits[0];
    std::string text = padded(whole, wholeWidth - whole.size());
    text += '.';
    text += decimal.digits.substr(1);
    text.append(static_cast<size_t>(precision) + 1 - decimal.digits.size(),
                '0');
    return text + exponentText(decimal.exponent, exponentDigits);
  }

private:
  static std::string padded(const std::string &text, size_t blanks) {
    return std::string(blanks, ' ') + text;
  }

  /// True if the largest and smallest magnitudes are hard to read as columns.
  static bool needsExponent(const std::vector<T> &finite) {
    double largest = 0, smallest = std::numeric_limits<double>::infinity();
    for (T value : finite) {
      double magnitude = std::fabs(exactValue(value));
      if (magnitude == 0)
        continue;
      largest = std::max(largest, magnitude);
      smallest = std::min(smallest, magnitude);
    }
    if (largest == 0)
      return false;
    // Compared in T, as NumPy does.
    double ratio, least;
    if constexpr (std::is_same_v<T, Half>) {
      ratio = exactValue(halfFromDouble(largest / smallest));
      least = exactValue(halfFromDouble(1e-4));
    } else {
      ratio = static_cast<T>(largest) / static_cast<T>(smallest);
      least = static_cast<T>(1e-4);
    }
    return largest >= std::pow(10.0, std::min(8, decimalDigits<T>)) ||
           smallest < least || ratio > 1000;
  }

  void widenScientific(T value) {
    Decimal decimal = scientificDecimal(value, precision);
    wholeWidth = std::max<size_t>(wholeWidth, decimal.negative ? 2 : 1);
    fractionWidth = std::max(fractionWidth, decimal.digits.size() - 1);
    exponentDigits = std::max(
        exponentDigits, std::to_string(std::abs(decimal.exponent)).size());
  }

  void widenPositional(T value) {
    Positional parts = positional(value, precision);
    wholeWidth = std::max(wholeWidth, parts.whole.size());
    fractionWidth = std::max(fractionWidth, parts.fraction.size());
  }

  int precision;
  bool scientific = false;
  size_t wholeWidth = 0;     // before the point, sign included
  size_t fractionWidth = 0;  // after the point, exponent included
  size_t exponentDigits = 2; // without the sign
};

/// The texts of an array's integers, right-aligned.
template <class T> class IntegerColumn {
public:
  IntegerColumn(const std::vector<T> &shown, int /*precision*/) {
    for (T value : shown)
      width = std::max(width, std::to_string(value).size());
  }
  std::string operator()(T value) const {
    std::string text = std::to_string(value);
    return std::string(width - text.size(), ' ') + text;
  }

private:
  size_t width = 0;
};

/// i1 is read as bytes: any but 0 is true.
struct BoolByte {
  uint8_t byte;
};
class BoolColumn {
public:
  BoolColumn(const std::vector<BoolByte> &, int) {}
  std::string operator()(BoolByte value) const {
    return value.byte ? " True" : "False";
  }
};

std::string scalarText(BoolByte value) { return value.byte ? "True" : "False"; }
template <class T>
  requires std::is_integral_v<T>
std::string scalarText(T value) {
  return std::to_string(value);
}
/// A float scalar: all its shortest digits, with an exponent below 1e-4 and
/// from 1e16 on, or earlier where the dtype has fewer digits.
template <class T> std::string scalarText(T value) {
  double x = exactValue(value);
  if (isNan(x))
    return "nan";
  if (std::isinf(x))
    return x < 0 ? "-inf" : "inf";
  int digits = std::is_same_v<T, double> ? 16 : decimalDigits<T>;
  double magnitude = std::fabs(x);
  if (magnitude == 0 ||
      (magnitude >= 1e-4 && magnitude < std::pow(10.0, digits))) {
    Positional parts = positional(value, -1);
    return parts.whole + "." + (parts.fraction.empty() ? "0" : parts.fraction);
  }
  Decimal decimal = shortest(value);
  std::string text = decimal.negative ? "-" : "";
  text += decimal.digits[0];
  if (decimal.digits.size() > 1)
    text.append(".").append(decimal.digits, 1);
  return text + exponentText(decimal.exponent, 2);
}

/// Prints the elements of a tensor of rank 1 or more.
template <class T, class Column> class ArrayPrinter {
public:
  ArrayPrinter(const Value &value, const FormatOptions &options)
      : shape(value.shape), strides(rowMajorStrides(shape)),
        data(value.data<T>()), options(options),
        elided(value.numElements() > options.threshold),
        column(shownElements(), options.precision) {}

  std::string print() {
    printAxis(0, 0);
    return std::move(out);
  }

private:
  /// Whether the middle of a dimension is left out.
  bool elides(size_t axis) const {
    return elided && shape[axis] > 2 * options.edgeItems;
  }

  /// Calls `each(index)` for the indices shown, `gap()` between the ends.
  template <class Each, class Gap>
  void forShown(size_t axis, Each each, Gap gap) const {
    int64_t size = shape[axis];
    int64_t lead = elides(axis) ? options.edgeItems : size;
    for (int64_t i = 0; i < lead; ++i)
      each(i);
    if (!elides(axis))
      return;
    gap();
    for (int64_t i = size - options.edgeItems; i < size; ++i)
      each(i);
  }

  std::vector<T> shownElements() const {
    std::vector<int64_t> offsets = {0};
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      std::vector<int64_t> next;
      for (int64_t offset : offsets)
        forShown(
            axis,
            [&](int64_t i) { next.push_back(offset + i * strides[axis]); },
            [] {});
      offsets = std::move(next);
    }
    std::vector<T> elements;
    elements.reserve(offsets.size());
    for (int64_t offset : offsets)
      elements.push_back(data[offset]);
    return elements;
  }

  /// Rank is at most Limits::rank, so the recursion is shallow.
  void printAxis(size_t axis, int64_t offset) {
    out += '[';
    if (axis + 1 == shape.size()) {
      printRow(offset);
    } else {
      size_t newlines = shape.size() - 1 - axis;
      bool first = true;
      auto begin = [&] {
        if (!first) {
          out.append(newlines, '\n');
          out.append(axis + 1, ' ');
        }
        first = false;
      };
      forShown(
          axis,
          [&](int64_t i) {
            begin();
            printAxis(axis + 1, offset + i * strides[axis]);
          },
          [&] {
            begin();
            out += "...";
          });
    }
    out += ']';
  }

  /// The elements of the last dimension; a line holds as many as fit before
  /// the closing brackets of all dimensions.
  void printRow(int64_t offset) {
    size_t indent = shape.size();
    int64_t limit = options.lineWidth - static_cast<int64_t>(indent);
    size_t lineBegin = out.size() - indent; // as if the line were indented
    bool first = true;
    auto word = [&](const std::string &text) {
      if (!first)
        out += ' ';
      size_t length = out.size() - lineBegin;
      if (static_cast<int64_t>(length + text.size()) > limit &&
          length > indent) {
        while (out.back() == ' ')
          out.pop_back();
        out += '\n';
        lineBegin = out.size();
        out.append(indent, ' ');
      }
      out += text;
      first = false;
    };
    size_t axis = shape.size() - 1;
    forShown(
        axis, [&](int64_t i) { word(column(data[offset + i])); },
        [&] { word("..."); });
  }

  const Shape &shape;
  Shape strides;
  const T *data;
  FormatOptions options;
  bool elided;
  Column column;
  std::string out;
};

template <class T, class Column>
std::string format(const Value &value, const FormatOptions &options) {
  if (value.shape.empty())
    return scalarText(*value.data<T>());
  if (value.numElements() == 0)
    return "[]";
  return ArrayPrinter<T, Column>(value, options).print();
}

} // namespace

std::string formatValue(const Value &value, const FormatOptions &options) {
  switch (value.dtype) {
  case DType::i1:
    return format<BoolByte, BoolColumn>(value, options);
  case DType::u8:
    return format<uint8_t, IntegerColumn<uint8_t>>(value, options);
  case DType::i32:
    return format<int32_t, IntegerColumn<int32_t>>(value, options);
  case DType::i64:
    return format<int64_t, IntegerColumn<int64_t>>(value, options);
  case DType::f16:
    return format<Half, FloatColumn<Half>>(value, options);
  case DType::f32:
    return format<float, FloatColumn<float>>(value, options);
  case DType::f64:
    return format<double, FloatColumn<double>>(value, options);
  default:
    return std::string(dtypeName(value.dtype));
  }
}

} // namespace tgc
