// reduce, reduce_window and arg_reduce against their definitions.
#include "KernelCalls.h"

#include <optional>
#include <pthread.h>

namespace tgc {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// One operand of `kind`, and what no operands give.
template <class T> struct Combiner {
  std::function<T(T, T)> apply;
  T identity;
  T neutral;
};

template <class T> T fromDouble(double x) { return static_cast<T>(x); }

template <class T> Combiner<T> combinerOf(ReduceKind kind) {
  using U = std::conditional_t<std::is_integral_v<T>, std::make_unsigned<T>,
                               std::type_identity<T>>::type;
  auto extreme = [](bool max) {
    return [max](T a, T b) {
      if (a != a || b != b)
        return a != a ? a : b;
      if (a == b) // the sign of zero
        return std::signbit(static_cast<double>(a)) == max ? b : a;
      return (a > b) == max ? a : b;
    };
  };
  using L = std::numeric_limits<T>;
  constexpr bool floating = std::is_floating_point_v<T>;
  switch (kind) {
  case ReduceKind::add:
    return {[](T a, T b) { return static_cast<T>(U(a) + U(b)); }, T(0),
            fromDouble<T>(-0.0)};
  case ReduceKind::mul:
    return {[](T a, T b) { return static_cast<T>(U(a) * U(b)); }, T(1), T(1)};
  case ReduceKind::max: {
    T lowest = floating ? -L::infinity() : L::lowest();
    return {extreme(true), lowest, lowest};
  }
  case ReduceKind::min: {
    T highest = floating ? L::infinity() : L::max();
    return {extreme(false), highest, highest};
  }
  default:
    break;
  }
  if constexpr (!floating) {
    if (kind == ReduceKind::bitwise_and)
      return {[](T a, T b) { return a & b; }, T(-1), T(-1)};
    if (kind == ReduceKind::bitwise_or)
      return {[](T a, T b) { return a | b; }, T(0), T(0)};
    return {[](T a, T b) { return a ^ b; }, T(0), T(0)};
  }
  return {};
}

/// semantics.md 5, steps 1 to 4, as written.
template <class T>
T combined(const std::vector<T> &e, const Combiner<T> &combiner) {
  if (e.empty())
    return combiner.identity;
  std::optional<T> v[16];
  for (size_t l = 0; l < 16; ++l) {
    std::vector<T> owned; // 1
    for (size_t i = l; i < e.size(); i += 16)
      owned.push_back(e[i]);
    std::vector<T> runs; // 2
    for (size_t i = 0; i < owned.size(); ++i)
      if (i % 8 == 0)
        runs.push_back(owned[i]);
      else
        runs.back() = combiner.apply(runs.back(), owned[i]);
    std::function<T(size_t, size_t)> tree = [&](size_t first, size_t m) { // 3
      if (m == 1)
        return runs[first];
      size_t p = 1;
      while (2 * p < m)
        p *= 2;
      return combiner.apply(tree(first, p), tree(first + p, m - p));
    };
    if (!runs.empty())
      v[l] = tree(0, runs.size());
  }
  for (size_t s : {8, 4, 2, 1}) // 4
    for (size_t l = 0; l < s; ++l)
      if (v[l + s])
        v[l] = v[l] ? combiner.apply(*v[l], *v[l + s]) : *v[l + s];
  return *v[0];
}

bool contains(const std::vector<int64_t> &list, size_t d) {
  return std::find(list.begin(), list.end(), static_cast<int64_t>(d)) !=
         list.end();
}

/// A is the type that is accumulated in.
template <class T, class A = T>
Array<T> reduceByIndex(const Array<T> &x, ReduceKind kind,
                       const std::vector<int64_t> &dims) {
  Shape kept, reduced;
  for (size_t d = 0; d < x.shape.size(); ++d)
    (contains(dims, d) ? reduced : kept).push_back(x.shape[d]);
  Array<T> y = arrayOf<T>(kept);
  forEachIndex(kept, [&](const Shape &index) {
    std::vector<A> elements;
    forEachIndex(reduced, [&](const Shape &inner) {
      Shape full;
      size_t k = 0, r = 0;
      for (size_t d = 0; d < x.shape.size(); ++d)
        full.push_back(contains(dims, d) ? inner[r++] : index[k++]);
      elements.push_back(static_cast<A>(x.at(full)));
    });
    y.at(index) = static_cast<T>(combined(elements, combinerOf<A>(kind)));
  });
  return y;
}

struct ReduceCase {
  Shape shape;
  std::vector<int64_t> dims;
};

/// Rows, columns, both sides, several reduced dimensions, nothing, and lengths
/// about every threshold.
std::vector<ReduceCase> reduceCases() {
  std::vector<ReduceCase> cases = {{{}, {}},
                                   {{1}, {0}},
                                   {{0}, {0}},
                                   {{3, 0}, {1}},
                                   {{3, 0}, {0}},
                                   {{0, 3}, {0}},
                                   {{5}, {}},
                                   {{2, 1, 3}, {1}},
                                   {{4, 5, 6}, {0, 2}},
                                   {{4, 5, 6}, {1}},
                                   {{3, 7, 2, 5}, {1}},
                                   {{3, 7, 2, 5}, {0, 2}},
                                   {{300, 5}, {0}},
                                   {{300, 9}, {0}},
                                   {{300, 35}, {0}},
                                   {{130, 64}, {0}},
                                   {{3, 130, 33}, {1}},
                                   {{7, 3, 200}, {0, 2}},
                                   {{20, 3, 9}, {0}},
                                   {{13, 2, 11, 40}, {0, 2}},
                                   {{2, 3, 5, 7}, {0, 1, 2, 3}}};
  for (int64_t n : {1, 2, 7, 8, 9, 15, 16, 17, 127, 128, 129, 255, 257, 383,
                    640, 1031, 4099})
    cases.push_back({{n}, {0}});
  return cases;
}

std::string text(const ReduceCase &c, ReduceKind kind) {
  return std::string(enumName(kind)) + " of " + shapeText(c.shape);
}

template <class T> void checkReduce(std::initializer_list<ReduceKind> kinds) {
  for (const ReduceCase &c : reduceCases()) {
    Array<T> x = randomArray<T>(c.shape);
    for (ReduceKind kind : kinds)
      expectRuns(OpKind::Reduce, {valueOf(x)},
                 ReduceAttrs{kind, c.dims, std::nullopt},
                 reduceByIndex(x, kind, c.dims), text(c, kind));
  }
}

TEST(ReductionKernelTest, FloatsFollowTheOrder) {
  checkReduce<float>({ReduceKind::add, ReduceKind::mul});
  checkReduce<double>({ReduceKind::add, ReduceKind::mul});
}

TEST(ReductionKernelTest, ExtremesAndIntegers) {
  checkReduce<float>({ReduceKind::max, ReduceKind::min});
  checkReduce<double>({ReduceKind::max, ReduceKind::min});
  auto all = {ReduceKind::add,         ReduceKind::mul,
              ReduceKind::max,         ReduceKind::min,
              ReduceKind::bitwise_and, ReduceKind::bitwise_or,
              ReduceKind::bitwise_xor};
  checkReduce<int32_t>(all);
  checkReduce<int64_t>(all);
}

TEST(ReductionKernelTest, TheOrderMatters) {
  // The reference itself: a left fold gives other bits for these elements.
  Array<float> x = randomArray<float>({1031});
  float fold = 0;
  for (float e : x.elements)
    fold += e;
  EXPECT_NE(fold, combined(x.elements, combinerOf<float>(ReduceKind::add)));
}

TEST(ReductionKernelTest, LongReductionsOnSeveralThreads) {
  for (const ReduceCase &c :
       {ReduceCase{{300'007}, {0}}, ReduceCase{{2, 131'100}, {1}},
        ReduceCase{{140'001, 3}, {0}}, ReduceCase{{70'003, 33}, {0}},
        ReduceCase{{263, 2, 263}, {0, 2}}}) {
    Array<float> x = randomArray<float>(c.shape);
    expectRuns(OpKind::Reduce, {valueOf(x)},
               ReduceAttrs{ReduceKind::add, c.dims, std::nullopt},
               reduceByIndex(x, ReduceKind::add, c.dims),
               text(c, ReduceKind::add));
  }
}

TEST(ReductionKernelTest, ASmallStackIsEnough) {
  static Value x = valueOf(randomArray<float>({70'000, 64}));
  static absl::Status status;
  pthread_attr_t small;
  pthread_attr_init(&small);
  ASSERT_EQ(pthread_attr_setstacksize(&small, 128 << 10), 0);
  pthread_t thread;
  auto run = [](void *) -> void * {
    ReduceAttrs attrs;
    attrs.dims = {0};
    status = runOp(OpKind::Reduce, {x}, attrs).status();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &small, run, nullptr), 0);
  pthread_join(thread, nullptr);
  EXPECT_TRUE(status.ok()) << status;
}

TEST(ReductionKernelTest, AccumulatesInDouble) {
  for (const ReduceCase &c : reduceCases()) {
    Array<float> x = randomArray<float>(c.shape);
    for (ReduceKind kind : {ReduceKind::add, ReduceKind::max})
      expectRuns(OpKind::Reduce, {valueOf(x)},
                 ReduceAttrs{kind, c.dims, DType::f64},
                 reduceByIndex<float, double>(x, kind, c.dims), text(c, kind));
  }
}

TEST(ReductionKernelTest, Bools) {
  struct Row {
    ReduceKind kind;
    bool (*apply)(bool, bool);
    bool identity;
  };
  auto either = [](bool a, bool b) { return a || b; };
  auto both = [](bool a, bool b) { return a && b; };
  for (const Row &row :
       {Row{ReduceKind::add, either, false}, Row{ReduceKind::mul, both, true},
        Row{ReduceKind::max, either, false}, Row{ReduceKind::min, both, true},
        Row{ReduceKind::bitwise_or, either, false},
        Row{ReduceKind::bitwise_and, both, true},
        Row{ReduceKind::bitwise_xor, [](bool a, bool b) { return a != b; },
            false}})
    for (Shape shape : {Shape{5, 0}, Shape{64, 1}, Shape{64, 2}, Shape{9, 300}})
      for (int64_t dim : {0, 1}) {
        Array<I1> x = randomArray<I1>(shape);
        Array<I1> y =
            arrayOf<I1>({shape[dim ? 0 : 1]}, static_cast<I1>(row.identity));
        forEachIndex(shape, [&](const Shape &index) {
          I1 &to = y.at({index[dim ? 0 : 1]});
          to =
              static_cast<I1>(row.apply(to == I1::Yes, x.at(index) == I1::Yes));
        });
        expectRuns(OpKind::Reduce, {valueOf(x)},
                   ReduceAttrs{row.kind, {dim}, std::nullopt}, y,
                   std::string(enumName(row.kind)) + shapeText(shape));
      }
}

TEST(ReductionKernelTest, SpecialValues) {
  struct Row {
    ReduceKind kind;
    std::vector<double> elements;
    double expected;
  };
  for (const Row &row : {
           Row{ReduceKind::add, {-0.0}, -0.0},
           Row{ReduceKind::add, {-0.0, -0.0, -0.0}, -0.0},
           Row{ReduceKind::add, std::vector<double>(200, -0.0), -0.0},
           Row{ReduceKind::add, {-0.0, 0.0}, 0.0},
           Row{ReduceKind::add, {inf, 1, -inf}, nan},
           Row{ReduceKind::mul, {inf, 0}, nan},
           Row{ReduceKind::max, {-0.0, 0.0}, 0.0},
           Row{ReduceKind::max, {0.0, -0.0, -1}, 0.0},
           Row{ReduceKind::min, {0.0, -0.0}, -0.0},
           Row{ReduceKind::min, {-0.0, 0.0, 1}, -0.0},
           Row{ReduceKind::max, {inf, nan, 1}, nan},
           Row{ReduceKind::min, {nan, -inf}, nan},
           Row{ReduceKind::max, {-inf, -inf}, -inf},
           Row{ReduceKind::add, {0x1p-1074, 0x1p-1074}, 0x1p-1073},
       }) {
    Array<double> x = arrayOf<double>({1, int64_t(row.elements.size())});
    x.elements = row.elements;
    expectRuns(
        OpKind::Reduce, {valueOf(x)}, ReduceAttrs{row.kind, {1}, std::nullopt},
        Array<double>{{1}, {row.expected}}, std::string(enumName(row.kind)));
    // The same elements in 35 columns.
    Array<double> wide = arrayOf<double>({x.shape[1], 35});
    forEachIndex(wide.shape, [&](const Shape &index) {
      wide.at(index) = x.at({0, index[0]});
    });
    expectRuns(OpKind::Reduce, {valueOf(wide)},
               ReduceAttrs{row.kind, {0}, std::nullopt},
               arrayOf<double>({35}, row.expected),
               std::string(enumName(row.kind)) + " of columns");
  }
}

template <class T>
void checkReduceWindow(const Shape &shape, ReduceWindowAttrs attrs) {
  Array<T> x = randomArray<T>(shape);
  Value value = valueOf(x);
  OpAttrs normalised = attrs;
  ASSERT_TRUE(
      normalizeAttrs(OpKind::ReduceWindow, {typeOf(value)}, normalised).ok());
  attrs = std::get<ReduceWindowAttrs>(normalised);
  Combiner<T> combiner = combinerOf<T>(attrs.kind);
  Shape sizes;
  for (size_t d = 0; d < shape.size(); ++d) {
    int64_t extent = shape[d] ? (shape[d] - 1) * attrs.base_dilation[d] + 1 : 0;
    int64_t window = (attrs.window[d] - 1) * attrs.window_dilation[d] + 1;
    int64_t room = extent + attrs.lo[d] + attrs.hi[d];
    sizes.push_back(room < window ? 0 : (room - window) / attrs.strides[d] + 1);
  }
  Array<T> y = arrayOf<T>(sizes);
  forEachIndex(sizes, [&](const Shape &index) {
    std::vector<T> elements;
    forEachIndex(Shape(attrs.window.begin(), attrs.window.end()),
                 [&](const Shape &slot) {
                   Shape at;
                   bool inside = true;
                   for (size_t d = 0; d < shape.size(); ++d) {
                     int64_t place = index[d] * attrs.strides[d] +
                                     slot[d] * attrs.window_dilation[d] -
                                     attrs.lo[d];
                     int64_t dilation = attrs.base_dilation[d];
                     inside &= place >= 0 && place % dilation == 0 &&
                               place / dilation < shape[d];
                     at.push_back(place / dilation);
                   }
                   elements.push_back(inside ? x.at(at) : combiner.neutral);
                 });
    y.at(index) = combined(elements, combiner);
  });
  expectRuns(OpKind::ReduceWindow, {value}, attrs, y,
             std::string(enumName(attrs.kind)) + shapeText(shape));
}

TEST(ReductionKernelTest, Windows) {
  struct Row {
    Shape shape;
    std::vector<int64_t> window, strides, lo, hi, base, dilation;
  };
  for (const Row &row : {
           Row{{8}, {2}, {2}, {}, {}, {}, {}},
           Row{{1}, {1}, {}, {}, {}, {}, {}},
           Row{{3}, {5}, {}, {}, {}, {}, {}},
           Row{{0}, {2}, {}, {3}, {3}, {}, {}},
           Row{{2, 13, 11}, {1, 3, 3}, {1, 2, 2}, {0, 1, 1}, {0, 1, 1}, {}, {}},
           Row{{2, 13, 37}, {1, 3, 3}, {}, {0, 1, 1}, {0, 1, 1}, {}, {}},
           Row{{7, 5}, {3, 2}, {2, 1}, {4, -1}, {-2, 3}, {2, 3}, {2, 4}},
           Row{{7, 5}, {1, 1}, {}, {0, 0}, {0, 4}, {}, {}},
           Row{{40, 40}, {17, 13}, {3, 5}, {8, 6}, {8, 6}, {}, {}},
           Row{{3, 300}, {1, 290}, {}, {0, 2}, {0, 2}, {}, {}},
           Row{{5}, {3}, {1}, {9}, {9}, {}, {}},
       }) {
    auto check = [&](ReduceKind kind) {
      ReduceWindowAttrs attrs{kind,   row.window, row.strides, row.lo,
                              row.hi, row.base,   row.dilation};
      checkReduceWindow<float>(row.shape, attrs);
      checkReduceWindow<double>(row.shape, attrs);
      checkReduceWindow<int32_t>(row.shape, attrs);
      checkReduceWindow<int64_t>(row.shape, attrs);
    };
    for (ReduceKind kind :
         {ReduceKind::add, ReduceKind::mul, ReduceKind::max, ReduceKind::min})
      check(kind);
  }
  checkReduceWindow<int32_t>({9}, {ReduceKind::bitwise_xor, {4}});
  checkReduceWindow<int64_t>({9}, {ReduceKind::bitwise_and, {4}});
}

TEST(ReductionKernelTest, RefusesWindowsWithoutEnd) {
  ReduceWindowAttrs attrs{ReduceKind::add, {int64_t{1} << 41}};
  attrs.strides = attrs.base_dilation = attrs.window_dilation = {1};
  attrs.lo = {int64_t{1} << 41};
  attrs.hi = {0};
  auto result =
      runOp(OpKind::ReduceWindow, {valueOf(arrayOf<float>({1}))}, attrs);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(result.status().message(),
            "tgc.reduce_window: attribute 'window' is 2199023255552; expected "
            "at most 1099511627776 places (Limits::elements)\n"
            "  fix: use a smaller window");
}

template <class T> void checkArgReduce(const Array<T> &x, int64_t dim) {
  auto d = static_cast<size_t>(dim);
  Shape kept = x.shape;
  kept.erase(kept.begin() + dim);
  for (ArgReduceKind kind : {ArgReduceKind::max, ArgReduceKind::min}) {
    Array<int64_t> y = arrayOf<int64_t>(kept);
    forEachIndex(kept, [&](const Shape &index) {
      Shape at = index;
      at.insert(at.begin() + dim, 0);
      T best = x.at(at);
      for (int64_t i = 1; i < x.shape[d]; ++i) {
        at[d] = i;
        T v = x.at(at);
        bool more = kind == ArgReduceKind::max ? v > best : v < best;
        if (best == best && (more || v != v)) {
          best = v;
          y.at(index) = i;
        }
      }
    });
    expectRuns(OpKind::ArgReduce, {valueOf(x)}, ArgReduceAttrs{kind, dim}, y,
               std::string(enumName(kind)) + shapeText(x.shape));
  }
}

TEST(ReductionKernelTest, ArgReduce) {
  for (const ReduceCase &c :
       {ReduceCase{{1}, {0}}, ReduceCase{{5}, {0}}, ReduceCase{{16}, {0}},
        ReduceCase{{1031}, {0}}, ReduceCase{{3, 40, 19}, {1}},
        ReduceCase{{40, 3}, {0}}, ReduceCase{{9, 0}, {0}},
        ReduceCase{{7, 33}, {1}}}) {
    checkArgReduce(randomArray<int32_t>(c.shape), c.dims[0]);
    checkArgReduce(randomArray<int64_t>(c.shape), c.dims[0]);
    checkArgReduce(randomArray<double>(c.shape), c.dims[0]);
    Array<float> x = randomArray<float>(c.shape);
    checkArgReduce(x, c.dims[0]);
    for (float &e : x.elements) // ties, zeros of both signs
      e = std::fmod(std::trunc(e), 2.0f);
    checkArgReduce(x, c.dims[0]);
    for (size_t i = 3; i < x.elements.size(); i += 5) // NaN in many places
      x.elements[i] = std::numeric_limits<float>::quiet_NaN();
    checkArgReduce(x, c.dims[0]);
    for (float &e : x.elements)
      e = -std::numeric_limits<float>::infinity();
    checkArgReduce(x, c.dims[0]);
  }
}

} // namespace
} // namespace tgc
