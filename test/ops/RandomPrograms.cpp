// Random programs give the same bits on every route. A failure names its seed:
// OpTests --gtest_filter='*RandomPrograms*/seed_17' runs that one alone.
#include "tgc/test/ops/OpDb.h"
#include "tgc/test/ops/ProgramGenerator.h"
#include "tgc/test/ops/Routes.h"

#include "gtest/gtest.h"

namespace tgc::test {
namespace {

constexpr uint64_t numSeeds = 500;

class RandomPrograms : public testing::TestWithParam<uint64_t> {};

TEST_P(RandomPrograms, AllRoutesAgree) {
  RandomProgram program = randomProgram(GetParam());
  SCOPED_TRACE("seed " + std::to_string(GetParam()) + "\n" + program.text());
  std::vector<Tensor> inputs = program.randomInputs(GetParam());
  std::vector<Tensor> expected = program(inputs);
  Program fixed = trace(program, fixedSpecs(inputs));
  Program named = trace(program, program.inputs);
  expectSame(fixed.interpret(inputs), expected, NaNs::Alike,
             "interpreter, fixed sizes");
  expectSame(named.interpret(inputs), expected, NaNs::Alike,
             "interpreter, named sizes");
  auto expectCompiled = [&](const Executable &executable,
                            const std::string &what) {
    for (int threads : {1, 2})
      expectSame(executable.run(inputs, {.threads = threads}), expected,
                 NaNs::Alike, what + std::to_string(threads) + " threads");
  };
  expectCompiled(compile(fixed, {.level = 0}), "-O0, fixed sizes, ");
  expectCompiled(compile(fixed, {.level = 2}), "-O2, fixed sizes, ");
  Executable executable = compile(named, {.level = 2});
  expectCompiled(executable, "-O2, named sizes, ");

  // The same code for other sizes. A slice or an update may not fit them: then
  // every route says so.
  program.sizes = {{"a", 5}, {"b", 3 + GetParam() % 5}, {"c", 11}};
  inputs = program.randomInputs(GetParam() + 1);
  try {
    expected = program(inputs);
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.what();
    EXPECT_THROW(named.interpret(inputs), Error) << error.what();
    EXPECT_THROW(executable.run(inputs), Error) << error.what();
    return;
  }
  expectSame(named.interpret(inputs), expected, NaNs::Alike,
             "interpreter, other sizes");
  expectCompiled(executable, "-O2, other sizes, ");
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms,
                         testing::Range(uint64_t{0}, numSeeds),
                         [](const testing::TestParamInfo<uint64_t> &info) {
                           return "seed_" + std::to_string(info.param);
                         });

/// The programs hold nearly every op with every dtype (robustness.md R2).
TEST(RandomProgramsCoverage, HoldsOpsWithDTypes) {
  std::set<std::pair<OpKind, DType>> held;
  for (uint64_t seed = 0; seed < numSeeds; ++seed)
    held.merge(randomProgram(seed).ops);
  size_t all = 0, covered = 0;
  std::string missing;
  for (size_t i = 0; i < numOpKinds; ++i) {
    auto kind = static_cast<OpKind>(i);
    for (DType dtype : dtypesOf(kind)) {
      ++all;
      bool has = held.contains({kind, dtype});
      covered += has;
      if (!has)
        missing += " " + std::string(opInfo(kind).mnemonic) + "_" +
                   std::string(dtypeName(dtype));
    }
  }
  EXPECT_GE(covered * 100, all * 95) << "missing:" << missing;
}

} // namespace
} // namespace tgc::test
