// Compiled programs on a thread with a small stack.
#include "tgc/frontend/api/tgc.h"

#include "gtest/gtest.h"

#include <pthread.h>

namespace tgc {
namespace {

constexpr size_t stackBytes = 256 << 10;

void onSmallStack(const std::function<void()> &work) {
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  ASSERT_EQ(pthread_attr_setstacksize(&attr, stackBytes), 0);
  pthread_t thread;
  auto entry = [](void *data) -> void * {
    (*static_cast<const std::function<void()> *>(data))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attr, entry,
                           const_cast<std::function<void()> *>(&work)),
            0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attr);
}

Tensor numbers(const std::vector<int64_t> &sizes, DType dtype) {
  int64_t count = 1;
  for (int64_t size : sizes)
    count *= size;
  Tensor x = rem(multiply(iota(0, {count}, i64), 7919), 1013);
  return reshape(multiply(convert(x, dtype), 0.001),
                 Dims(std::vector<Dim>(sizes.begin(), sizes.end())));
}

/// `function` of fixed and of named sizes, at -O2, as eager mode computes it.
void expectRuns(const std::function<Tensor(std::span<const Tensor>)> &function,
                const std::vector<Tensor> &inputs, const std::string &what) {
  Tensor expected = function(inputs);
  for (bool named : {false, true}) {
    std::vector<TensorSpec> specs;
    for (size_t i = 0; i < inputs.size(); ++i) {
      std::vector<Dim> dims;
      for (const Dim &size : inputs[i].shape())
        dims.push_back(named ? dim("x" + std::to_string(i) + "." +
                                   std::to_string(dims.size()))
                             : size);
      specs.push_back({inputs[i].dtype(), Dims(dims)});
    }
    Executable executable = compile(trace(
        [&](std::span<const Tensor> x) {
          return std::vector<Tensor>{function(x)};
        },
        specs));
    std::vector<Tensor> got;
    onSmallStack([&] { got = executable.run(inputs, {.threads = 1}); });
    ASSERT_EQ(got.size(), 1u);
    EXPECT_TRUE(array_equal(got[0], expected))
        << what << (named ? ", named sizes" : ", fixed sizes");
  }
}

TEST(SmallStackTest, HoldsReductions) {
  for (DType dtype : {f32, f64})
    for (const auto &sizes :
         std::vector<std::vector<int64_t>>{{20000, 160}, {700, 1500}})
      for (int64_t along : {0, 1})
        expectRuns(
            [&](std::span<const Tensor> x) {
              return sum(x[0], std::vector<int64_t>{along});
            },
            {numbers(sizes, dtype)}, "sum");
}

TEST(SmallStackTest, HoldsProducts) {
  for (DType dtype : {f32, f64})
    for (int64_t rows : {1, 2, 100, 300}) {
      std::vector<Tensor> inputs{numbers({rows, 700}, dtype),
                                 numbers({700, 300}, dtype)};
      expectRuns([](std::span<const Tensor> x) { return matmul(x[0], x[1]); },
                 inputs, "product");
      inputs[1] = numbers({300, 700}, dtype);
      expectRuns(
          [](std::span<const Tensor> x) {
            return tanh(matmul(x[0], transpose(x[1], {1, 0})));
          },
          inputs, "product with a transposed side");
    }
}

TEST(SmallStackTest, HoldsConvolutions) {
  for (DType dtype : {f32, f64})
    expectRuns(
        [](std::span<const Tensor> x) {
          return convolution(x[0], x[1], {.lo = {1, 1}, .hi = {1, 1}});
        },
        {numbers({1, 64, 20, 20}, dtype), numbers({96, 64, 3, 3}, dtype)},
        "convolution");
}

} // namespace
} // namespace tgc
