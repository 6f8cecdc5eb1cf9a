// Reads a generator's options and fills a value.
#include "tgc/tools/tgc/values/Generator.h"

#include "absl/strings/charconv.h"
#include "absl/strings/str_cat.h"
#include "tgc/runtime/random/Distributions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

namespace tgc {
namespace {

constexpr std::string_view names[] = {"zeros", "ones", "iota", "random",
                                      "normal"};
constexpr std::string_view blanks = " \t\n\r";

/// A piece of the text and where it lies.
struct Piece {
  std::string_view text;
  size_t at;
};

/// Calls `body(T{})` with the C++ type of a stored dtype.
template <class Body> auto withType(DType dtype, Body body) {
  switch (dtype) {
  case DType::i1:
    return body(bool{});
  case DType::u8:
    return body(uint8_t{});
  case DType::i32:
    return body(int32_t{});
  case DType::i64:
    return body(int64_t{});
  case DType::f16:
    return body(Half{});
  case DType::f32:
    return body(float{});
  default:
    return body(double{}); // the last stored dtype
  }
}

std::string numberText(double value) {
  std::array<char, 32> buffer;
  auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end);
}

double wide(double value) { return value; }
double wide(float value) { return static_cast<double>(value); }
double wide(Half value) { return static_cast<double>(floatFromHalf(value)); }

class Generator {
public:
  Generator(const SpecText &text, size_t at, uint64_t seed)
      : source(text), seed(seed) {
    std::string_view rest = text.text();
    size_t end = std::min(rest.find_last_not_of(blanks) + 1, rest.size());
    while (at <= end) {
      size_t colon = std::min(rest.find(':', at), end);
      pieces.push_back({rest.substr(at, colon - at), at});
      at = colon + 1;
    }
  }

  absl::StatusOr<GeneratedValue> run(DType dtype, const Shape &shape) {
    std::string_view name = pieces[0].text;
    bool isRandom = name == "random" || name == "normal";
    if (!isRandom && pieces.size() > 1)
      return source.parseError(
          pieces[1].at, source.foundAt(pieces[1].at),
          absl::StrCat("the end: ", std::string(name), " takes no options"),
          absl::StrCat("write ", std::string(name)));
    TGC_ASSIGN_OR_RETURN(Value value, Value::allocate(dtype, shape));
    std::string made(name);
    absl::Status status = withType(dtype, [&](auto zero) {
      using T = decltype(zero);
      T *out = value.data<T>();
      int64_t count = value.numElements();
      if (name == "random")
        return random(out, count, made);
      if (name == "normal")
        return normal(out, count, made);
      return name == "iota" ? iota(out, count)
                            : constant(out, count, name == "ones");
    });
    TGC_RETURN_IF_ERROR(status);
    return GeneratedValue{std::move(value), std::move(made)};
  }

private:
  template <class T> static T fromInteger(int64_t value) {
    if constexpr (std::is_same_v<T, Half>)
      return halfFromDouble(static_cast<double>(value));
    else
      return static_cast<T>(value);
  }

  template <class T>
  static absl::Status constant(T *out, int64_t count, bool one) {
    std::fill(out, out + count, fromInteger<T>(one));
    return absl::OkStatus();
  }

  template <class T> absl::Status iota(T *out, int64_t count) const {
    int64_t most = std::numeric_limits<int64_t>::max();
    if constexpr (std::is_integral_v<T>)
      most = static_cast<int64_t>(std::numeric_limits<T>::max());
    else if constexpr (std::is_same_v<T, Half>)
      most = 65504;
    if (count - 1 > most)
      return source.valueError(
          pieces[0].at,
          absl::StrCat("iota of ", count, " elements ends at ", count - 1, "; ",
                       std::string(dtypeName(dtypeOf<T>)), " holds at most ",
                       most),
          "use a wider dtype or fewer elements");
    for (int64_t i = 0; i < count; ++i)
      out[i] = fromInteger<T>(i);
    return absl::OkStatus();
  }

  /// Splits the options into SEED (sets `seed`) and a pair "FIRST<mark>SECOND".
  absl::Status options(std::string_view mark, std::string_view form,
                       Piece pair[2], bool &hasPair) {
    for (size_t i = 1; i < pieces.size(); ++i) {
      const Piece &piece = pieces[i];
      auto malformed = [&](std::string_view expected) {
        return source.parseError(
            piece.at, source.foundAt(piece.at), expected,
            absl::StrCat("write ", std::string(form), ", for example ",
                         mark == ".." ? "random:7:0..1" : "normal:7:0,1"));
      };
      size_t split = piece.text.find(mark);
      if (split != std::string_view::npos && !hasPair) {
        hasPair = true;
        size_t second = split + mark.size();
        pair[0] = {piece.text.substr(0, split), piece.at};
        pair[1] = {piece.text.substr(second), piece.at + second};
        continue;
      }
      if (i != 1)
        return malformed("the end");
      const char *end = piece.text.data() + piece.text.size();
      auto result = std::from_chars(piece.text.data(), end, seed);
      if (result.ec != std::errc() || result.ptr != end)
        return malformed(absl::StrCat("a SEED from 0 to 2^64 - 1, or ",
                                      mark == ".." ? "LO..HI" : "MEAN,STD"));
    }
    return absl::OkStatus();
  }

