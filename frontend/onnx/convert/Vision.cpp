// Resizing as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Shape.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace tgc::onnx::convert {
namespace {

/// How one dimension is resized.
struct Resizing {
  DimExpr from, to;
  /// to / from before rounding; nothing if it follows from the sizes.
  std::optional<double> scale;
};

/// Modes of a node; those of Upsample and Resize-10 are fixed.
struct ResizeModes {
  std::string mode = "nearest";
  std::string coordinates = "asymmetric";
  std::string nearest = "floor";
  double cubicA = -0.75;
};

/// floor(size * scale), exactly: a float is a number of 2^-k.
DimExpr scaledSize(Conversion &c, const DimExpr &size, double scale) {
  if (!(scale > 0) || scale > 1e6)
    c.invalid(
        absl::StrCat("a scale is ", scale, "; expected a positive number"));
  int exponent = 0;
  const double mantissa = std::frexp(scale, &exponent); // in [0.5, 1)
  auto number = static_cast<int64_t>(std::ldexp(mantissa, 24));
  exponent -= 24;
  while (exponent < 0 && number % 2 == 0) {
    number /= 2;
    ++exponent;
  }
  if (exponent >= 0)
    return size * (number << exponent);
  if (exponent < -40)
    c.invalid(absl::StrCat("a scale is ", scale, "; expected more than 2^-40"));
  return floor_div(size * number, int64_t{1} << -exponent);
}

/// The place in the operand, as a number, of every place 0, 1, ... of the
/// result: f64 [to].
Tensor coordinates(const Resizing &r, const std::string &mode) {
  const Dim from(r.from), to(r.to);
  const Tensor place = tgc::iota(0, {to}, DType::f64);
  auto number = [](const Dim &size) {
    return tgc::size_tensor(size, DType::f64);
  };
  const Tensor length = number(from);
  // scale * from, which is the size of the result before rounding.
  const Tensor stretched =
      r.scale ? tgc::multiply(length, *r.scale) : number(to);
  if (mode == "align_corners") {
    const Tensor step =
        tgc::divide(tgc::subtract(length, 1), tgc::subtract(stretched, 1));
    // A result of size 1 is at 0, whatever the step.
    return tgc::select(tgc::compare(place, 0, CompareDirection::EQ), 0.0,
                       tgc::multiply(place, step));
  }
  const Tensor scale = tgc::divide(stretched, length);
  if (mode == "asymmetric")
    return tgc::divide(place, scale);
  const Tensor center =
      tgc::subtract(tgc::divide(tgc::add(place, 0.5), scale), 0.5);
  if (mode == "pytorch_half_pixel")
    return tgc::select(tgc::compare(number(to), 1, CompareDirection::GT),
                       center, 0.0);
  if (mode != "half_pixel_symmetric")
    return center;
  const Tensor adjustment = tgc::divide(number(to), stretched);
  const Tensor offset =
      tgc::multiply(tgc::multiply(length, 0.5), tgc::subtract(1.0, adjustment));
  return tgc::add(offset, center);
}

Tensor nearestPlace(const Tensor &place, const std::string &mode) {
  if (mode == "round_prefer_floor")
    return tgc::ceil(tgc::subtract(place, 0.5));
  if (mode == "round_prefer_ceil")
    return tgc::floor(tgc::add(place, 0.5));
  return mode == "floor" ? tgc::floor(place) : tgc::ceil(place);
}

/// x at `places`, f64 [n], of a dimension of size `size`, clamped into it.
Tensor taken(const Tensor &x, int64_t axis, const Tensor &places,
             const Dim &size) {
  const Tensor last = tgc::size_tensor(size - 1, DType::f64);
  const Tensor index = tgc::convert(tgc::clamp(0.0, places, last), DType::i64);
  std::vector<int64_t> offsetDims;
  for (int64_t d = 0; d < x.rank(); ++d)
    if (d != axis)
      offsetDims.push_back(d);
  std::vector<DimExpr> sizes = sizesOf(x);
  sizes[static_cast<size_t>(axis)] = 1;
  return tgc::gather(x, index, offsetDims, {axis}, {axis}, 1, dimsOf(sizes));
}

/// True if nearest places are every element `times` times in turn: what
/// enlarging by a whole number does in most modes. The pattern repeats with
/// every element, so a few show it.
bool repeatsElements(const ResizeModes &modes, int64_t times) {
  if (times > 64 ||
      (modes.coordinates != "asymmetric" && modes.coordinates != "half_pixel" &&
       modes.coordinates != "pytorch_half_pixel"))
    return false;
  for (int64_t i = times; i < 3 * times; ++i) { // away from the edges
    const double factor = static_cast<double>(times);
    const double at = modes.coordinates == "asymmetric"
                          ? static_cast<double>(i) / factor
                          : (static_cast<double>(i) + 0.5) / factor - 0.5;
    const double nearest =
        modes.nearest == "round_prefer_floor"  ? std::ceil(at - 0.5)
        : modes.nearest == "round_prefer_ceil" ? std::floor(at + 0.5)
        : modes.nearest == "floor"             ? std::floor(at)
                                               : std::ceil(at);
    if (static_cast<int64_t>(nearest) != i / times)
      return false;
  }
  return true;
}

/// Every element along `axis` `times` times in turn.
Tensor repeatedElements(const Tensor &x, int64_t axis, int64_t times) {
  std::vector<DimExpr> wide = sizesOf(x), sizes = wide;
  std::vector<int64_t> dims;
  for (int64_t d = 0; d < x.rank(); ++d)
    dims.push_back(d <= axis ? d : d + 1);
  wide.insert(wide.begin() + axis + 1, DimExpr(times));
  sizes[static_cast<size_t>(axis)] = sizes[static_cast<size_t>(axis)] * times;
  return tgc::reshape(tgc::broadcast_in_dim(x, dims, dimsOf(wide)),
                      dimsOf(sizes));
}

/// `weight`, one number for every place of dimension `axis`, to broadcast.
Tensor alongAxis(const Tensor &x, int64_t axis, const Tensor &weight) {
  std::vector<int64_t> behind;
  for (int64_t d = 1; d < x.rank() - axis; ++d)
    behind.push_back(d);
  return tgc::unsqueeze(tgc::convert(weight, x.dtype()), behind);
}

/// The cubic through four neighbours. Keys 1981, with parameter a: the weight
/// at distance d is (a+2)d^3 - (a+3)d^2 + 1 to 1, a d^3 - 5a d^2 + 8a d - 4a
/// from there to 2.
Tensor cubicAxis(const Tensor &x, int64_t axis, const Tensor &place,
                 const Dim &size, double a) {
  const Tensor low = tgc::floor(place);
  const Tensor past = tgc::subtract(place, low);
  auto polynomial = [](const Tensor &d, std::array<double, 4> p) {
    Tensor sum = tgc::multiply(d, p[0]);
    for (int i = 1; i < 3; ++i)
      sum = tgc::multiply(tgc::add(sum, p[static_cast<size_t>(i)]), d);
    return tgc::add(sum, p[3]);
  };
  const std::array<double, 4> inner = {a + 2, -(a + 3), 0, 1};
  const std::array<double, 4> outer = {a, -5 * a, 8 * a, -4 * a};
  Tensor y;
  for (int64_t tap = -1; tap <= 2; ++tap) {
    const auto shift = static_cast<double>(tap);
    const Tensor distance =
        tap <= 0 ? tgc::subtract(past, shift) : tgc::subtract(shift, past);
    const Tensor weight =
        polynomial(distance, tap == 0 || tap == 1 ? inner : outer);
    const Tensor part = tgc::multiply(
        taken(x, axis, tgc::add(low, shift), size), alongAxis(x, axis, weight));
    y = tap == -1 ? part : tgc::add(y, part);
  }
  return y;
}

Tensor resizedAxis(const Tensor &x, int64_t axis, const Resizing &r,
                   const ResizeModes &modes) {
  const std::optional<int64_t> whole =
      r.scale && *r.scale == std::trunc(*r.scale)
          ? std::optional(static_cast<int64_t>(*r.scale))
          : std::nullopt;
  const Dim size(r.from);
  if (modes.mode == "nearest") {
    if (whole && repeatsElements(modes, *whole))
      return repeatedElements(x, axis, *whole);
    const Tensor place = coordinates(r, modes.coordinates);
    return taken(x, axis, nearestPlace(place, modes.nearest), size);
  }
  if (modes.mode == "cubic")
    return cubicAxis(x, axis, coordinates(r, modes.coordinates), size,
                     modes.cubicA);
  // Linear: between the neighbours, which at the edges are the edge.
  const Tensor place = coordinates(r, modes.coordinates);
  const Tensor low = tgc::floor(place);
  const Tensor before = taken(x, axis, low, size);
  const Tensor after = taken(x, axis, tgc::add(low, 1.0), size);
  const Tensor weight = alongAxis(x, axis, tgc::subtract(place, low));
  return tgc::add(tgc::multiply(before, tgc::subtract(1.0, weight)),
                  tgc::multiply(after, weight));
}

Operands resized(Conversion &c, const std::vector<Resizing> &resizings,
                 const std::vector<int64_t> &axes, const ResizeModes &modes) {
  Tensor x = c.input(0);
  for (size_t i = 0; i < axes.size(); ++i) {
    const Resizing &r = resizings[i];
    if (r.to.provablyEqual(r.from) && r.scale.value_or(1) == 1)
      continue;
    if (r.from.constant() == 0)
      c.invalid("a dimension of size 0 cannot be resized");
    x = resizedAxis(x, axes[i], r, modes);
  }
  return {x};
}

std::vector<int64_t> allAxes(int64_t rank) {
  std::vector<int64_t> axes(static_cast<size_t>(rank));
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

Operands resizedByScales(Conversion &c, const std::vector<float> &scales,
                         const std::vector<int64_t> &axes,
                         const ResizeModes &modes) {
  if (scales.size() != axes.size())
    c.invalid(absl::StrCat("scales has ", scales.size(), " entries; expected ",
                           axes.size()));
  const std::vector<DimExpr> sizes = c.operand(0).sizes();
  std::vector<Resizing> resizings;
  for (size_t i = 0; i < axes.size(); ++i) {
    const DimExpr &size = sizes[static_cast<size_t>(axes[i])];
    resizings.push_back({size, scaledSize(c, size, scales[i]), scales[i]});
  }
  return resized(c, resizings, axes, modes);
}

std::vector<float> constantScales(Conversion &c, int i) {
  const std::optional<Value> value = c.constant(i);
  if (!value || value->dtype != DType::f32)
    c.unsupported(Reason::NotYet, "; scales are computed from values");
  return {value->data<float>(), value->data<float>() + value->numElements()};
}

bool isEmptyConstant(Conversion &c, int i) {
  const std::vector<DimExpr> sizes = c.operand(i).sizes();
  return sizes.size() == 1 && sizes[0].constant() == 0;
}

} // namespace

Operands resize(Conversion &c) {
  const int64_t rank = c.rank(0);
  std::vector<int64_t> axes =
      c.hasAttribute("axes") ? c.integers("axes") : allAxes(rank);
  for (int64_t &axis : axes)
    axis = c.normalAxis(axis, rank, "an axis");
  const ResizeModes modes = {c.text("mode"),
                             c.text("coordinate_transformation_mode"),
                             c.text("nearest_mode"), c.real("cubic_coeff_a")};
  if (c.has(2) && !isEmptyConstant(c, 2))
    return resizedByScales(c, constantScales(c, 2), axes, modes);
  const std::vector<DimExpr> wanted = c.knownIntegers(3, "sizes");
  if (wanted.size() != axes.size())
    c.invalid(absl::StrCat("sizes has ", wanted.size(), " entries; expected ",
                           axes.size()));
  const std::vector<DimExpr> sizes = c.operand(0).sizes();
  std::vector<Resizing> resizings;
  for (size_t i = 0; i < axes.size(); ++i)
    resizings.push_back({sizes[static_cast<size_t>(axes[i])], wanted[i], {}});
  return resized(c, resizings, axes, modes);
}

/// Resize-10 and Upsample-9.
Operands resizeByScales(Conversion &c) {
  return resizedByScales(c, constantScales(c, 1), allAxes(c.rank(0)),
                         {c.text("mode")});
}

Operands upsampleByAttributes(Conversion &c) {
  return resizedByScales(c, c.reals("scales"), allAxes(c.rank(0)),
                         {c.text("mode")});
}

} // namespace tgc::onnx::convert
