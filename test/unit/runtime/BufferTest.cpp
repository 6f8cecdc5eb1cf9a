// Alignment, pooling and failure of buffers.
#include "tgc/runtime/core/Buffer.h"
#include "tgc/runtime/core/Value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <thread>
#include <vector>

namespace tgc {
namespace {

constexpr int64_t mebi = 1 << 20;

bool isAligned(const void *p, uintptr_t to) {
  return reinterpret_cast<uintptr_t>(p) % to == 0;
}

TEST(BufferTest, AlignsAndHoldsEverySize) {
  std::vector<int64_t> sizes = {0, 1, 63, 64, 65, 255, 256, 257, 319, 320, 321};
  for (int64_t power = 9; power <= 25; ++power)
    for (int64_t delta : {-1, 0, 1})
      sizes.push_back((int64_t{1} << power) + delta);
  for (int round = 0; round < 2; ++round) // the second from the pool
    for (int64_t size : sizes) {
      auto buffer = Buffer::allocate(size);
      ASSERT_TRUE(buffer.ok()) << size;
      EXPECT_EQ((*buffer)->size(), size);
      ASSERT_NE((*buffer)->data(), nullptr) << size;
      EXPECT_TRUE(
          isAligned((*buffer)->data(), size >= 2 * mebi ? 2 * mebi : 64))
          << size;
      std::memset((*buffer)->data(), round, static_cast<size_t>(size));
    }
  Buffer::trimPool();
}

TEST(BufferTest, ReusesAFreedBlockOfAboutTheSize) {
  Buffer::trimPool();
  for (int64_t size : {100, 5000, 3'000'000}) {
    void *block = (*Buffer::allocate(size))->data();
    EXPECT_EQ((*Buffer::allocate(size - size / 50))->data(), block) << size;
  }
  // Blocks of other sizes between do not matter.
  auto first = *Buffer::allocate(5000);
  void *block = first->data();
  first.reset();
  auto other = *Buffer::allocate(50'000);
  EXPECT_EQ((*Buffer::allocate(5000))->data(), block);
  Buffer::trimPool();
}

TEST(BufferTest, LivingBuffersDoNotOverlap) {
  std::mt19937_64 random(1);
  struct Held {
    std::shared_ptr<Buffer> buffer;
    uint8_t mark;
  };
  std::vector<Held> held;
  auto isIntact = [](const Held &h) {
    const auto *bytes = static_cast<const uint8_t *>(h.buffer->data());
    for (int64_t i = 0; i < h.buffer->size(); ++i)
      if (bytes[i] != h.mark)
        return false;
    return true;
  };
  for (int step = 0; step < 3000; ++step) {
    if (held.size() < 40 && random() % 3 != 0) {
      int64_t size = 1 + static_cast<int64_t>(random() % (1u << random() % 20));
      Held h{*Buffer::allocate(size), static_cast<uint8_t>(random())};
      std::memset(h.buffer->data(), h.mark, static_cast<size_t>(size));
      held.push_back(std::move(h));
    } else if (!held.empty()) {
      std::swap(held[random() % held.size()], held.back());
      EXPECT_TRUE(isIntact(held.back()));
      held.pop_back();
    }
  }
  for (const Held &h : held)
    EXPECT_TRUE(isIntact(h));
}

TEST(BufferTest, PoolsNoMoreThanItsLimit) {
  // 100 MiB are freed; the least recently freed ones went back to the system.
  Buffer::trimPool();
  std::vector<std::shared_ptr<Buffer>> buffers;
  for (int i = 0; i < 10; ++i)
    buffers.push_back(*Buffer::allocate((10 + i % 2) * mebi));
  std::vector<void *> blocks;
  for (auto &buffer : buffers) {
    blocks.push_back(buffer->data());
    buffer.reset();
  }
  // The last freed is there still, with room for five of 10 MiB in all.
  auto again = *Buffer::allocate(11 * mebi);
  EXPECT_EQ(again->data(), blocks.back());
  Buffer::trimPool();
  // One beyond the limit is not kept, and costs nothing else its place.
  void *small = (*Buffer::allocate(1000))->data();
  auto huge = *Buffer::allocate(100 * mebi);
  huge.reset();
  EXPECT_EQ((*Buffer::allocate(1000))->data(), small);
  Buffer::trimPool();
}

TEST(BufferTest, SaysWhatDoesNotFit) {
  for (int64_t size : {int64_t{1} << 62, std::numeric_limits<int64_t>::max(),
                       std::numeric_limits<int64_t>::max() - 2 * mebi}) {
    auto buffer = Buffer::allocate(size);
    EXPECT_EQ(buffer.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(std::string(buffer.status().message()),
              "a tensor of " + std::to_string(size) +
                  " bytes does not fit in memory\n  fix: use a smaller batch "
                  "or shape, or free tensors that are no longer needed");
  }
  EXPECT_EQ(Buffer::allocate(-1).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(BufferTest, ValuesOfAnyShapeHaveStorage) {
  EXPECT_EQ((*Value::allocate(f32, {2, 3})).buffer->size(), 24);
  EXPECT_NE((*Value::allocate(f32, {2, 0})).buffer->data(), nullptr);
  EXPECT_EQ(Value::allocate(f32, {int64_t{1} << 41}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(BufferTest, ReleasesWrappedMemoryOnce) {
  int released = 0;
  char bytes[8];
  {
    auto buffer = Buffer::wrap(bytes, 8, [&] { ++released; });
    auto second = buffer;
    buffer.reset();
    EXPECT_EQ(second->data(), bytes);
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
  // Without a release the memory stays the caller's: it is not pooled.
  Buffer::wrap(bytes, 8, nullptr).reset();
  EXPECT_NE((*Buffer::allocate(8))->data(), bytes);
}

TEST(BufferTest, CountsWhatAScopeAllocates) {
  auto before = *Buffer::allocate(100);
  std::shared_ptr<Buffer> after;
  {
    MemoryScope scope(100);
    before.reset(); // is not the scope's to free
    auto first = *Buffer::allocate(60);
    EXPECT_TRUE(Buffer::allocate(40).ok());
    absl::Status status = Buffer::allocate(41).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(status.message()),
                testing::HasSubstr("a tensor of 41 bytes, with 60 bytes in "
                                   "use, is above the limit of 100"));
    EXPECT_FALSE(Buffer::allocate(std::numeric_limits<int64_t>::max()).ok());
    {
      MemoryScope inner(0);
      EXPECT_TRUE(Buffer::allocate(1000).ok());
    }
    std::thread([&] {
      EXPECT_TRUE(Buffer::allocate(1000).ok()); // is another thread's
      first.reset();
    }).join();
    after = *Buffer::allocate(100);
  }
  EXPECT_TRUE(Buffer::allocate(1000).ok());
}

TEST(BufferTest, IsSafeFromSeveralThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      std::mt19937_64 random(static_cast<uint64_t>(t));
      std::vector<std::shared_ptr<Buffer>> held(8);
      for (int step = 0; step < 2000; ++step) {
        auto &place = held[random() % held.size()];
        int64_t size = 1 + static_cast<int64_t>(random() % 30'000);
        place = *Buffer::allocate(size);
        std::memset(place->data(), t, static_cast<size_t>(size));
        if (step % 500 == 0)
          Buffer::trimPool();
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

} // namespace
} // namespace tgc