  /// A finite number of float dtype T; `what` names it: "LO".
  template <class T>
  absl::Status readFloat(const Piece &piece, std::string_view what,
                         T &out) const {
    double value = 0;
    const char *end = piece.text.data() + piece.text.size();
    auto result = absl::from_chars(piece.text.data(), end, value);
    if (result.ec == std::errc::invalid_argument || result.ptr != end)
      return source.parseError(piece.at, source.foundAt(piece.at),
                               absl::StrCat("the number ", std::string(what)),
                               "write a number such as -1.5");
    out = FloatOps<T>::from(value);
    if (std::isfinite(wide(out)))
      return absl::OkStatus();
    return source.valueError(piece.at,
                             absl::StrCat(std::string(what), " is ",
                                          std::string(piece.text),
                                          "; expected a finite ",
                                          std::string(dtypeName(dtypeOf<T>))),
                             "use a smaller number");
  }

  absl::Status readInteger(const Piece &piece, std::string_view what,
                           DType dtype, int64_t least, int64_t most,
                           int64_t &out) const {
    const char *end = piece.text.data() + piece.text.size();
    auto result = std::from_chars(piece.text.data(), end, out);
    bool outside = result.ec == std::errc::result_out_of_range;
    if (result.ptr != end || (result.ec != std::errc() && !outside))
      return source.parseError(piece.at, source.foundAt(piece.at),
                               absl::StrCat("the integer ", std::string(what),
                                            " (dtype ",
                                            std::string(dtypeName(dtype)), ")"),
                               "write an integer such as -3");
    if (!outside && out >= least && out <= most)
      return absl::OkStatus();
    return source.valueError(
        piece.at,
        absl::StrCat(std::string(what), " is ", std::string(piece.text),
                     "; expected ", least, " to ", most, " for ",
                     std::string(dtypeName(dtype))),
        "use a range that the dtype holds");
  }

  absl::Status emptyRange(const Piece &low) const {
    return source.valueError(low.at, "LO..HI holds no number: HI is excluded",
                             "write LO below HI, as in 0..10");
  }

  template <class T>
  absl::Status random(T *out, int64_t count, std::string &made) {
    Piece range[2] = {};
    bool given = false;
    TGC_RETURN_IF_ERROR(options("..", "random[:SEED][:LO..HI]", range, given));
    if constexpr (std::is_integral_v<T>) {
      using Range = std::numeric_limits<T>;
      int64_t low = 0, high = std::is_same_v<T, bool>      ? 2
                              : std::is_same_v<T, uint8_t> ? 256
                                                           : 10;
      if (given) {
        auto least = static_cast<int64_t>(Range::min());
        auto most = static_cast<int64_t>(Range::max());
        int64_t above = std::is_same_v<T, int64_t> ? most : most + 1;
        DType dtype = dtypeOf<T>;
        TGC_RETURN_IF_ERROR(
            readInteger(range[0], "LO", dtype, least, most, low));
        TGC_RETURN_IF_ERROR(
            readInteger(range[1], "HI", dtype, least, above, high));
        if (low >= high)
          return emptyRange(range[0]);
      }
      uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
      fillRandint(rngKey(seed), low, span, out, count);
      made = absl::StrCat("random:", seed, ":", low, "..", high);
    } else {
      using Ops = FloatOps<T>;
      T low = Ops::from(0), high = Ops::from(1);
      if (given) {
        TGC_RETURN_IF_ERROR(readFloat(range[0], "LO", low));
        TGC_RETURN_IF_ERROR(readFloat(range[1], "HI", high));
        if (wide(low) >= wide(high))
          return emptyRange(range[0]);
        if (!std::isfinite(wide(Ops::sub(high, low))))
          return source.valueError(
              range[0].at,
              absl::StrCat("HI - LO is too large for ",
                           std::string(dtypeName(dtypeOf<T>))),
              "use a smaller range");
      }
      fillUniform(rngKey(seed), low, high, out, count);
      made = absl::StrCat("random:", seed, ":", numberText(wide(low)), "..",
                          numberText(wide(high)));
    }
    return absl::OkStatus();
  }

  template <class T>
  absl::Status normal(T *out, int64_t count, std::string &made) {
    Piece moments[2] = {};
    bool given = false;
    TGC_RETURN_IF_ERROR(
        options(",", "normal[:SEED][:MEAN,STD]", moments, given));
    if constexpr (std::is_integral_v<T>) {
      return source.valueError(
          pieces[0].at,
          absl::StrCat("normal gives floats; the dtype is ",
                       std::string(dtypeName(dtypeOf<T>))),
          "use random:SEED:LO..HI for integers and bool");
    } else {
      using Ops = FloatOps<T>;
      T mean = Ops::from(0), deviation = Ops::from(1);
      if (given) {
        TGC_RETURN_IF_ERROR(readFloat(moments[0], "MEAN", mean));
        TGC_RETURN_IF_ERROR(readFloat(moments[1], "STD", deviation));
        if (wide(deviation) < 0)
          return source.valueError(moments[1].at,
                                   "STD is negative; expected 0 or more",
                                   "write MEAN,STD as in 0,1");
      }
      fillNormal(rngKey(seed), mean, deviation, out, count);
      made = absl::StrCat("normal:", seed, ":", numberText(wide(mean)), ",",
                          numberText(wide(deviation)));
      return absl::OkStatus();
    }
  }

  const SpecText &source;
  uint64_t seed;
  std::vector<Piece> pieces; // the name, then the options
};

} // namespace

bool isGenerator(std::string_view text) {
  std::string_view word =
      text.substr(0, std::min(text.find_first_of(": \t\n\r"), text.size()));
  return std::find(std::begin(names), std::end(names), word) != std::end(names);
}

absl::StatusOr<GeneratedValue> generate(const SpecText &text, size_t at,
                                        DType dtype, const Shape &shape,
                                        uint64_t seed) {
  return Generator(text, at, seed).run(dtype, shape);
}

} // namespace tgc
