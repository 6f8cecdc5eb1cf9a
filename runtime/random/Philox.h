// The philox4x32 bit generator and its counter layout.
#ifndef TGC_RUNTIME_RANDOM_PHILOX_H
#define TGC_RUNTIME_RANDOM_PHILOX_H

#include <array>
#include <cstdint>

namespace tgc {

/// A key: two 32-bit words, as in a u32[2] tensor.
struct RandomKey {
  uint32_t word0 = 0;
  uint32_t word1 = 0;
};

/// The key of a seed: (low word, high word).
inline RandomKey rngKey(uint64_t seed) {
  return {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
}

using PhiloxBlock = std::array<uint32_t, 4>;

/// philox4x32-10 of one counter. Source: Salmon, Moraes, Dror, Shaw: Parallel
/// random numbers: as easy as 1, 2, 3 (SC 2011), section 3.3.
inline PhiloxBlock philox4x32(PhiloxBlock counter, RandomKey key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t product0 = uint64_t{0xD2511F53} * counter[0];
    uint64_t product1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key.word0,
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key.word1,
               static_cast<uint32_t>(product0)};
    key.word0 += 0x9E3779B9;
    key.word1 += 0xBB67AE85;
  }
  return counter;
}

/// The words of a key's stream (tag 0) by position: word i is word i mod 4 of
/// the block whose counter is (i / 4 low, i / 4 high, 0, 0). The block read
/// last is kept, so reading in order costs one block per four words.
class PhiloxStream {
public:
  explicit PhiloxStream(RandomKey key) : key(key), block(blockAt(0)) {}

  uint32_t word(uint64_t index) {
    if (index / 4 != current) {
      current = index / 4;
      block = blockAt(current);
    }
    return block[index % 4];
  }

  /// 64-bit element e: words 2e (low) and 2e + 1.
  uint64_t doubleWord(uint64_t index) {
    uint64_t low = word(2 * index);
    return low | uint64_t{word(2 * index + 1)} << 32;
  }

private:
  PhiloxBlock blockAt(uint64_t index) const {
    return philox4x32({static_cast<uint32_t>(index),
                       static_cast<uint32_t>(index >> 32), 0, 0},
                      key);
  }

  RandomKey key;
  uint64_t current = 0;
  PhiloxBlock block;
};

} // namespace tgc

#endif // TGC_RUNTIME_RANDOM_PHILOX_H
