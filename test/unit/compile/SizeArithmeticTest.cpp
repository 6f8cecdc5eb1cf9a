// Sizes computed from sizes: compiled code, its buffers and the interpreter
// agree, for divisors of either sign.
#include "tgc/frontend/api/tgc.h"

#include "gtest/gtest.h"

namespace tgc {
namespace {

/// An iota of each of those sizes, plus itself, over m and k.
Program iotas(const std::function<std::vector<Dim>(Dim, Dim)> &sizes) {
  Dim m = dim("m"), k = dim("k");
  return trace(
      [&](std::span<const Tensor>) {
        std::vector<Tensor> results;
        for (const Dim &size : sizes(m, k)) {
          Tensor i = iota(0, {size}, f32);
          results.push_back(add(i, i));
        }
        return results;
      },
      {{f32, {m}}, {f32, {k}}});
}

TEST(SizeArithmeticTest, DivisorsOfEitherSign) {
  auto sizes = [](Dim m, Dim k) {
    return std::vector<Dim>{1000 + floor_div(k, 0 - m),
                            1000 - floor_div(k, 2 - m),
                            1000 + floor_div(5 - k, m + 1),
                            50 + mod(k, 0 - m),
                            50 - mod(k, m),
                            50 + mod(3 - k, 2 - m)};
  };
  Program program = iotas(sizes);
  for (int level : {0, 2}) {
    CompileOptions options;
    options.level = level;
    Executable executable = compile(program, options);
    for (int64_t m : {1, 3, 4, 7})
      for (int64_t k : {0, 1, 6, 7, 40, 900}) {
        std::vector<Tensor> inputs{iota(0, {m}, f32), iota(0, {k}, f32)};
        std::vector<Tensor> got = executable.run(inputs);
        std::vector<Tensor> expected = program.interpret(inputs);
        // By integers of C++, with a positive divisor.
        int64_t first = 1000 - (k + m - 1) / m;
        EXPECT_EQ(got[0].size(0), first);
        for (size_t i = 0; i < got.size(); ++i)
          EXPECT_TRUE(array_equal(got[i], expected[i]))
              << "result " << i << ", m = " << m << ", k = " << k;
      }
  }
}

// Sizes that add up to 4 whatever n is, which no op's types tell.
TEST(SizeArithmeticTest, ASizeThatOnlyNamesTell) {
  Dim n = dim("n");
  auto join = [](std::span<const Tensor> x, Dim head, Dim tail) {
    auto first = [&](Dim size) { return slice(x[0], {0}, {size}, {1}); };
    return add(concatenate({first(head), first(tail)}, 0), x[1]);
  };
  Program program = trace(
      [&](std::span<const Tensor> x) {
        return std::vector<Tensor>{join(x, n - 2, 6 - n)};
      },
      {{f32, {n}}, {f32, {4}}});
  for (int level : {0, 2}) {
    CompileOptions options;
    options.level = level;
    Executable executable = compile(program, options);
    for (int64_t size : {3, 4, 6}) {
      std::vector<Tensor> inputs{iota(0, {size}, f32), iota(0, {4}, f32)};
      Tensor expected = join(inputs, size - 2, 6 - size);
      EXPECT_TRUE(array_equal(program.interpret(inputs)[0], expected));
      EXPECT_TRUE(array_equal(executable.run(inputs)[0], expected));
    }
  }
}

TEST(SizeArithmeticTest, ADivisorOfZeroIsRefused) {
  Program program = iotas([](Dim m, Dim k) {
    return std::vector<Dim>{1000 + floor_div(k, 0 - m)};
  });
  std::vector<Tensor> inputs{iota(0, {0}, f32), iota(0, {5}, f32)};
  EXPECT_THROW(compile(program).run(inputs), Error);
  EXPECT_THROW(program.interpret(inputs), Error);
}

} // namespace
} // namespace tgc
