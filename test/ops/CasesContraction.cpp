// Cases of family Contraction. Sizes pass the chunks of 256 products, the
// panels of 132 rows and their 8 to 32 columns.
#include "tgc/frontend/api/Ops.h"
#include "tgc/test/ops/OpCases.h"

namespace tgc::test {
namespace {

using Sizes = std::vector<std::vector<int64_t>>;

OperandSpec sums(const std::string &dims) { return {dims, Domain::Sums}; }

OpCase dot(const std::string &lhs, const std::string &rhs,
           const Axes &lhsContract, const Axes &rhsContract, Sizes sizes,
           const DotGeneralOptions &options = {}) {
  return {lhs + " x " + rhs +
              (options.accum || options.out ? ", accum or out" : ""),
          {sums(lhs), sums(rhs)},
          [=](Operands x) {
            return dot_general(x[0], x[1], lhsContract, rhsContract, options);
          },
          std::move(sizes)};
}

OpCase conv(const std::string &name, const std::string &lhs,
            const std::string &rhs, Sizes sizes,
            const ConvolutionOptions &options = {}) {
  return {name,
          {sums(lhs), sums(rhs)},
          [=](Operands x) { return convolution(x[0], x[1], options); },
          std::move(sizes)};
}

} // namespace

OpCases dotGeneralCases(DType dtype) {
  OpCases cases = {
      dot("mk", "kn", {1}, {0},
          {{1, 1, 1},
           {2, 3, 5},
           {0, 3, 5},
           {3, 0, 5},
           {3, 5, 0},
           {13, 257, 33},
           {7, 769, 65},
           {135, 300, 37},
           {1, 1009, 1}}),
      dot("km", "nk", {0}, {1}, {{37, 5, 11}, {261, 17, 67}}),
      dot("mk", "nk", {-1}, {-1}, {{5, 37, 11}, {17, 519, 34}}),
      dot("k", "k", {0}, {0}, {{0}, {1}, {256}, {1009}}),
      dot("mk", "k", {1}, {0}, {{19, 67}, {1009, 3}, {40, 513}}),
      dot("k", "kn", {0}, {0}, {{67, 19}, {3, 1009}}),
      dot("m", "n", {}, {}, {{3, 5}, {1, 17}}),
      dot("bmk", "bkn", {2}, {1}, {{3, 5, 7, 11}, {0, 1, 2, 3}, {2, 3, 300, 9}},
          {.lhs_batch = {0}, .rhs_batch = {0}}),
      dot("mbk", "kbn", {2}, {0}, {{5, 3, 41, 7}},
          {.lhs_batch = {1}, .rhs_batch = {1}}),
      dot("bk", "bk", {1}, {1}, {{5, 17}},
          {.lhs_batch = {0}, .rhs_batch = {0}}),
      dot("mkl", "lkn", {1, 2}, {1, 0}, {{5, 7, 41, 9}, {3, 20, 17, 1}}),
      dot("amkc", "ankc", {2, 3}, {2, 3}, {{2, 3, 17, 5, 7}},
          {.lhs_batch = {0}, .rhs_batch = {0}}),
  };
  if (dtype == f32) {
    cases.push_back(dot("mk", "kn", {1}, {0}, {{5, 300, 7}}, {.accum = f64}));
    cases.push_back(
        dot("mk", "kn", {1}, {0}, {{3, 300, 19}}, {.accum = f64, .out = f64}));
    cases.push_back(dot("mk", "kn", {1}, {0}, {{4, 17, 7}}, {.out = f64}));
  }
  if (dtype == f64)
    cases.push_back(dot("mk", "kn", {1}, {0}, {{4, 17, 7}}, {.out = f32}));
  return cases;
}

OpCases convolutionCases(DType dtype) {
  OpCases cases = {
      conv("no spatial dimension", "bc", "oc", {{3, 5, 7}, {1, 1, 1}}),
      conv("1-d", "bcl", "oc3", {{2, 3, 17, 5}, {1, 1, 3, 1}, {1, 2, 2, 3}}),
      conv("1-d, stride and padding", "bcl", "ocw",
           {{2, 3, 31, 5, 4}, {1, 1, 1, 1, 5}},
           {.strides = {3}, .lo = {2}, .hi = {1}}),
      conv("3x3", "bchw", "oc33",
           {{1, 3, 8, 9, 5}, {2, 17, 5, 37, 33}, {0, 3, 4, 4, 2}},
           {.lo = {1, 1}, .hi = {1, 1}}),
      conv("3x3, stride 2", "bchw", "oc33", {{2, 8, 13, 11, 16}},
           {.strides = {2, 2}, .lo = {1, 1}, .hi = {0, 1}}),
      // Products beyond two chunks of 256.
      conv("1x1, many features", "bchw", "oc11", {{1, 601, 3, 5, 7}}),
      conv("3x3, many features", "bchw", "oc33", {{1, 67, 4, 4, 3}}),
      conv("a feature per group", "b6hw", "6133", {{2, 9, 7}, {1, 3, 3}},
           {.lo = {1, 1}, .hi = {1, 1}, .feature_group_count = 6}),
      conv("two groups", "b6hw", "8323", {{2, 7, 9}},
           {.strides = {1, 2}, .feature_group_count = 2}),
      conv("groups of the batch", "4chw", "6c23", {{3, 5, 7}},
           {.batch_group_count = 2}),
      conv("holes in the kernel", "bchw", "oc32", {{1, 3, 11, 13, 4}},
           {.lo = {2, 0}, .hi = {1, 3}, .rhs_dilation = {2, 3}}),
      conv("holes in x", "bchw", "oc33", {{2, 3, 5, 4, 6}, {1, 1, 1, 2, 1}},
           {.lo = {2, 1}, .hi = {1, 2}, .lhs_dilation = {2, 3}}),
      conv("cut off", "bcl", "oc3", {{1, 2, 9, 3}}, {.lo = {-2}, .hi = {-1}}),
      conv("features last", "bhwc", "33co", {{2, 7, 6, 5, 19}, {1, 3, 3, 1, 1}},
           {.lo = {1, 1},
            .hi = {1, 1},
            .lhs_spec = {0, 3, 1, 2},
            .rhs_spec = {3, 2, 0, 1},
            .out_spec = {0, 3, 1, 2}}),
      conv("3-d", "bcdhw", "oc222", {{1, 2, 3, 4, 5, 3}}),
  };
  if (dtype == f32)
    cases.push_back(
        conv("accum f64", "bcl", "oc3", {{1, 101, 9, 3}}, {.accum = f64}));
  return cases;
}

} // namespace tgc::test
