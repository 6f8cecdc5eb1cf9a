// Creation functions over named sizes: what a trace makes at another size than
// it was recorded with is what eager calls make.
#include "tgc/frontend/api/tgc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tgc {
namespace {

std::vector<Tensor> made(const Dim &n) {
  return {zeros({n, 2}, f64),
          ones({2 * n}, i32),
          full({n}, 2.5),
          full({n}, true),
          eye(n),
          eye(n, n + 1, i64),
          arange(n),
          arange(n, 2 * n + 1),
          arange(n, -3, -2),
          arange(1, n, 1, f32),
          linspace(0, 1, n, f64),
          linspace(3, -2, 2 * n)};
}

TEST(TracedCreationTest, NamedSizesGiveTheEagerValues) {
  Program program = trace(
      [](const Tensor &x) {
        std::vector<Tensor> results = made(x.size(0));
        results.push_back(full_like(x, 3));
        return results;
      },
      {{f32, {dim("n")}, "x"}});
  Executable executable = compile(program);
  for (int64_t n : {0, 1, 2, 7}) {
    std::vector<Tensor> x{zeros({n})}, expected = made(n);
    expected.push_back(full({n}, 3, f32));
    std::vector<Tensor> interpreted = program.interpret(x);
    std::vector<Tensor> compiled = executable.run(x);
    ASSERT_EQ(compiled.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_TRUE(array_equal(interpreted[i], expected[i]))
          << n << ' ' << i << ": " << interpreted[i] << expected[i];
      EXPECT_TRUE(array_equal(compiled[i], expected[i]))
          << n << ' ' << i << ": " << compiled[i] << expected[i];
    }
  }
}

TEST(TracedCreationTest, FloatingRangesNeedNumbers) {
  try {
    (void)trace([](const Tensor &x) { return arange(0, x.size(0), 0.5); },
                {{f32, {dim("n")}, "x"}});
    FAIL() << "expected an error";
  } catch (const Error &error) {
    EXPECT_THAT(error.what(),
                testing::HasSubstr("tgc.arange: 'stop' is n, a size that is "
                                   "not known while tracing"));
  }
}

} // namespace
} // namespace tgc
