// Choice of the CPU level, and what runOp adds to a kernel.
#include "KernelCalls.h"

#include <gmock/gmock.h>
#include <thread>

#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace tgc {
namespace {

TEST(KernelTableTest, EveryOpThatComputesHasAKernelAtEveryLevel) {
  for (CpuLevel level : cpuLevels())
    for (size_t i = 0; i < numOpKinds; ++i) {
      auto kind = static_cast<OpKind>(i);
      bool computes = kind != OpKind::Constant && kind != OpKind::Reshape;
      EXPECT_EQ(kernelFor(kind, level) != nullptr, computes)
          << opInfo(kind).mnemonic << " at " << levelName(level);
    }
}

TEST(KernelTableTest, LevelsHaveKernelsOfTheirOwn) {
  std::vector<CpuLevel> levels = cpuLevels();
  for (size_t i = 1; i < levels.size(); ++i)
    EXPECT_NE(kernelFor(OpKind::Add, levels[i]),
              kernelFor(OpKind::Add, levels[i - 1]));
}

TEST(KernelTableTest, TheLevelCanBeLoweredOnly) {
  CpuLevel before = currentCpuLevel();
  setCpuLevel(CpuLevel::Baseline);
  EXPECT_EQ(currentCpuLevel(), CpuLevel::Baseline);
  setCpuLevel(CpuLevel::V4);
  EXPECT_EQ(currentCpuLevel(),
            bestCpuLevel() == CpuLevel::V4 ? CpuLevel::V4 : CpuLevel::Baseline);
  setCpuLevel(before);
}

TEST(KernelTableTest, ReturnsTheErrorsOfTheTypeRule) {
  Value a = valueOf(randomArray<float>({2, 3}));
  Value b = valueOf(randomArray<float>({2, 4}));
  auto result = runOp(OpKind::Add, {a, b}, {});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(result.status().message()),
              testing::HasSubstr("tgc.add: operand 1 ('rhs')"));
}

TEST(KernelTableTest, RefusesWhatHasNoValueOrNoSize) {
  Value none{f32, {2}, nullptr};
  auto result = runOp(OpKind::Negate, {none}, {});
  EXPECT_EQ(std::string(result.status().message()),
            "tgc.negate: operand 0 has no value\n  fix: compute it first");
  result =
      runOp(OpKind::Iota, {}, IotaAttrs{0, {DimExpr::symbol("batch")}, f32});
  EXPECT_EQ(std::string(result.status().message()),
            "tgc.iota: a size is 'batch', which has no value here\n  fix: give "
            "a number; named sizes belong in a function that is traced");
}

TEST(KernelTableTest, RefusesSizesWithoutValues) {
  Value x = valueOf(randomArray<float>({4}));
  SliceAttrs slice;
  slice.offsets = {DimExpr::symbol("n")};
  slice.sizes = {2};
  slice.strides = {1};
  EXPECT_THAT(std::string(runOp(OpKind::Slice, {x}, slice).status().message()),
              testing::HasSubstr("tgc.slice: a size is 'n'"));
  Value at = valueOf(arrayOf<int32_t>({1}));
  GatherAttrs gather;
  gather.slice_sizes = {DimExpr::symbol("n")};
  gather.collapsed_dims = {0};
  gather.start_index_map = {0};
  gather.index_vector_dim = 1;
  EXPECT_FALSE(runOp(OpKind::Gather, {x, at}, gather).ok());
}

TEST(KernelTableTest, RefusesResultsBeyondTheLimit) {
  Value x = valueOf(randomArray<float>({}));
  auto result = runOp(OpKind::BroadcastInDim, {x},
                      BroadcastInDimAttrs{{}, {DimExpr(int64_t{1} << 41)}});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(KernelTableTest, AConstantIsItsValue) {
  Value x = valueOf(randomArray<float>({3}));
  auto result = runOp(OpKind::Constant, {}, ConstantAttrs{x});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ((*result)[0].buffer, x.buffer);
}

#if defined(__SSE__)
TEST(KernelTableTest, RoundsToNearestWhateverTheCallerDoes) {
  Value x = valueOf(Array<float>{{2}, {1, 0x1p-149f}});
  Value y = valueOf(Array<float>{{2}, {0x1.8p-24f, 0}});
  unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x6000 | 0x8040); // toward zero, FTZ, DAZ
  auto result = runOp(OpKind::Add, {x, y}, {});
  EXPECT_EQ(_mm_getcsr() & 0xe040, 0xe040u);
  _mm_setcsr(before);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ((*result)[0].data<float>()[0], 1 + 0x1p-23f);
  EXPECT_EQ((*result)[0].data<float>()[1], 0x1p-149f);
}
#endif

} // namespace
} // namespace tgc
