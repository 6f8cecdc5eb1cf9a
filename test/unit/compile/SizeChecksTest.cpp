// Sizes that a program checks at entry: compiled code and the interpreter
// refuse the same runs.
#include "tgc/frontend/api/tgc.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tgc {
namespace {

using testing::HasSubstr;

/// "" for a run that works, else its error.
template <class Run> std::string errorOf(Run run) {
  try {
    run();
  } catch (const Error &error) {
    return error.what();
  }
  return "";
}

/// Runs `text` on f32 vectors of these sizes: what compiled code says has
/// `compiled` in it, what the interpreter says `interpreted`.
void expectErrors(const std::string &text, std::vector<int64_t> sizes,
                  const std::string &compiled, const std::string &interpreted) {
  std::vector<Tensor> inputs;
  for (int64_t size : sizes)
    inputs.push_back(iota(0, {size}, DType::f32));
  Program program = Program::parse(text);
  for (int level : {0, 2}) {
    CompileOptions options;
    options.level = level;
    Executable executable = compile(program, options);
    EXPECT_THAT(errorOf([&] { executable.run(inputs); }), HasSubstr(compiled));
  }
  EXPECT_THAT(errorOf([&] { program.interpret(inputs); }),
              HasSubstr(interpreted));
}

void expectRuns(const std::string &text, std::vector<int64_t> sizes) {
  std::vector<Tensor> inputs;
  for (int64_t size : sizes)
    inputs.push_back(iota(0, {size}, DType::f32));
  Program program = Program::parse(text);
  EXPECT_EQ(errorOf([&] { compile(program).run(inputs); }), "");
  EXPECT_EQ(errorOf([&] { program.interpret(inputs); }), "");
}

TEST(SizeChecksTest, CastsHoldTheSizeThatTheyPromise) {
  const std::string text = R"(
func.func @main(%x: tensor<?xf32> {tgc.dims = ["n"]}) -> tensor<4xf32> {
  %y = tensor.cast %x : tensor<?xf32> to tensor<4xf32>
  return %y : tensor<4xf32>
})";
  expectRuns(text, {4});
  expectErrors(text, {3},
               "tensor.cast: operand 0 in dimension 0 has size 3 (n); "
               "expected 4",
               "tensor.cast: operand 0 in dimension 0 has size 3; expected 4");
}

TEST(SizeChecksTest, CastsOfValuesThatNobodyReadsAreChecked) {
  const std::string text = R"(
func.func @main(%x: tensor<?xf32> {tgc.dims = ["n"]}) -> tensor<?xf32> {
  %y = tgc.negate %x : tensor<?xf32>
  %z = tensor.cast %y : tensor<?xf32> to tensor<4xf32>
  %w = tensor.cast %z : tensor<4xf32> to tensor<?xf32>
  return %x : tensor<?xf32>
})";
  expectRuns(text, {4});
  expectErrors(text, {5}, "tensor.cast: operand 0 in dimension 0 has size 5",
               "tensor.cast: operand 0 in dimension 0 has size 5");
}

TEST(SizeChecksTest, DivisorsAreCheckedThoughTheQuotientIsKnown) {
  const std::string text = R"(
func.func @main(%x: tensor<?xf32> {tgc.dims = ["n"]}) -> tensor<?xi64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %q = arith.floordivsi %n, %n : index
  %y = tgc.iota [%q] {dim = 0} : tensor<?xi64>
  return %y : tensor<?xi64>
})";
  expectRuns(text, {3});
  expectErrors(text, {0},
               "arith.floordivsi: the absolute divisor has size 0 (n); "
               "expected at least 1",
               "arith.floordivsi: the size does not fit 64 bits, or divides "
               "by 0");
}

TEST(SizeChecksTest, NegativeDivisorsDivide) {
  const std::string text = R"(
func.func @main(%x: tensor<?xf32> {tgc.dims = ["n"]}) -> tensor<?xi64> {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : index
  %c-12 = arith.constant -12 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %d = arith.subi %n, %c5 : index
  %q = arith.floordivsi %c-12, %d : index
  %y = tgc.iota [%q] {dim = 0} : tensor<?xi64>
  return %y : tensor<?xi64>
})";
  expectRuns(text, {3});
  expectErrors(text, {5}, "arith.floordivsi: the absolute divisor", "by 0");
}

TEST(SizeChecksTest, BlocksEndInsideTheirDimension) {
  const std::string text = R"(
func.func @main(%x: tensor<?xf32> {tgc.dims = ["n"]}, %y: tensor<?xf32> {tgc.dims = ["m"]}) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %y, %c0 : tensor<?xf32>
  %z = tgc.slice %x [2] [%m] [1] : (tensor<?xf32>) -> tensor<?xf32>
  return %z : tensor<?xf32>
})";
  expectRuns(text, {5, 3});
  expectRuns(text, {1, 0});
  expectErrors(text, {5, 4},
               "tgc.slice: operand 0 ('x') in dimension 0 has size 5 (n); "
               "expected at least 6",
               "tgc.slice: operand 0 ('x') has size 5 in dimension 0; expected "
               "at least 6");
}

// What two functions say of their sizes may contradict each other only when
// one is written out in the other.
TEST(SizeChecksTest, SizesThatCannotBeEqualInACallAreRefused) {
  Program program = Program::parse(R"(
func.func @main(%x: tensor<?xf32> {tgc.dims = ["n"]}, %y: tensor<?xf32> {tgc.dims = ["n + 1"]}) -> tensor<?xf32> {
  %z = func.call @f(%x, %y) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %z : tensor<?xf32>
}
func.func private @f(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %z = tgc.add %x, %y : tensor<?xf32>
  return %z : tensor<?xf32>
})");
  EXPECT_THAT(errorOf([&] { compile(program); }),
              HasSubstr("tgc.add: operand 1 ('rhs') has size n + 1"));
  EXPECT_THAT(errorOf([&] {
                program.interpret(std::vector<Tensor>{
                    iota(0, {3}, DType::f32), iota(0, {4}, DType::f32)});
              }),
              HasSubstr("tgc.add: operand 1 ('rhs') has size 4"));
}

} // namespace
} // namespace tgc
