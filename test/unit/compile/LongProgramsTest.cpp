// Programs of very many ops: no recursion per op, no group without bound, equal
// groups compiled once.
#include "tgc/frontend/api/tgc.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <bit>
#include <numeric>

namespace tgc {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::Le;
using testing::SizeIs;

std::vector<uint32_t> bitsOf(const Tensor &x) {
  std::vector<uint32_t> bits;
  for (float element : x.data<float>())
    bits.push_back(std::bit_cast<uint32_t>(element));
  return bits;
}

using Groups = std::vector<CompileReport::Group>;

/// Compiles at `level`, runs, compares with the interpreter bit by bit; the
/// groups.
Groups expectSame(const Program &program, const std::vector<Tensor> &inputs,
                  int level) {
  CompileReport report;
  CompileOptions options;
  options.level = level;
  options.report = [&](const CompileReport &made) { report = made; };
  std::vector<Tensor> got = compile(program, options).run(inputs);
  std::vector<Tensor> expected = program.interpret(inputs);
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_EQ(bitsOf(got[i]), bitsOf(expected[i]))
        << "result " << i << " at -O" << level;
  return report.groups;
}

int64_t opsOf(const Groups &groups) {
  return std::accumulate(
      groups.begin(), groups.end(), int64_t{0},
      [](int64_t sum, const auto &group) { return sum + group.ops; });
}

Tensor someVector() {
  return tensor({0.5, -3.0, 7.25, 1e-3, 2.0, 9.0, -0.0}, f32);
}

/// `length` elementwise ops, each of the one before it.
Program chain(int length, const std::function<Tensor(Tensor, Tensor, int)> &op,
              const std::function<Tensor(Tensor)> &end) {
  return trace(
      [&](const Tensor &x) {
        Tensor v = x;
        for (int i = 0; i < length; ++i)
          v = op(v, x, i);
        return end(v);
      },
      {{f32, {7}}});
}

Tensor same(Tensor x) { return x; }

/// Bounded whatever the length.
Tensor turn(Tensor v, Tensor x, int i) {
  return i % 2 ? maximum(v, x) : subtract(x, v);
}

TEST(LongProgramsTest, AChainOfEqualOpsIsFewFunctions) {
  Program program = chain(20000, turn, same);
  Groups apart = expectSame(program, {someVector()}, 0);
  EXPECT_THAT(apart, SizeIs(Le(8u)));
  EXPECT_EQ(opsOf(apart), 20000);
  Groups fused = expectSame(program, {someVector()}, 2);
  EXPECT_THAT(fused, SizeIs(Le(8u)));
  EXPECT_EQ(opsOf(fused), 20000);
}

TEST(LongProgramsTest, AChainOfUnlikeOpsIsManyGroupsOfBoundedLength) {
  Program program = chain(
      5000,
      [](Tensor v, Tensor x, int i) {
        return subtract(x, minimum(v, 1.0 + i / 4096.0));
      },
      same);
  Groups groups = expectSame(program, {someVector()}, 2);
  EXPECT_THAT(groups, SizeIs(testing::Ge(10000u / 65)));
  EXPECT_THAT(groups, Each(Field(&CompileReport::Group::ops, Le(65))));
  EXPECT_EQ(opsOf(groups), 10000);
}

TEST(LongProgramsTest, AReductionTakesABoundedPartOfItsProducers) {
  Program program =
      chain(3000, turn, [](Tensor v) { return sum(exp(v), {0}); });
  Groups groups = expectSame(program, {someVector()}, 2);
  EXPECT_EQ(opsOf(groups), 3002);
}

TEST(LongProgramsTest, AProductTakesABoundedPartOfItsConsumers) {
  Program program = trace(
      [](const Tensor &x) {
        Tensor v = matmul(x, x);
        for (int i = 0; i < 3000; ++i)
          v = i % 2 ? negate(v) : sin(v);
        return v;
      },
      {{f32, {5, 5}}});
  Tensor x = reshape(iota(0, {25}, f32), {5, 5});
  EXPECT_EQ(opsOf(expectSame(program, {x}, 2)), 3001);
}

TEST(LongProgramsTest, ManyLiveValuesAreSeveralGroups) {
  // x0 - (x1 - (x2 - ...)): all are loaded before the first is used.
  Program program = trace(
      [](std::span<const Tensor> x) {
        Tensor v = x.back();
        for (size_t i = x.size() - 1; i-- > 0;)
          v = subtract(x[i], v);
        return std::vector<Tensor>{v};
      },
      std::vector<TensorSpec>(100, {f32, {7}}));
  std::vector<Tensor> inputs;
  for (int i = 0; i < 100; ++i)
    inputs.push_back(multiply(someVector(), 1.0 + i));
  Groups groups = expectSame(program, inputs, 2);
  EXPECT_THAT(groups, AllOf(SizeIs(testing::Ge(1u)), SizeIs(Le(8u))));
  EXPECT_EQ(opsOf(groups), 99);
}

TEST(LongProgramsTest, EqualLayersAreCompiledOnce) {
  Program program = trace(
      [](std::span<const Tensor> x) {
        Tensor v = x[0];
        for (size_t i = 1; i < x.size(); i += 2)
          v = softmax(tanh(add(matmul(v, x[i]), x[i + 1])), -1);
        return std::vector<Tensor>{v};
      },
      [] {
        std::vector<TensorSpec> specs{{f32, {dim("n"), 8}}};
        for (int i = 0; i < 12; ++i) {
          specs.push_back({f32, {8, 8}});
          specs.push_back({f32, {8}});
        }
        return specs;
      }());
  std::vector<Tensor> inputs{
      multiply(reshape(iota(0, {24}, f32), {3, 8}), 0.1)};
  for (int i = 0; i < 12; ++i) {
    inputs.push_back(
        multiply(reshape(iota(0, {64}, f32), {8, 8}), 0.01 * (i - 6)));
    inputs.push_back(multiply(iota(0, {8}, f32), 0.3 - 0.1 * i));
  }
  Groups groups = expectSame(program, inputs, 2);
  int64_t products = 0, productOps = 0;
  for (const auto &group : groups)
    if (group.kind == "contract") {
      ++products;
      productOps += group.ops;
    }
  EXPECT_EQ(products, 1);
  EXPECT_GE(productOps, 12 * 3);
  EXPECT_THAT(groups, SizeIs(Le(6u)));
}

} // namespace
} // namespace tgc
