// Composites against NumPy's and PyTorch's values, and at their edges.
#include "tgc/frontend/api/runtime.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tgc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

Tensor floats(const Dims &dims, const std::vector<float> &values) {
  return from_span(std::span<const float>(values), dims);
}

std::vector<int64_t> sizes(const Tensor &x) {
  std::vector<int64_t> result;
  for (const Dim &size : x.shape())
    result.push_back(static_cast<int64_t>(size));
  return result;
}

void expectNear(const Tensor &x, const std::vector<float> &expected,
                float tolerance = 1e-6f) {
  const std::span<const float> got = x.data<float>();
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(expected[i]))
      EXPECT_TRUE(std::isnan(got[i])) << i << ": " << got[i];
    else if (std::isinf(expected[i]))
      EXPECT_EQ(got[i], expected[i]) << i;
    else
      EXPECT_NEAR(got[i], expected[i], tolerance) << i;
  }
}

template <class F> std::string errorOf(F f) {
  try {
    f();
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

TEST(CompositesTest, Activations) {
  const Tensor x = floats({3}, {-1, 0, 1});
  expectNear(relu(x), {0, 0, 1});
  expectNear(leaky_relu(x, 0.5), {-0.5f, 0, 1});
  expectNear(prelu(x, floats({1}, {0.25f})), {-0.25f, 0, 1});
  expectNear(thresholded_relu(x, 0.5), {0, 0, 1});
  expectNear(elu(x), {-0.6321206f, 0, 1});
  expectNear(selu(x), {-1.1113307f, 0, 1.0507010f});
  expectNear(celu(x, 2), {-0.7869387f, 0, 1});
  expectNear(softplus(x), {0.3132617f, 0.6931472f, 1.3132617f});
  expectNear(softsign(x), {-0.5f, 0, 0.5f});
  expectNear(gelu(x), {-0.1586553f, 0, 0.8413447f});
  expectNear(gelu(x, {.approximate = true}), {-0.1588080f, 0, 0.8411920f});
  expectNear(swish(x), {-0.2689414f, 0, 0.7310586f});
  expectNear(mish(x), {-0.3034015f, 0, 0.8650984f});
  expectNear(hard_sigmoid(x), {0.3333333f, 0.5f, 0.6666667f});
  expectNear(hard_swish(x), {-0.3333333f, 0, 0.6666667f});
  expectNear(shrink(x, 0.5, 0.25), {-0.75f, 0, 0.75f});
}

TEST(CompositesTest, ActivationsKeepNanAndDoNotOverflow) {
  const Tensor x = floats({3}, {nan, 1000, -1000});
  expectNear(relu(x), {nan, 1000, 0});
  expectNear(thresholded_relu(x), {nan, 1000, 0});
  expectNear(elu(x), {nan, 1000, -1});
  expectNear(softplus(x), {nan, 1000, 0});
  expectNear(shrink(x), {nan, 1000, -1000});
  EXPECT_FALSE(std::signbit(relu(floats({1}, {-0.0f})).item<float>()));
  EXPECT_EQ(relu(tensor({-2, 3})).dtype(), i64);
}

TEST(CompositesTest, Arithmetic) {
  EXPECT_THAT(
      remainder(tensor({-7, 7, -7, 6}), tensor({3, -3, -3, 0})).data<int64_t>(),
      ElementsAre(2, -2, -1, 6));
  expectNear(remainder(floats({3}, {-5.5f, 5.5f, 1}), tensor({2.0, -2.0, 0.0})),
             {0.5f, -0.5f, nan});
  expectNear(trunc(floats({4}, {-1.5f, 1.5f, -inf, nan})), {-1, 1, -inf, nan});
  EXPECT_TRUE(std::signbit(trunc(floats({1}, {-0.5f})).item<float>()));
  const Tensor odd = floats({4}, {inf, -inf, nan, 1});
  EXPECT_THAT(isinf(odd).data<bool>(), ElementsAre(true, true, false, false));
  EXPECT_THAT(isnan(odd).data<bool>(), ElementsAre(false, false, true, false));
  expectNear(where(tensor({true, false}), 1.0, floats({2}, {5, 6})), {1, 6});
}

TEST(CompositesTest, Softmax) {
  expectNear(softmax(floats({2, 2}, {0, 0, 1000, 999})),
             {0.5f, 0.5f, 0.7310586f, 0.2689414f});
  expectNear(softmax(floats({2, 2}, {0, 1, 0, 1}), 0),
             {0.5f, 0.5f, 0.5f, 0.5f});
  expectNear(log_softmax(floats({2}, {0, 100})), {-100, 0});
  expectNear(softmax(floats({2}, {-inf, -inf})), {nan, nan});
}

TEST(CompositesTest, Reductions) {
  const Tensor x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(sum(x).item<float>(), 21);
  expectNear(sum(x, {0}), {5, 7, 9});
  expectNear(mean(x, {-1}), {2, 5});
  expectNear(max(x, {0}), {4, 5, 6});
  EXPECT_EQ(min(x).item<float>(), 1);
  EXPECT_EQ(prod(x).item<float>(), 720);
  EXPECT_EQ(sum(tensor({true, true, false})).item<int64_t>(), 2);
  EXPECT_EQ(mean(tensor({1, 2})).item<float>(), 1.5f);
  expectNear(logsumexp(floats({2, 2}, {1000, 1000, -inf, -inf}), {1}),
             {1000.6931f, -inf}, 1e-3f);
  expectNear(logsumexp(floats({1, 2}, {inf, 1}), {1}), {inf});
  EXPECT_THAT(argmax(floats({2, 3}, {1, 3, 3, 2, nan, 5})).data<int64_t>(),
              ElementsAre(1, 1));
  EXPECT_EQ(argmin(floats({3}, {2, 1, 1})).item<int64_t>(), 1);
}

TEST(CompositesTest, ReductionsKeepDims) {
  const Tensor x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(sizes(sum(x, {0}, {.keepdims = true})), ElementsAre(1, 3));
  EXPECT_THAT(sizes(prod(x, {1}, {.keepdims = true})), ElementsAre(2, 1));
  EXPECT_THAT(sizes(max(x, {-1}, {.keepdims = true})), ElementsAre(2, 1));
  EXPECT_THAT(sizes(min(x, {1, 0}, {.keepdims = true})), ElementsAre(1, 1));
  EXPECT_THAT(sizes(any(x, {0}, {.keepdims = true})), ElementsAre(1, 3));
  EXPECT_THAT(sizes(all(x, {1}, {.keepdims = true})), ElementsAre(2, 1));
  EXPECT_THAT(sizes(logsumexp(x, {1}, {.keepdims = true})), ElementsAre(2, 1));
  EXPECT_THAT(sizes(argmax(x, 0, {.keepdims = true})), ElementsAre(1, 3));
  EXPECT_THAT(sizes(argmin(x, -1, {.keepdims = true})), ElementsAre(2, 1));
  expectNear(x - mean(x, {1}, {.keepdims = true}), {-1, 0, 1, -1, 0, 1});
  EXPECT_EQ(sum(x, {0, 1}, {.accum = f64, .keepdims = true}).dtype(), f32);
}

TEST(CompositesTest, AnyAndAllTakeTruthValues) {
  const Tensor x = tensor({{0, 2}, {0, 0}});
  EXPECT_THAT(any(x, {1}).data<bool>(), ElementsAre(true, false));
  EXPECT_THAT(all(x, {0}).data<bool>(), ElementsAre(false, false));
  EXPECT_TRUE(any(floats({1}, {nan})).item<bool>());
  EXPECT_FALSE(any(floats({1}, {-0.0f})).item<bool>());
  EXPECT_TRUE(all(tensor({true, true})).item<bool>());
  EXPECT_FALSE(any(tensor({})).item<bool>());
  EXPECT_TRUE(all(tensor({})).item<bool>());
}

TEST(CompositesTest, EmptyReductions) {
  const Tensor none = floats({0, 2}, {});
  expectNear(sum(none, {0}), {0, 0});
  expectNear(prod(none, {0}), {1, 1});
  expectNear(mean(none, {0}), {nan, nan});
  expectNear(logsumexp(none, {0}), {-inf, -inf});
  EXPECT_THAT(errorOf([&] { max(none, {0}); }),
              HasSubstr("tgc.max: operand 0 ('x') has size 0 in dimension 0; "
                        "expected at least one element"));
  EXPECT_THAT(errorOf([&] { min(none); }), HasSubstr("tgc.min: operand 0"));
}

TEST(CompositesTest, Shapes) {
  const Tensor x = floats({2, 1, 2}, {1, 2, 3, 4});
  EXPECT_THAT(sizes(unsqueeze(x, {0, -1})), ElementsAre(1, 2, 1, 2, 1));
  EXPECT_THAT(sizes(squeeze(x, {-2})), ElementsAre(2, 2));
  EXPECT_THAT(sizes(flatten(x)), ElementsAre(2, 2));
  EXPECT_THAT(sizes(flatten(x, 0)), ElementsAre(1, 4));
  EXPECT_THAT(sizes(flatten(x, 3)), ElementsAre(4, 1));
  expectNear(broadcast_to(floats({2}, {1, 2}), {2, 2}), {1, 2, 1, 2});
  expectNear(tile(floats({1, 2}, {1, 2}), {2, 2}), {1, 2, 1, 2, 1, 2, 1, 2});
  EXPECT_THAT(sizes(keep_dims(sum(x, {0, 2}), x, {0, 2})),
              ElementsAre(1, 1, 1));
  EXPECT_EQ(size_tensor(7, f32).item<float>(), 7);
  EXPECT_THAT(errorOf([&] { squeeze(x, {0}); }),
              HasSubstr("tgc.squeeze: operand 0 ('x') has size 2 in dimension "
                        "0; expected 1"));
  EXPECT_THAT(errorOf([&] { unsqueeze(x, {4}); }),
              HasSubstr("dimension 4; expected one in [-4, 4)"));
  EXPECT_THAT(errorOf([&] { squeeze(x, {1, -2}); }),
              HasSubstr("tgc.squeeze: attribute 'dims' has dimension 1 twice"));
  EXPECT_THAT(
      errorOf([&] { tile(x, {2}); }),
      HasSubstr("tgc.tile: attribute 'repeats' has length 1; expected 3"));
}

TEST(CompositesTest, MatmulFollowsNumpy) {
  const Tensor m = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor v = floats({3}, {1, 0, 2});
  EXPECT_EQ(matmul(v, v).item<float>(), 5);
  expectNear(matmul(m, v), {7, 16});
  expectNear(matmul(floats({2}, {1, 2}), m), {9, 12, 15});
  EXPECT_THAT(sizes(matmul(v, floats({4, 3, 5}, std::vector<float>(60)))),
              ElementsAre(4, 5));
  // Batches broadcast: [2, 1, 1, 2] x [3, 2, 1].
  const Tensor a = floats({2, 1, 1, 2}, {1, 2, 3, 4});
  const Tensor b = floats({3, 2, 1}, {1, 0, 0, 1, 1, 1});
  const Tensor y = matmul(a, b);
  EXPECT_THAT(sizes(y), ElementsAre(2, 3, 1, 1));
  expectNear(y, {1, 2, 3, 3, 4, 7});
  EXPECT_THAT(sizes(matmul(m, floats({1, 1, 3, 2}, std::vector<float>(6)))),
              ElementsAre(1, 1, 2, 2));
  EXPECT_THAT(errorOf([&] { matmul(m, tensor(1.0)); }),
              HasSubstr("tgc.matmul: operand 1 ('b') is a scalar"));
  EXPECT_THAT(errorOf([&] { matmul(m, m); }), HasSubstr("has size 2"));
}

TEST(CompositesTest, Pools) {
  const Tensor x = floats({1, 1, 5}, {1, 2, 3, 4, 5});
  expectNear(max_pool(x, {2}, {.strides = {2}}), {2, 4});
  expectNear(max_pool(x, {2}, {.strides = {2}, .ceil_mode = true}), {2, 4, 5});
  expectNear(avg_pool(x, {2}, {.strides = {2}, .ceil_mode = true}),
             {1.5f, 3.5f, 5});
  expectNear(avg_pool(x, {3}, {.strides = {2}, .lo = {1}, .hi = {1}}),
             {1.5f, 3, 4.5f});
  expectNear(
      avg_pool(
          x, {3},
          {.strides = {2}, .lo = {1}, .hi = {1}, .count_include_pad = true}),
      {1, 3, 3});
  expectNear(sum_pool(x, {2}, {.dilation = {2}}), {4, 6, 8});
  // A window that would start in the padding at the end is no window.
  expectNear(max_pool(x, {1}, {.strides = {3}, .hi = {2}, .ceil_mode = true}),
             {1, 4});
  EXPECT_THAT(errorOf([&] { max_pool(x, {2, 2}); }),
              HasSubstr("attribute 'window' has length 2; expected 1"));
  EXPECT_THAT(
      errorOf([&] { max_pool(x, {0}); }),
      HasSubstr("attribute 'window' has the entry 0; expected 1 or more"));
  EXPECT_THAT(errorOf([&] { max_pool(floats({5}, {1, 2, 3, 4, 5}), {2}); }),
              HasSubstr("operand 0 ('x') has rank 1; expected at least 3"));
}

TEST(CompositesTest, Normalizations) {
  const Tensor x = floats({1, 2, 3}, {1, 2, 3, 2, 4, 6});
  const std::vector<float> normal = {-1.2247449f, 0, 1.2247449f,
                                     -1.2247449f, 0, 1.2247449f};
  expectNear(layer_norm(x, {}, {}, {.epsilon = 0}), normal);
  const Tensor one = floats({2}, {1, 1}), zero = floats({2}, {0, 0});
  expectNear(instance_norm(x, one, zero, 0), normal);
  expectNear(group_norm(x, 2, one, zero, 0), normal);
  expectNear(batch_norm(x, floats({2}, {2, 1}), floats({2}, {0, 1}),
                        floats({2}, {2, 4}), floats({2}, {1, 4}), 0),
             {-2, 0, 2, 0, 1, 2});
  expectNear(
      rms_norm(floats({1, 2}, {3, 4}), floats({2}, {1, 2}), {.epsilon = 0}),
      {0.8485281f, 2.2627417f});
  const Moments m = moments(x, {2}, 0);
  expectNear(m.mean, {2, 4});
  expectNear(m.inverse_deviation, {1.2247449f, 0.6123724f});
  EXPECT_THAT(errorOf([&] { group_norm(x, 3, one, zero); }),
              HasSubstr("has size 2 in dimension 1; expected a multiple of 3"));
}

} // namespace
} // namespace tgc
