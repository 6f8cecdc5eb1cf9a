// Offsets of intermediate buffers.
#include "tgc/codegen/memory/ArenaPlan.h"

#include "gtest/gtest.h"

#include <random>

namespace tgc::codegen {
namespace {

DimExpr batch() { return DimExpr::symbol("batch"); }

TEST(ArenaPlanTest, SharesWhatIsNotAliveTogether) {
  // A chain: each buffer is read by the next step only.
  std::vector<BufferRequest> chain;
  for (int64_t i = 0; i < 10; ++i)
    chain.push_back({1000, i, i + 1});
  ArenaPlan plan = *planArena(chain);
  EXPECT_EQ(plan.staticBytes, 2 * 1024);
  EXPECT_EQ(plan.unsharedStaticBytes, 10 * 1024);
  EXPECT_EQ(plan.text(), "2048 bytes (10240 without sharing)");
}

TEST(ArenaPlanTest, PutsABufferIntoTheTightestGap) {
  // At step 1 two gaps lie below the buffers that stay: 1024 and 512 bytes.
  std::vector<BufferRequest> requests = {
      {1024, 0, 0}, {960, 0, 2}, {512, 0, 0}, {448, 0, 2}, {400, 1, 1}};
  ArenaPlan plan = *planArena(requests);
  EXPECT_EQ(plan.places[4].offset, plan.places[2].offset);
  EXPECT_EQ(plan.staticBytes, 1024 + 960 + 512 + 448);
}

TEST(ArenaPlanTest, SeparatesLargeBuffersModuloAPage) {
  std::vector<BufferRequest> requests(5, {8192, 0, 3});
  ArenaPlan plan = *planArena(requests);
  for (size_t i = 0; i < requests.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      EXPECT_NE(plan.places[i].offset % 4096, plan.places[j].offset % 4096);
}

TEST(ArenaPlanTest, NeverOverlapsBuffersAliveTogether) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<BufferRequest> requests;
    for (int64_t i = 0; i < 60; ++i) {
      auto size = static_cast<int64_t>(random() % 20000);
      auto begin = static_cast<int64_t>(random() % 30);
      requests.push_back(
          {size, begin, begin + static_cast<int64_t>(random() % 6)});
    }
    ArenaPlan plan = *planArena(requests);
    for (size_t i = 0; i < requests.size(); ++i) {
      int64_t begin = plan.places[i].offset;
      int64_t end = begin + *requests[i].bytes.constant();
      EXPECT_EQ(begin % 64, 0);
      EXPECT_LE(end, plan.staticBytes);
      for (size_t j = 0; j < i; ++j) {
        if (requests[i].begin > requests[j].end ||
            requests[j].begin > requests[i].end)
          continue;
        int64_t other = plan.places[j].offset;
        EXPECT_TRUE(end <= other ||
                    other + *requests[j].bytes.constant() <= begin);
      }
    }
  }
}

TEST(ArenaPlanTest, SharesSymbolicSizesThatAreProvablyEqual) {
  std::vector<BufferRequest> requests = {
      {batch() * 4, 0, 1}, {batch() * 2 + batch() * 2, 1, 2},
      {4 * batch(), 2, 3}, {batch(), 0, 3},
      {100, 0, 3},
  };
  ArenaPlan plan = *planArena(requests);
  ASSERT_EQ(plan.buckets.size(), 2u);
  EXPECT_EQ(plan.buckets[0].bytes.text(), "4*batch");
  EXPECT_EQ(plan.buckets[0].count, 2);
  EXPECT_EQ(plan.places[0].offset, plan.places[2].offset);
  EXPECT_NE(plan.places[0].offset, plan.places[1].offset);
  EXPECT_EQ(plan.buckets[1].count, 1);
  EXPECT_EQ(plan.staticBytes, 128);
  EXPECT_EQ(plan.text(),
            "128 bytes (128 without sharing) + 2 * (4*batch) + 1 * (batch)");
}

TEST(ArenaPlanTest, RefusesSizesBeyond64Bits) {
  int64_t half = int64_t{1} << 62;
  auto plan = planArena({{half, 0, 0}, {half, 0, 0}});
  EXPECT_EQ(plan.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(ArenaPlanTest, TakesEmptyBuffers) {
  ArenaPlan plan = *planArena({{0, 0, 1}, {0, 0, 1}});
  EXPECT_EQ(plan.staticBytes, 0);
}

} // namespace
} // namespace tgc::codegen
