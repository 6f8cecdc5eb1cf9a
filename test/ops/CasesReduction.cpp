// Cases of family Reduction. Sizes pass the lanes (16), the blocks (128), the
// columns of a vector (8, 32) and what is split among threads (65536).
#include "tgc/frontend/api/Ops.h"
#include "tgc/test/ops/OpCases.h"

namespace tgc::test {
namespace {

std::vector<ReduceKind> kindsOf(DType dtype) {
  std::vector<ReduceKind> kinds = {ReduceKind::add, ReduceKind::mul,
                                   ReduceKind::max, ReduceKind::min};
  if (!isFloat(dtype))
    kinds.insert(kinds.end(), {ReduceKind::bitwise_and, ReduceKind::bitwise_or,
                               ReduceKind::bitwise_xor});
  return kinds;
}

std::string textOf(const Axes &axes) {
  std::string text;
  for (int64_t axis : axes)
    text += (text.empty() ? "" : ", ") + std::to_string(axis);
  return "[" + text + "]";
}

/// Shapes and dims for one kind. Order matters for add and mul alone: other
/// kinds have fewer sizes.
OpCases reduceShapes(ReduceKind kind) {
  struct Row {
    std::string dims;
    Axes axes;
    std::vector<std::vector<int64_t>> sizes;
  };
  std::vector<Row> shapes = {
      {"a", {0}, {{0}, {1}, {17}, {1009}}},
      {"ab", {1}, {{3, 131}, {0, 4}}},
      {"ab", {0}, {{131, 37}, {0, 3}}},
  };
  if (kind == ReduceKind::add || kind == ReduceKind::mul)
    shapes = {
        {"", {}, {{}}},
        {"a", {0}, {{0}, {1}, {7}, {16}, {17}, {129}, {1009}, {4099}, {70001}}},
        {"ab", {-1}, {{3, 1009}, {1, 1}, {67, 13}, {4, 0}, {0, 4}}},
        {"ab", {0}, {{1009, 5}, {129, 8}, {131, 37}, {257, 67}, {0, 3}}},
        {"ab", {}, {{3, 5}}},
        {"abc", {0, 2}, {{3, 5, 7}, {17, 3, 67}, {2, 1, 300}}},
        {"abc", {1}, {{3, 131, 19}, {2, 1, 3}}},
        {"abcd", {1, 3}, {{2, 3, 5, 7}}},
        {"abcd", {3, 0, 2}, {{5, 2, 3, 11}}},
    };
  OpCases cases;
  for (const Row &row : shapes)
    cases.push_back({std::string(enumName(kind)) + " over " + textOf(row.axes) +
                         " of " + row.dims,
                     {{row.dims, Domain::Sums}},
                     [kind, axes = row.axes](Operands x) {
                       return reduce(x[0], kind, axes);
                     },
                     row.sizes});
  return cases;
}

} // namespace

OpCases reduceCases(DType dtype) {
  OpCases cases;
  for (ReduceKind kind : kindsOf(dtype))
    for (OpCase &c : reduceShapes(kind))
      cases.push_back(std::move(c));
  if (dtype == f32)
    cases.push_back({"add in f64",
                     {{"ab", Domain::Sums}},
                     [](Operands x) {
                       return reduce(x[0], ReduceKind::add, {1},
                                     {.accum = f64});
                     },
                     {{3, 1009}, {0, 0}}});
  return cases;
}

OpCases reduceWindowCases(DType dtype) {
  OpCases cases;
  for (ReduceKind kind : kindsOf(dtype)) {
    auto add = [&](const std::string &name, const std::string &dims,
                   const Axes &window, const ReduceWindowOptions &options,
                   std::vector<std::vector<int64_t>> sizes) {
      cases.push_back({std::string(enumName(kind)) + ", " + name,
                       {{dims, Domain::Sums}},
                       [=](Operands x) {
                         return reduce_window(x[0], kind, window, options);
                       },
                       std::move(sizes)});
    };
    add("padding and stride", "a", {3}, {.strides = {2}, .lo = {1}, .hi = {1}},
        {{0}, {1}, {2}, {67}});
    add("pooling", "bchw", {1, 1, 3, 2},
        {.strides = {1, 1, 2, 2}, .lo = {0, 0, 1, 0}, .hi = {0, 0, 1, 1}},
        {{2, 3, 7, 11}, {1, 1, 1, 1}});
    if (kind != ReduceKind::add && kind != ReduceKind::max)
      continue;
    add("a long window", "a", {300}, {.lo = {5}, .hi = {150}}, {{300}, {1009}});
    add("one column", "ab", {2, 3}, {.strides = {2, 1}}, {{9, 3}, {2, 3}});
    add("wider than x", "ab", {5, 2}, {}, {{3, 4}, {7, 3}});
    add("holes in x", "ab", {2, 3},
        {.lo = {1, 0}, .hi = {0, 2}, .base_dilation = {2, 3}},
        {{3, 5}, {1, 0}});
    add("holes in the window", "ab", {3, 2},
        {.strides = {1, 3}, .window_dilation = {2, 5}}, {{11, 13}});
    add("cut off", "ab", {2, 2}, {.lo = {-1, 0}, .hi = {0, -2}},
        {{5, 7}, {1, 2}});
  }
  return cases;
}

OpCases argReduceCases(DType) {
  OpCases cases;
  for (ArgReduceKind kind : {ArgReduceKind::max, ArgReduceKind::min}) {
    auto add = [&](const std::string &dims, int64_t dim, Domain domain,
                   std::vector<std::vector<int64_t>> sizes) {
      cases.push_back({std::string(enumName(kind)) + " along " +
                           std::to_string(dim) + " of " + dims +
                           (domain == Domain::Ties ? ", ties" : ""),
                       {{dims, domain}},
                       [=](Operands x) { return arg_reduce(x[0], kind, dim); },
                       std::move(sizes)});
    };
    add("a", 0, Domain::Any, {{1}, {2}, {17}, {1009}});
    add("a", 0, Domain::Ties, {{67}});
    add("ab", 1, Domain::Sums, {{7, 131}, {0, 3}, {40, 300}});
    add("ab", -2, Domain::Sums, {{131, 7}, {3, 0}, {300, 40}});
    add("abc", 1, Domain::Ties, {{3, 19, 5}});
  }
  return cases;
}

} // namespace tgc::test
