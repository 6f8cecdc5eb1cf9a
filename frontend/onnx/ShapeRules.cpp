// Operators on integers that are known while a model is imported.
#include "tgc/frontend/onnx/ShapeRules.h"

#include "tgc/frontend/onnx/TensorData.h"

#include <algorithm>
#include <numeric>

namespace tgc::onnx::shape {
namespace {

using Result = std::optional<ShapeValue>;

ShapeValue vectorOf(std::vector<DimExpr> elements) {
  return {DType::i64, false, std::move(elements)};
}

bool isFloatValue(const ShapeValue &value) { return isFloat(value.dtype); }

/// The known integers of every input. Floats count only where a size is among
/// them: constants of the model are left to the kernels.
std::optional<std::vector<ShapeValue>> allKnown(const Conversion &c) {
  std::vector<ShapeValue> result;
  bool sizes = false, floats = false;
  for (int i = 0; i < c.numInputs(); ++i) {
    if (!c.has(i))
      return std::nullopt;
    std::optional<ShapeValue> known = c.shapeValue(i);
    if (!known)
      return std::nullopt;
    sizes = sizes || c.operand(i).shape.has_value();
    floats = floats || isFloatValue(*known);
    result.push_back(*std::move(known));
  }
  if (result.empty() || (floats && !sizes))
    return std::nullopt;
  return result;
}

/// False for what the dtype would wrap or 64 bits do not hold: kernels know.
bool fits(const ShapeValue &value) {
  return std::all_of(
      value.elements.begin(), value.elements.end(), [&](const DimExpr &e) {
        const std::optional<int64_t> number = e.constant();
        return !e.isInvalid() && !(number && value.dtype == DType::i32 &&
                                   !std::in_range<int32_t>(*number));
      });
}
Result ifFits(ShapeValue value) {
  return fits(value) ? Result(std::move(value)) : std::nullopt;
}

/// combine(a[i], b[i]) after broadcasting; nothing if an element has none.
template <class Combine>
Result zip(const Conversion &c, DType dtype, Combine combine) {
  const auto known = allKnown(c);
  if (!known || known->size() != 2)
    return std::nullopt;
  const ShapeValue &a = (*known)[0], &b = (*known)[1];
  const size_t m = a.elements.size(), n = b.elements.size();
  if (m != n && m != 1 && n != 1)
    return std::nullopt; // the converter tells the error
  ShapeValue result{dtype, a.scalar && b.scalar, {}};
  // An empty vector with one element broadcasts to an empty one.
  const size_t count = m == 1 ? n : m;
  for (size_t i = 0; i < count; ++i) {
    std::optional<DimExpr> element =
        combine(a.elements[m == 1 ? 0 : i], b.elements[n == 1 ? 0 : i]);
    if (!element)
      return std::nullopt;
    result.elements.push_back(*std::move(element));
  }
  return ifFits(std::move(result));
}

template <class Combine> Result arithmetic(const Conversion &c, Combine f) {
  return c.numInputs() == 2 && c.has(0) ? zip(c, c.dtype(0), f) : std::nullopt;
}

using Decision = std::optional<bool>;

/// True if no sizes make it negative; false is "not known".
bool notNegative(const DimExpr &e) {
  return !e.isInvalid() && max(e, 0).provablyEqual(e);
}

/// a < b where all sizes agree.
Decision isLess(const DimExpr &a, const DimExpr &b) {
  if (notNegative(b - a - 1))
    return true;
  return notNegative(a - b) ? Decision(false) : std::nullopt;
}

Decision isEqual(const DimExpr &a, const DimExpr &b) {
  if (a.provablyEqual(b))
    return true;
  // A size is no -1, whatever it is.
  const bool unlike =
      a.provablyDifferent(b) || isLess(a, b) == true || isLess(b, a) == true;
  return unlike ? Decision(false) : std::nullopt;
}

Decision negated(Decision d) { return d ? Decision(!*d) : d; }

template <class Compare> Result comparison(const Conversion &c, Compare f) {
  return zip(c, DType::i1,
             [&](const DimExpr &a, const DimExpr &b) -> std::optional<DimExpr> {
               const Decision decision = f(a, b);
               if (!decision)
                 return std::nullopt;
               return DimExpr(*decision ? 1 : 0);
             });
}

/// Rounded toward zero for numbers; down for sizes, which are not negative.
std::optional<DimExpr> truncated(const DimExpr &a, const DimExpr &b) {
  const auto x = a.constant(), y = b.constant();
  if (y == 0)
    return std::nullopt;
  if (x && y && !(*x == INT64_MIN && *y == -1))
    return DimExpr(*x / *y);
  return floor_div(a, b);
}

/// Combines all variadic inputs.
template <class Combine> Result folded(const Conversion &c, Combine combine) {
  const auto known = allKnown(c);
  if (!known)
    return std::nullopt;
  ShapeValue result = (*known)[0];
  for (size_t k = 1; k < known->size(); ++k) {
    const ShapeValue &next = (*known)[k];
    if (next.elements.size() != result.elements.size() ||
        next.scalar != result.scalar)
      return std::nullopt;
    for (size_t i = 0; i < next.elements.size(); ++i)
      result.elements[i] = combine(result.elements[i], next.elements[i]);
  }
  return ifFits(std::move(result));
}

template <class Combine>
Result reduced(const Conversion &c, DimExpr start, Combine combine) {
  const Result known = c.has(0) ? c.shapeValue(0) : std::nullopt;
  if (!known || known->scalar)
    return std::nullopt;
  // Over the one dimension there is, or none with noop_with_empty_axes.
  if (c.numInputs() > 1 && c.has(1)) {
    const Result axes = c.shapeValue(1);
    if (!axes || axes->elements.size() != 1)
      return std::nullopt;
  } else if (c.since() >= 13 && c.integer("noop_with_empty_axes") != 0) {
    return std::nullopt;
  }
  DimExpr total = std::move(start);
  for (const DimExpr &element : known->elements)
    total = combine(total, element);
  return ifFits({known->dtype, c.integer("keepdims") == 0, {total}});
}

} // namespace

std::optional<ShapeValue> shapeOf(const Conversion &c) {
  std::vector<DimExpr> sizes = c.operand(0).sizes();
  const auto rank = static_cast<int64_t>(sizes.size());
  int64_t start = 0, end = rank;
  if (c.since() >= 15) {
    auto clamped = [rank](int64_t at) {
      return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
    };
    start = clamped(c.integer("start"));
    end = c.hasAttribute("end") ? clamped(c.integer("end")) : rank;
  }
  end = std::max(start, end);
  return vectorOf({sizes.begin() + start, sizes.begin() + end});
}

std::optional<ShapeValue> sizeOf(const Conversion &c) {
  return ShapeValue{DType::i64, true, {product(c.operand(0).sizes())}};
}

std::optional<ShapeValue> identity(const Conversion &c) {
  return c.operand(0).shape;
}

std::optional<ShapeValue> cast(const Conversion &c) {
  Result value = c.shapeValue(0);
  const auto to = dtypeFromId(static_cast<int32_t>(c.integer("to")));
  if (!value || !to)
    return std::nullopt;
  switch (*to) {
  case DType::i1:
    if (!value->isConstant())
      return std::nullopt;
    for (DimExpr &element : value->elements)
      element = *element.constant() != 0 ? 1 : 0;
    break;
  case DType::i32:
  case DType::i64:
  case DType::f32: // sizes are exact in f32 up to 2^24
  case DType::f64:
    break;
  default:
    return std::nullopt;
  }
  value->dtype = *to;
  return ifFits(*std::move(value));
}

std::optional<ShapeValue> constantOfShape(const Conversion &c) {
  const Result shape = c.shapeValue(0);
  if (!shape || !shape->isConstant() || shape->elements.size() > 1)
    return std::nullopt;
  const int64_t count =
      shape->elements.empty() ? 1 : *shape->elements[0].constant();
  if (count < 0 || count > ShapeValue::maxElements)
    return std::nullopt;
  Result element;
  if (c.hasAttribute("value"))
    element = shapeValueOf(c.tensor("value"));
  if (!element || element->elements.size() != 1 || isFloatValue(*element))
    return std::nullopt;
  return ShapeValue{
      element->dtype, shape->elements.empty(),
      std::vector<DimExpr>(static_cast<size_t>(count), element->elements[0])};
}

std::optional<ShapeValue> range(const Conversion &c) {
  const auto known = allKnown(c);
  if (!known || known->size() != 3)
    return std::nullopt;
  int64_t limits[3];
  for (size_t i = 0; i < 3; ++i) {
    const ShapeValue &value = (*known)[i];
    if (!value.isConstant() || value.elements.size() != 1 ||
        isFloatValue(value))
      return std::nullopt;
    limits[i] = *value.elements[0].constant();
  }
  const auto [start, end, step] = limits;
  if (step == 0)
    return std::nullopt;
  ShapeValue result{(*known)[0].dtype, false, {}};
  for (int64_t at = start; step > 0 ? at < end : at > end;) {
    if (result.elements.size() == ShapeValue::maxElements)
      return std::nullopt;
    result.elements.push_back(at);
    if (__builtin_add_overflow(at, step, &at))
      break;
  }
  return result;
}

std::optional<ShapeValue> reshape(const Conversion &c) {
  Result value = c.shapeValue(0);
  if (!value || (isFloatValue(*value) && !c.operand(0).shape))
    return std::nullopt;
  std::vector<DimExpr> sizes;
  if (c.since() < 5) {
    for (int64_t size : c.integers("shape"))
      sizes.push_back(size);
  } else if (const Result shape = c.shapeValue(1)) {
    sizes = shape->elements;
  } else {
    return std::nullopt;
  }
  if (sizes.size() > 1)
    return std::nullopt;
  const DimExpr count = static_cast<int64_t>(value->elements.size());
  if (sizes.size() == 1 && !sizes[0].provablyEqual(-1) &&
      !sizes[0].provablyEqual(count) && !sizes[0].provablyEqual(0))
    return std::nullopt;
  if (sizes.empty() && value->elements.size() != 1)
    return std::nullopt;
  value->scalar = sizes.empty();
  return value;
}

std::optional<ShapeValue> squeeze(const Conversion &c) {
  Result value = c.shapeValue(0);
  if (!value || (isFloatValue(*value) && !c.operand(0).shape) ||
      value->elements.size() != 1)
    return std::nullopt;
  value->scalar = true;
  return value;
}

std::optional<ShapeValue> unsqueeze(const Conversion &c) {
  Result value = c.shapeValue(0);
  if (!value || !value->scalar || isFloatValue(*value))
    return std::nullopt;
  size_t axes = c.integers("axes").size();
  if (c.since() >= 13) {
    const Result known = c.shapeValue(1);
    axes = known ? known->elements.size() : 0;
  }
  if (axes != 1)
    return std::nullopt;
  value->scalar = false;
  return value;
}

std::optional<ShapeValue> concat(const Conversion &c) {
  const auto known = allKnown(c);
  if (!known)
    return std::nullopt;
  ShapeValue result{(*known)[0].dtype, false, {}};
  for (const ShapeValue &part : *known) {
    if (part.scalar || part.dtype != result.dtype)
      return std::nullopt;
    result.elements.insert(result.elements.end(), part.elements.begin(),
                           part.elements.end());
  }
  if (result.elements.size() > ShapeValue::maxElements)
    return std::nullopt;
  return result;
}

std::optional<ShapeValue> gather(const Conversion &c) {
  const Result data = c.shapeValue(0);
  const Result indices = c.shapeValue(1);
  if (!data || !indices || data->scalar || isFloatValue(*data) ||
      !indices->isConstant())
    return std::nullopt;
  const auto count = static_cast<int64_t>(data->elements.size());
  ShapeValue result{data->dtype, indices->scalar, {}};
  for (const DimExpr &index : indices->elements) {
    const int64_t at = *index.constant();
    if (at < -count || at >= count)
      return std::nullopt; // the converter tells the error
    result.elements.push_back(
        data->elements[static_cast<size_t>(at < 0 ? at + count : at)]);
  }
  return result;
}

SliceRange sliceRange(const DimExpr &start, const DimExpr &end, int64_t step,
                      const DimExpr &size) {
  // Numbers beyond any size mean "to the end", as exporters write it.
  constexpr int64_t far = 1'000'000'000;
  // No tensor has as many elements as a longer step skips.
  constexpr int64_t longest = int64_t{1} << 41;
  step = std::clamp(step, -longest, longest);
  const DimExpr lo = step > 0 ? 0 : -1, hi = step > 0 ? size : size - 1;
  auto placed = [&](const DimExpr &at, const DimExpr &beyond) {
    const std::optional<int64_t> number = at.constant();
    if (number && *number >= far)
      return hi;
    if (number && *number <= -far)
      return beyond;
    return number && *number < 0 ? at + size : at;
  };
  // Decided where possible, so that sizes stay plain.
  auto clamped = [&](const DimExpr &at, const DimExpr &least) {
    if (at.provablyEqual(least) || isLess(at, least) == true)
      return least;
    if (at.provablyEqual(hi) || isLess(hi, at) == true)
      return hi;
    const DimExpr low = isLess(at, least) == false ? at : max(at, least);
    return isLess(hi, at) == false ? low : min(low, hi);
  };
  // The first element of a step down lies in [0, size), its end in [-1, size).
  const DimExpr from = placed(start, 0), to = placed(end, lo);
  const DimExpr span = step > 0 ? to - from : from - to;
  const int64_t width = step > 0 ? step : -step;
  if (!size.isConstant() && span.constant() && *span.constant() > 0 &&
      *span.constant() <= width)
    return {from, 1};
  const DimExpr offset = clamped(from, 0), stop = clamped(to, lo);
  const DimExpr length = step > 0 ? stop - offset : offset - stop;
  const DimExpr count = width == 1 && isLess(length, 0) == false
                            ? length
                            : max(floor_div(length + (width - 1), width), 0);
  // A step down finds its start clamped to 0 even where there is no element.
  if (step > 0 || count.provablyEqual(size) || isLess(size, count) == false)
    return {offset, count};
  return {offset, min(count, size)};
}

std::optional<ShapeValue> slice(const Conversion &c) {
  const Result data = c.operand(0).shape;
  if (!data || data->scalar)
    return std::nullopt;
  int64_t start, end, step = 1;
  if (c.since() < 10) {
    const auto starts = c.integers("starts"), ends = c.integers("ends");
    if (starts.size() != 1 || ends.size() != 1)
      return std::nullopt;
    start = starts[0];
    end = ends[0];
  } else {
    int64_t values[3] = {0, 0, 1};
    for (int i : {1, 2, 4}) {
      if (i == 4 && !c.has(4))
        continue;
      const Result known = c.shapeValue(i);
      if (!known || known->elements.size() != 1 || !known->isConstant())
        return std::nullopt;
      values[i == 4 ? 2 : i - 1] = *known->elements[0].constant();
    }
    start = values[0];
    end = values[1];
    step = values[2];
  }
  if (step == 0 || step == INT64_MIN)
    return std::nullopt;
  const SliceRange range =
      sliceRange(start, end, step, static_cast<int64_t>(data->elements.size()));
  const auto offset = range.offset.constant(), count = range.count.constant();
  if (!offset || !count)
    return std::nullopt;
  ShapeValue result{data->dtype, false, {}};
  for (int64_t i = 0; i < *count; ++i)
    result.elements.push_back(
        data->elements[static_cast<size_t>(*offset + i * step)]);
  return result;
}

std::optional<ShapeValue> add(const Conversion &c) {
  return arithmetic(c, [](const DimExpr &a, const DimExpr &b) {
    return std::optional(a + b);
  });
}

std::optional<ShapeValue> sub(const Conversion &c) {
  return arithmetic(c, [](const DimExpr &a, const DimExpr &b) {
    return std::optional(a - b);
  });
}

std::optional<ShapeValue> mul(const Conversion &c) {
  return arithmetic(c, [](const DimExpr &a, const DimExpr &b) {
    return std::optional(a * b);
  });
}

std::optional<ShapeValue> div(const Conversion &c) {
  if (!c.has(0))
    return std::nullopt;
  if (!isFloat(c.dtype(0)))
    return arithmetic(c, truncated);
  // A whole quotient only: 5 / 2 is no size on its way.
  return arithmetic(
      c, [](const DimExpr &a, const DimExpr &b) -> std::optional<DimExpr> {
        const DimExpr down = floor_div(a, b);
        if (!(down * b).provablyEqual(a))
          return std::nullopt;
        return down;
      });
}

std::optional<ShapeValue> mod(const Conversion &c) {
  if (c.integer("fmod") != 0)
    return std::nullopt;
  return arithmetic(c, [](const DimExpr &a, const DimExpr &b) {
    return std::optional(tgc::mod(a, b));
  });
}

std::optional<ShapeValue> neg(const Conversion &c) {
  Result value = c.operand(0).shape;
  if (value)
    for (DimExpr &element : value->elements)
      element = 0 - element;
  return value ? ifFits(*std::move(value)) : value;
}

/// Ceil, Floor and Round of a size.
std::optional<ShapeValue> wholeNumber(const Conversion &c) {
  return c.operand(0).shape;
}

std::optional<ShapeValue> minOf(const Conversion &c) {
  return folded(
      c, [](const DimExpr &a, const DimExpr &b) { return tgc::min(a, b); });
}

std::optional<ShapeValue> maxOf(const Conversion &c) {
  return folded(
      c, [](const DimExpr &a, const DimExpr &b) { return tgc::max(a, b); });
}

std::optional<ShapeValue> equal(const Conversion &c) {
  return comparison(c, isEqual);
}

std::optional<ShapeValue> greater(const Conversion &c) {
  return comparison(
      c, [](const DimExpr &a, const DimExpr &b) { return isLess(b, a); });
}

std::optional<ShapeValue> less(const Conversion &c) {
  return comparison(c, isLess);
}

std::optional<ShapeValue> greaterOrEqual(const Conversion &c) {
  return comparison(c, [](const DimExpr &a, const DimExpr &b) {
    return negated(isLess(a, b));
  });
}

std::optional<ShapeValue> lessOrEqual(const Conversion &c) {
  return comparison(c, [](const DimExpr &a, const DimExpr &b) {
    return negated(isLess(b, a));
  });
}

std::optional<ShapeValue> logicalNot(const Conversion &c) {
  Result value = c.shapeValue(0);
  if (value)
    for (DimExpr &element : value->elements)
      element = 1 - element;
  return value;
}

std::optional<ShapeValue> logicalAnd(const Conversion &c) { return mul(c); }

std::optional<ShapeValue> logicalOr(const Conversion &c) {
  return arithmetic(c, [](const DimExpr &a, const DimExpr &b) {
    return std::optional(tgc::max(a, b));
  });
}

std::optional<ShapeValue> select(const Conversion &c) {
  const auto known = allKnown(c);
  if (!known || known->size() != 3)
    return std::nullopt;
  const auto &[pred, yes, no] = std::tie((*known)[0], (*known)[1], (*known)[2]);
  size_t count = 1;
  for (const ShapeValue &value : *known)
    if (value.elements.size() != 1)
      count = value.elements.size();
  ShapeValue result{yes.dtype, pred.scalar && yes.scalar && no.scalar, {}};
  auto element = [count](const ShapeValue &value,
                         size_t i) -> std::optional<DimExpr> {
    if (value.elements.size() == 1)
      return value.elements[0];
    return value.elements.size() == count ? std::optional(value.elements[i])
                                          : std::nullopt;
  };
  for (size_t i = 0; i < count; ++i) {
    const auto p = element(pred, i), a = element(yes, i), b = element(no, i);
    if (!p || !a || !b || !p->isConstant())
      return std::nullopt;
    result.elements.push_back(*p->constant() != 0 ? *a : *b);
  }
  return result;
}

std::optional<ShapeValue> reduceProd(const Conversion &c) {
  return reduced(c, 1,
                 [](const DimExpr &a, const DimExpr &b) { return a * b; });
}

std::optional<ShapeValue> reduceSum(const Conversion &c) {
  return reduced(c, 0,
                 [](const DimExpr &a, const DimExpr &b) { return a + b; });
}

} // namespace tgc::onnx::shape
