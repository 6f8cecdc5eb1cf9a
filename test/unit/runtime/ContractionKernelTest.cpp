// dot_general against its definition: chains of std::fma.
#include "KernelCalls.h"

namespace tgc {
namespace {

bool contains(const std::vector<int64_t> &list, size_t d) {
  return std::find(list.begin(), list.end(), static_cast<int64_t>(d)) !=
         list.end();
}

/// The sum of products of semantics.md 6, as written; A is the type it is
/// accumulated in.
template <class A>
A sumOfProducts(const std::vector<A> &a, const std::vector<A> &b, bool fused) {
  if constexpr (std::is_integral_v<A>) {
    std::make_unsigned_t<A> sum = 0;
    for (size_t k = 0; k < a.size(); ++k)
      sum += std::make_unsigned_t<A>(a[k]) * std::make_unsigned_t<A>(b[k]);
    return static_cast<A>(sum);
  } else {
    A r = 0;
    for (size_t c = 0; c == 0 || 256 * c < a.size(); ++c) {
      A t = 0;
      for (size_t k = 256 * c; k < std::min(256 * c + 256, a.size()); ++k) {
        if (fused) {
          t = std::fma(a[k], b[k], t);
        } else {
          A product = a[k] * b[k];
          t = product + t;
        }
      }
      r = c == 0 ? t : r + t;
    }
    return r;
  }
}

/// T: operands; A: accumulation; Y: the result.
template <class T, class A, class Y>
Array<Y> dotByIndex(const Array<T> &lhs, const Array<T> &rhs,
                    const DotGeneralAttrs &attrs, bool fused) {
  auto freeOf = [](const Shape &shape, const std::vector<int64_t> &contract,
                   const std::vector<int64_t> &batch) {
    std::vector<size_t> dims;
    for (size_t d = 0; d < shape.size(); ++d)
      if (!contains(contract, d) && !contains(batch, d))
        dims.push_back(d);
    return dims;
  };
  auto lhsFree = freeOf(lhs.shape, attrs.lhs_contract, attrs.lhs_batch);
  auto rhsFree = freeOf(rhs.shape, attrs.rhs_contract, attrs.rhs_batch);
  Shape sizes, contracted;
  for (int64_t d : attrs.lhs_batch)
    sizes.push_back(lhs.shape[static_cast<size_t>(d)]);
  for (size_t d : lhsFree)
    sizes.push_back(lhs.shape[d]);
  for (size_t d : rhsFree)
    sizes.push_back(rhs.shape[d]);
  for (int64_t d : attrs.lhs_contract)
    contracted.push_back(lhs.shape[static_cast<size_t>(d)]);
  Array<Y> y = arrayOf<Y>(sizes);
  forEachIndex(sizes, [&](const Shape &index) {
    Shape l(lhs.shape.size()), r(rhs.shape.size());
    size_t next = 0;
    for (size_t i = 0; i < attrs.lhs_batch.size(); ++i, ++next) {
      l[static_cast<size_t>(attrs.lhs_batch[i])] = index[next];
      r[static_cast<size_t>(attrs.rhs_batch[i])] = index[next];
    }
    for (size_t d : lhsFree)
      l[d] = index[next++];
    for (size_t d : rhsFree)
      r[d] = index[next++];
    std::vector<A> a, b;
    forEachIndex(contracted, [&](const Shape &k) {
      for (size_t i = 0; i < k.size(); ++i) {
        l[static_cast<size_t>(attrs.lhs_contract[i])] = k[i];
        r[static_cast<size_t>(attrs.rhs_contract[i])] = k[i];
      }
      a.push_back(static_cast<A>(lhs.at(l)));
      b.push_back(static_cast<A>(rhs.at(r)));
    });
    y.at(index) = static_cast<Y>(sumOfProducts(a, b, fused));
  });
  return y;
}

struct DotCase {
  Shape lhs, rhs;
  std::vector<int64_t> lhsContract, rhsContract, lhsBatch = {}, rhsBatch = {};
};

DotCase product(int64_t m, int64_t k, int64_t n) {
  return {{m, k}, {k, n}, {1}, {0}};
}

std::vector<DotCase> dotCases() {
  return {
      // Edges: nothing, one, primes, one more and less than a chunk or tile.
      product(0, 3, 4),
      product(3, 0, 4),
      product(3, 4, 0),
      product(1, 1, 1),
      product(1, 7, 1),
      product(2, 255, 3),
      product(3, 256, 2),
      product(5, 257, 7),
      product(1, 1031, 33),
      product(33, 769, 1),
      product(17, 31, 37),
      product(131, 19, 31),
      product(150, 3, 67),
      product(13, 512, 100),
      product(64, 40, 32),
      // Every transposition.
      {{9, 35}, {41, 35}, {1}, {1}},
      {{35, 9}, {35, 41}, {0}, {0}},
      {{35, 40}, {41, 35}, {0}, {1}},
      // Vectors, scalars, outer products.
      {{300}, {300}, {0}, {0}},
      {{5}, {40}, {}, {}},
      {{}, {40}, {}, {}},
      {{}, {}, {}, {}},
      {{300}, {300, 40}, {0}, {0}},
      {{40, 300}, {300}, {1}, {0}},
      // Batches and several dimensions, in any order.
      {{3, 5, 7}, {3, 7, 33}, {2}, {1}, {0}, {0}},
      {{5, 3, 7}, {7, 33, 3}, {2}, {0}, {1}, {2}},
      {{2, 3, 4, 5, 6}, {6, 3, 4, 2, 9}, {4, 2}, {0, 2}, {0, 1}, {3, 1}},
      {{7, 5, 11}, {11, 7, 40}, {0, 2}, {1, 0}},
      {{7, 5, 11}, {11, 7, 40}, {2, 0}, {0, 1}},
      {{30, 2, 20}, {20, 30, 3}, {0, 2}, {1, 0}},
      {{4, 1, 3}, {4, 3, 1}, {2}, {1}, {0}, {0}},
  };
}

template <class T, class A = T, class Y = T>
void checkDot(const DotCase &c, std::optional<DType> accum = {},
              std::optional<DType> out = {}) {
  Array<T> lhs = randomArray<T>(c.lhs, 1), rhs = randomArray<T>(c.rhs, 2);
  DotGeneralAttrs attrs{c.lhsContract, c.rhsContract, c.lhsBatch,
                        c.rhsBatch,    accum,         out};
  expectRuns<Y>(
      OpKind::DotGeneral, {valueOf(lhs), valueOf(rhs)}, attrs,
      [&](bool fused) { return dotByIndex<T, A, Y>(lhs, rhs, attrs, fused); },
      shapeText(c.lhs) + " by " + shapeText(c.rhs));
}

TEST(ContractionKernelTest, FloatsFollowTheOrder) {
  for (const DotCase &c : dotCases()) {
    checkDot<float>(c);
    checkDot<double>(c);
  }
}

TEST(ContractionKernelTest, IntegersWrap) {
  for (const DotCase &c : dotCases()) {
    checkDot<int32_t>(c);
    checkDot<int64_t>(c);
  }
}

TEST(ContractionKernelTest, AccumulatesAndRoundsWhereAsked) {
  for (const DotCase &c : dotCases()) {
    checkDot<float, double>(c, DType::f64);
    checkDot<float, double, double>(c, DType::f64, DType::f64);
    checkDot<float, float, double>(c, {}, DType::f64);
    checkDot<double, double, float>(c, {}, DType::f32);
  }
}

TEST(ContractionKernelTest, TheOrderMatters) {
  // The reference itself: one chain, or no fusion, gives other bits.
  Array<float> a = randomArray<float>({600}, 1),
               b = randomArray<float>({600}, 2);
  float chain = 0;
  for (size_t k = 0; k < 600; ++k)
    chain = std::fma(a.elements[k], b.elements[k], chain);
  float r = sumOfProducts(a.elements, b.elements, true);
  EXPECT_NE(chain, r);
  EXPECT_NE(sumOfProducts(a.elements, b.elements, false), r);
}

TEST(ContractionKernelTest, LargeOnesOnSeveralThreads) {
  checkDot<float>(product(150, 300, 130));
  checkDot<float>({{2, 140, 60}, {2, 90, 60}, {2}, {2}, {0}, {0}});
  checkDot<double>(product(140, 270, 70));
}

TEST(ContractionKernelTest, SpecialValues) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  struct Row {
    std::vector<double> a, b;
    double expected;
  };
  for (const Row &row : {
           Row{{}, {}, 0.0},
           Row{{-0.0}, {1}, 0.0}, // fma(-0, 1, +0)
           Row{{0}, {inf}, nan},
           Row{{inf, -inf}, {1, 1}, nan},
           Row{{nan}, {0}, nan},
           Row{{0x1p-1060}, {0x1p-14}, 0x1p-1074},
           Row{{-0x1p-1060}, {0x1p-60}, -0.0},
       }) {
    auto n = static_cast<int64_t>(row.a.size());
    expectRuns<double>(
        OpKind::DotGeneral,
        {valueOf(Array<double>{{n}, row.a}),
         valueOf(Array<double>{{n}, row.b})},
        DotGeneralAttrs{{0}, {0}, {}, {}, {}, {}},
        [&](bool fused) {
          // The product, rounded, is -0, and -0 + 0 is +0.
          double y = fused || row.expected != 0 ? row.expected : 0.0;
          return Array<double>{{}, {y}};
        },
        std::to_string(row.expected));
  }
}

} // namespace
} // namespace tgc
