// The segment of constants.
#include "tgc/runtime/executable/Weights.h"

#include "gtest/gtest.h"

#include <cstring>
#include <fstream>

namespace tgc {
namespace {

Value bytes(std::vector<uint8_t> content) {
  Value value = *Value::allocate(u8, {static_cast<int64_t>(content.size())});
  if (!content.empty())
    std::memcpy(value.data<uint8_t>(), content.data(), content.size());
  return value;
}

/// "r--p" and so on: the protection of the mapping that holds `address`.
std::string protection(const void *address) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    size_t dash = line.find('-'), space = line.find(' ');
    auto begin = std::stoull(line.substr(0, dash), nullptr, 16);
    auto end =
        std::stoull(line.substr(dash + 1, space - dash - 1), nullptr, 16);
    auto at = reinterpret_cast<uintptr_t>(address);
    if (at >= begin && at < end)
      return line.substr(space + 1, 4);
  }
  return "";
}

TEST(WeightsTest, AlignsEntriesAndKeepsEachContentOnce) {
  WeightsBuilder builder;
  EXPECT_EQ(*builder.add(bytes({1, 2, 3})), 0);
  EXPECT_EQ(*builder.add(bytes({4})), 64);
  EXPECT_EQ(*builder.add(bytes({1, 2, 3})), 0);
  EXPECT_EQ(*builder.add(bytes(std::vector<uint8_t>(65, 7))), 128);
  EXPECT_EQ(*builder.add(bytes({9})), 256);
  auto weights = *builder.build();
  EXPECT_EQ(weights->size(), 320);
  const auto *data = static_cast<const uint8_t *>(weights->data());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(data) % 64, 0u);
  EXPECT_EQ(data[2], 3);
  EXPECT_EQ(data[64], 4);
  EXPECT_EQ(data[192], 7);
  EXPECT_EQ(data[256], 9);
  EXPECT_EQ(data[3], 0);
}

TEST(WeightsTest, IsReadOnlyAndHugeAligned) {
  WeightsBuilder builder;
  ASSERT_TRUE(builder.add(bytes(std::vector<uint8_t>(3 << 20, 5))).ok());
  auto weights = *builder.build();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(weights->data()) % (2 << 20), 0u);
  EXPECT_EQ(protection(weights->data()), "r--p");
  EXPECT_EQ(static_cast<const uint8_t *>(weights->data())[(3 << 20) - 1], 5);
}

TEST(WeightsTest, MayBeEmpty) {
  WeightsBuilder builder;
  EXPECT_EQ(*builder.add(bytes({})), 0);
  auto weights = *builder.build();
  EXPECT_EQ(weights->size(), 0);
}

} // namespace
} // namespace tgc
