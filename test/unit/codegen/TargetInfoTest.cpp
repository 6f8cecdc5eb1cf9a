// ISA facts of CPUs.
#include "tgc/codegen/TargetInfo.h"

#include "tgc/codegen/llvm/ExecutableTable.h"
#include "tgc/runtime/executable/CpuFeatures.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tgc::codegen {
namespace {

TEST(TargetInfoTest, KnowsTheLevels) {
  TargetInfo baseline = targetInfo("x86-64");
  EXPECT_EQ(baseline.vectorBytes, 16);
  EXPECT_EQ(baseline.vectorRegisters, 16);
  EXPECT_FALSE(baseline.hasFma);
  EXPECT_EQ(requiredFeatures(baseline), "");
  TargetInfo v3 = targetInfo("x86-64-v3");
  EXPECT_EQ(v3.vectorBytes, 32);
  EXPECT_TRUE(v3.hasFma);
  EXPECT_FALSE(v3.hasMaskedMemory);
  TargetInfo v4 = targetInfo("x86-64-v4");
  EXPECT_EQ(v4.vectorBytes, 64);
  EXPECT_EQ(v4.vectorRegisters, 32);
  EXPECT_TRUE(v4.hasMaskedMemory);
  EXPECT_EQ(v4.lanes(4), 16);
  EXPECT_EQ(targetInfo("znver3").vectorBytes, 32);
  EXPECT_EQ(targetInfo("znver4").vectorBytes, 64);
}

TEST(TargetInfoTest, NativeFitsThisCpu) {
  TargetInfo native = targetInfo("native");
  EXPECT_FALSE(native.cpu.empty());
  EXPECT_TRUE(checkCpuFeatures(native.features).ok());
}

TEST(TargetInfoTest, SwitchesOffWhatALoaderCannotCheck) {
  TargetInfo target = targetInfo("diamondrapids");
  EXPECT_THAT(target.features, testing::HasSubstr("-amx-tile"));
  EXPECT_THAT(target.features, testing::HasSubstr("-avx10.2"));
  EXPECT_THAT(target.features, testing::HasSubstr("+avx512bw"));
}

TEST(TargetInfoTest, RefusesUnknownNames) {
  EXPECT_TRUE(targetInfo("pentium9").cpu.empty());
  EXPECT_TRUE(targetInfo("").cpu.empty());
}

} // namespace
} // namespace tgc::codegen
