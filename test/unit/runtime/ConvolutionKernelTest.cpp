// convolution against its definition.
#include "KernelCalls.h"

#include <optional>

namespace tgc {
namespace {

struct ConvolutionCase {
  Shape lhs, rhs;
  std::vector<int64_t> strides = {}, lo = {}, hi = {}, lhsDilation = {},
                       rhsDilation = {};
  int64_t featureGroups = 1, batchGroups = 1;
  std::vector<int64_t> lhsSpec = {}, rhsSpec = {}, outSpec = {};

  ConvolutionAttrs attrs() const {
    ConvolutionAttrs attrs;
    attrs.strides = strides;
    attrs.lo = lo;
    attrs.hi = hi;
    attrs.lhs_dilation = lhsDilation;
    attrs.rhs_dilation = rhsDilation;
    attrs.lhs_spec = lhsSpec;
    attrs.rhs_spec = rhsSpec;
    attrs.out_spec = outSpec;
    attrs.feature_group_count = featureGroups;
    attrs.batch_group_count = batchGroups;
    return attrs;
  }
};

std::vector<ConvolutionCase> convolutionCases() {
  return {
      {{1, 1, 1}, {1, 1, 1}},
      {{2, 3}, {5, 3}},
      {{1, 2, 8}, {4, 2, 3}},
      {{2, 3, 0}, {4, 3, 2}, {}, {3}, {3}},
      {{2, 3, 2}, {4, 3, 5}},
      {{0, 3, 9}, {4, 3, 2}},
      {{2, 0, 9}, {4, 0, 2}},
      {{2, 3, 9}, {0, 3, 2}},
      {{2, 3, 9, 8}, {5, 3, 3, 3}, {1, 1}, {1, 1}, {1, 1}},
      {{2, 3, 19, 18}, {7, 3, 5, 3}, {2, 3}, {2, 0}, {1, 2}},
      {{1, 2, 11, 10}, {3, 2, 3, 2}, {1, 1}, {2, 3}, {4, 5}, {}, {2, 3}},
      {{1, 2, 11, 10}, {3, 2, 3, 2}, {1, 1}, {-2, 3}, {4, -1}, {}, {1, 1}},
      // Holes between the elements of lhs.
      {{2, 3, 7}, {4, 3, 4}, {1}, {2}, {3}, {3}, {1}},
      {{2, 3, 7, 5}, {4, 3, 4, 3}, {1, 1}, {2, 3}, {2, 2}, {2, 3}, {1, 1}},
      {{1, 3, 7, 5}, {4, 3, 4, 3}, {2, 1}, {5, 3}, {4, 2}, {2, 2}, {3, 2}},
      {{1, 150, 5, 5}, {2, 150, 3, 3}, {1, 1}, {1, 1}, {1, 1}, {2, 2}, {1, 1}},
      // Groups of features and of the batch.
      {{2, 6, 9}, {4, 3, 3}, {1}, {1}, {1}, {}, {}, 2},
      {{1, 5, 9, 40}, {10, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1}, {}, {}, 5},
      {{6, 3, 9}, {4, 3, 3}, {1}, {1}, {1}, {}, {}, 1, 2},
      // Layouts: NHWC and HWIO, and a mixture.
      {{2, 9, 8, 3},
       {3, 2, 3, 5},
       {1, 2},
       {1, 0},
       {1, 1},
       {},
       {},
       1,
       1,
       {0, 3, 1, 2},
       {3, 2, 0, 1},
       {0, 3, 1, 2}},
      {{9, 2, 3, 8},
       {3, 5, 2, 3},
       {1, 2},
       {1, 0},
       {1, 1},
       {1, 2},
       {2, 1},
       1,
       1,
       {1, 2, 0, 3},
       {1, 0, 3, 2},
       {3, 1, 2, 0}},
      // Above the chunk, the tile of positions, that of features.
      {{1, 130, 7}, {3, 130, 3}, {1}, {1}, {1}},
      {{1, 29, 12, 13}, {5, 29, 3, 3}, {1, 1}, {1, 1}, {1, 1}},
      {{1, 4, 40}, {150, 4, 2}},
      {{2, 3, 4, 5, 6}, {4, 3, 2, 3, 2}, {1, 2, 1}, {1, 0, 1}, {0, 1, 1}},
      {{1, 3, 6, 6}, {2, 3, 6, 7}, {1, 1}, {0, 1}, {0, 0}},
  };
}

/// T: operands; A: accumulation. `fused` as in dot_general.
template <class T, class A = T>
Array<T> convolveByIndex(const Array<T> &lhs, const Array<T> &rhs,
                         const ConvolutionAttrs &attrs, bool fused) {
  size_t spatial = lhs.shape.size() - 2;
  auto lhsSize = [&](size_t i) { return lhs.shape[size_t(attrs.lhs_spec[i])]; };
  auto rhsSize = [&](size_t i) { return rhs.shape[size_t(attrs.rhs_spec[i])]; };
  Shape sizes(spatial + 2), window, extent;
  int64_t batch = lhsSize(0) / attrs.batch_group_count, features = rhsSize(0);
  int64_t inputs = rhsSize(1);
  int64_t groups = attrs.feature_group_count * attrs.batch_group_count;
  sizes[size_t(attrs.out_spec[0])] = batch;
  sizes[size_t(attrs.out_spec[1])] = features;
  for (size_t s = 0; s < spatial; ++s) {
    int64_t size = lhsSize(s + 2), kernel = rhsSize(s + 2);
    extent.push_back(size ? (size - 1) * attrs.lhs_dilation[s] + 1 : 0);
    window.push_back(kernel);
    int64_t reach = kernel ? (kernel - 1) * attrs.rhs_dilation[s] + 1 : 0;
    int64_t room = extent[s] + attrs.lo[s] + attrs.hi[s] - reach;
    sizes[size_t(attrs.out_spec[s + 2])] =
        room < 0 ? 0 : room / attrs.strides[s] + 1;
  }
  Array<T> y = arrayOf<T>(sizes);
  forEachIndex(sizes, [&](const Shape &index) {
    int64_t n = index[size_t(attrs.out_spec[0])];
    int64_t o = index[size_t(attrs.out_spec[1])];
    int64_t group = o / (features / groups);
    A r = 0, t = 0;
    int64_t k = 0;
    auto endChunk = [&] {
      if (k <= 256)
        r = t;
      else if constexpr (std::is_floating_point_v<A>)
        r = r + t;
      else
        r = static_cast<A>(std::make_unsigned_t<A>(r) +
                           std::make_unsigned_t<A>(t));
      t = 0;
    };
    forEachIndex(window, [&](const Shape &place) {
      for (int64_t i = 0; i < inputs; ++i) {
        Shape l(lhs.shape.size()), w(rhs.shape.size());
        l[size_t(attrs.lhs_spec[0])] =
            attrs.batch_group_count > 1 ? group * batch + n : n;
        l[size_t(attrs.lhs_spec[1])] =
            attrs.feature_group_count > 1 ? group * inputs + i : i;
        w[size_t(attrs.rhs_spec[0])] = o;
        w[size_t(attrs.rhs_spec[1])] = i;
        bool padding = false, hole = false;
        for (size_t s = 0; s < spatial; ++s) {
          int64_t at = index[size_t(attrs.out_spec[s + 2])] * attrs.strides[s] +
                       place[s] * attrs.rhs_dilation[s] - attrs.lo[s];
          padding |= at < 0 || at >= extent[s];
          hole |= at % attrs.lhs_dilation[s] != 0;
          l[size_t(attrs.lhs_spec[s + 2])] = at / attrs.lhs_dilation[s];
          w[size_t(attrs.rhs_spec[s + 2])] = place[s];
        }
        if (padding || !hole) {
          A a = padding ? A(0) : static_cast<A>(lhs.at(l));
          A b = static_cast<A>(rhs.at(w));
          if constexpr (std::is_floating_point_v<A>) {
            A p = a * b;
            t = fused ? std::fma(a, b, t) : p + t;
          } else {
            using U = std::make_unsigned_t<A>;
            t = static_cast<A>(U(a) * U(b) + U(t));
          }
        }
        if (++k % 256 == 0)
          endChunk();
      }
    });
    if (k % 256 != 0 || k == 0)
      endChunk();
    y.at(index) = static_cast<T>(r);
  });
  return y;
}

template <class T, class A = T>
void checkConvolution(const ConvolutionCase &c,
                      std::optional<DType> accum = {}) {
  Array<T> lhs = randomArray<T>(c.lhs, 1), rhs = randomArray<T>(c.rhs, 2);
  Value l = valueOf(lhs), r = valueOf(rhs);
  ConvolutionAttrs given = c.attrs();
  given.accum = accum;
  OpAttrs normalised = given;
  ASSERT_TRUE(
      normalizeAttrs(OpKind::Convolution, {typeOf(l), typeOf(r)}, normalised)
          .ok());
  const auto &attrs = std::get<ConvolutionAttrs>(normalised);
  expectRuns<T>(
      OpKind::Convolution, {l, r}, attrs,
      [&](bool fused) { return convolveByIndex<T, A>(lhs, rhs, attrs, fused); },
      shapeText(c.lhs) + " by " + shapeText(c.rhs));
}

TEST(ConvolutionKernelTest, FloatsFollowTheOrder) {
  for (const ConvolutionCase &c : convolutionCases()) {
    checkConvolution<float>(c);
    checkConvolution<double>(c);
  }
}

TEST(ConvolutionKernelTest, IntegersAndWiderAccumulation) {
  for (const ConvolutionCase &c : convolutionCases()) {
    checkConvolution<int32_t>(c);
    checkConvolution<int64_t>(c);
    checkConvolution<float, double>(c, DType::f64);
  }
}

TEST(ConvolutionKernelTest, PaddingTakesPartAndHolesDoNot) {
  // lhs has one element, 2, dilation makes no hole; the kernel is inf 3 inf.
  constexpr float inf = std::numeric_limits<float>::infinity();
  Value one = valueOf(Array<float>{{1, 1, 1}, {2}});
  Value kernel = valueOf(Array<float>{{1, 1, 3}, {inf, 3, inf}});
  ConvolutionCase c{{}, {}, {1}, {1}, {1}, {1}, {1}};
  expectRuns<float>(OpKind::Convolution, {one, kernel}, c.attrs(),
                    Array<float>{{1, 1, 1}, {NAN}}, "padding");
  // 2 . 2 . 2 with holes: the middle place is an element, both others holes.
  Value three = valueOf(Array<float>{{1, 1, 3}, {2, 2, 2}});
  c = {{}, {}, {2}, {-1}, {-1}, {2}, {1}};
  expectRuns<float>(OpKind::Convolution, {three, kernel}, c.attrs(),
                    Array<float>{{1, 1, 1}, {6}}, "holes");
  // The place left of the first element is padding, though an odd one.
  c = {{}, {}, {1}, {1}, {-3}, {2}, {1}};
  expectRuns<float>(OpKind::Convolution, {three, kernel}, c.attrs(),
                    Array<float>{{1, 1, 1}, {NAN}}, "padding beside a hole");
}

} // namespace
} // namespace tgc
