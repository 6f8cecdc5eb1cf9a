// Random values with every edge; comparison by bits.
#include "tgc/test/ops/Values.h"

#include "tgc/frontend/eager/TensorImpl.h"
#include "tgc/runtime/core/Half.h"

#include <bit>
#include <cinttypes>
#include <cmath>
#include <cstring>
#include <limits>

namespace tgc::test {
namespace {

template <class T> constexpr bool isFloating = std::is_floating_point_v<T>;

/// The bits of an element as an unsigned number.
template <class T> uint64_t bitsOf(T x) {
  uint64_t bits = 0;
  std::memcpy(&bits, &x, sizeof(T));
  return bits;
}
template <class T> T fromBits(uint64_t bits) {
  T x;
  std::memcpy(&x, &bits, sizeof(T));
  return x;
}

double numberOf(Half x) { return floatFromHalf(x); }
template <class T> double numberOf(T x) { return static_cast<double>(x); }

/// What is easily wrong: the ends of the range, and what lies next to them.
template <class F> std::vector<F> specialFloats() {
  using Limits = std::numeric_limits<F>;
  std::vector<F> values;
  for (F x : {Limits::quiet_NaN(),
              Limits::infinity(),
              F(0),
              Limits::denorm_min(),
              Limits::min(),
              std::nextafter(Limits::min(), F(0)),
              Limits::max(),
              F(1),
              F(0.5),
              F(1.5),
              F(2.5),
              F(2),
              F(3),
              Limits::epsilon(),
              std::nextafter(F(1), F(2)),
              std::nextafter(F(0.5), F(0)),
              F(0x1p31),
              F(0x1p63),
              F(0x1p52) + F(0.5),
              F(255),
              F(256),
              F(65504),
              F(65520),
              F(88.7),
              F(-103.5),
              F(709.7),
              F(1e22)}) {
    values.push_back(x);
    values.push_back(-x);
  }
  return values;
}
template <class I> std::vector<I> specialIntegers() {
  using Limits = std::numeric_limits<I>;
  return {
      Limits::min(), Limits::max(), I(0),  I(-1), I(1),  I(Limits::min() + 1),
      I(2),          I(3),          I(31), I(33), I(-2), I(64)};
}
template <class T> std::vector<T> specials() {
  if constexpr (std::same_as<T, bool>) {
    return {true, false};
  } else if constexpr (std::same_as<T, Half>) {
    std::vector<Half> values;
    for (float x : specialFloats<float>())
      values.push_back(halfFromFloat(x));
    values.push_back(Half{1});
    values.push_back(Half{0x83ff});
    return values;
  } else if constexpr (isFloating<T>) {
    return specialFloats<T>();
  } else {
    return specialIntegers<T>();
  }
}

template <class T> T randomBits(Random &random) {
  if constexpr (std::same_as<T, bool>)
    return random() & 1;
  else
    return fromBits<T>(random());
}

/// A number of everyday size.
template <class T> T everyday(Random &random) {
  double x = std::uniform_real_distribution<double>(-4, 4)(random);
  if constexpr (std::same_as<T, Half>)
    return halfFromFloat(static_cast<float>(x));
  else if constexpr (isFloating<T>)
    return static_cast<T>(x);
  else
    return static_cast<T>(static_cast<int64_t>(x * 8));
}

template <class T> T anyValue(Random &random, const std::vector<T> &special) {
  switch (random() % 4) {
  case 0:
    return special[random() % special.size()];
  case 1:
    return randomBits<T>(random);
  default:
    return everyday<T>(random);
  }
}

template <class T> T sumsValue(Random &random, const std::vector<T> &special) {
  if constexpr (!isFloating<T>) {
    return anyValue(random, special);
  } else {
    uint64_t roll = random();
    if (roll % 4096 == 0)
      return special[roll / 4096 % special.size()];
    if (roll % 16 == 0)
      return special[4 + roll / 4096 % 4]; // zeros and denormals
    return std::uniform_real_distribution<T>(-2, 2)(random);
  }
}

template <class T> T indexValue(Random &random) {
  switch (random() % 8) {
  case 0:
    return static_cast<T>(specialIntegers<int32_t>()[random() % 4]);
  case 1:
    return static_cast<T>(random() % 2000);
  default:
    return static_cast<T>(static_cast<int64_t>(random() % 12) - 3);
  }
}

template <class T>
void fill(T *out, int64_t count, Domain domain, Random &random) {
  std::vector<T> special = specials<T>();
  size_t first = random() % special.size();
  for (int64_t i = 0; i < count; ++i) {
    switch (domain) {
    case Domain::Any:
      out[i] =
          i % 3 == 0 && i / 3 < static_cast<int64_t>(special.size())
              ? special[(first + static_cast<size_t>(i / 3)) % special.size()]
              : anyValue(random, special);
      break;
    case Domain::Sums:
      out[i] = sumsValue(random, special);
      break;
    case Domain::Ties:
      // A NaN in every reduction would leave the other elements untested.
      out[i] =
          special[random() % 64 == 0 ? 0 : (random() % 4 + 4) % special.size()];
      break;
    case Domain::SmallIndex:
      if constexpr (std::integral<T>)
        out[i] = static_cast<T>(random() % 3);
      break;
    case Domain::AnyIndex:
      if constexpr (std::integral<T>)
        out[i] = indexValue<T>(random);
      break;
    }
  }
}

template <class T> bool isNaN(T x) {
  if constexpr (std::same_as<T, Half>)
    return (x.bits & 0x7fff) > 0x7c00;
  else if constexpr (isFloating<T>)
    return std::isnan(x);
  else
    return false;
}

template <class T> std::string elementText(T x) {
  char text[64];
  if constexpr (std::integral<T>)
    std::snprintf(text, sizeof(text), "%" PRId64, static_cast<int64_t>(x));
  else
    std::snprintf(text, sizeof(text), "%.17g (0x%0*" PRIx64 ")", numberOf(x),
                  static_cast<int>(2 * sizeof(T)), bitsOf(x));
  return text;
}

/// Compares element by element with `same(a, b)`.
template <class Same>
std::string firstDifference(const Tensor &got, const Tensor &expected,
                            Same same) {
  if (typeText(got) != typeText(expected))
    return "its type is " + typeText(got) + "; expected " + typeText(expected);
  const Value &a = valueOf(got, "a test", {});
  const Value &b = valueOf(expected, "a test", {});
  return visitDType(a.dtype, [&](auto zero) -> std::string {
    using T = decltype(zero);
    const T *x = a.data<T>(), *y = b.data<T>();
    for (int64_t i = 0; i < a.numElements(); ++i)
      if (!same(x[i], y[i]))
        return "element " + std::to_string(i) + " of " + typeText(got) +
               " is " + elementText(x[i]) + "; expected " + elementText(y[i]);
    return "";
  });
}

/// Floats in order as integers: neighbours differ by 1.
template <class F> int64_t ordinal(F x) {
  using I = std::conditional_t<sizeof(F) == 4, int32_t, int64_t>;
  I bits = std::bit_cast<I>(x);
  return bits < 0 ? static_cast<int64_t>(std::numeric_limits<I>::min()) - bits
                  : bits;
}

} // namespace

Tensor randomTensor(DType dtype, const std::vector<int64_t> &sizes,
                    Domain domain, Random &random) {
  Value value = *Value::allocate(dtype, Shape(sizes.begin(), sizes.end()));
  visitDType(dtype, [&](auto zero) {
    fill(value.data<decltype(zero)>(), value.numElements(), domain, random);
  });
  return fromValue(std::move(value));
}

std::string difference(const Tensor &got, const Tensor &expected, NaNs nans) {
  return firstDifference(got, expected, [&](auto x, auto y) {
    return bitsOf(x) == bitsOf(y) ||
           (nans == NaNs::Alike && isNaN(x) && isNaN(y));
  });
}

std::string differenceInUlps(const Tensor &got, const Tensor &expected,
                             int64_t ulps) {
  return firstDifference(got, expected, [&](auto x, auto y) {
    using T = decltype(x);
    if (bitsOf(x) == bitsOf(y) || (isNaN(x) && isNaN(y)))
      return true;
    if constexpr (isFloating<T>)
      if (!isNaN(x) && !isNaN(y)) {
        int64_t apart;
        return !__builtin_sub_overflow(ordinal(x), ordinal(y), &apart) &&
               apart <= ulps && apart >= -ulps;
      }
    return false;
  });
}

std::string typeText(const Tensor &x) {
  return x.impl() ? tgc::typeText(x.impl()->type) : "nothing";
}

} // namespace tgc::test
