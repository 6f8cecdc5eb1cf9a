// The constants of a compiled program: one read-only segment.
#ifndef TGC_RUNTIME_EXECUTABLE_WEIGHTS_H
#define TGC_RUNTIME_EXECUTABLE_WEIGHTS_H

#include "tgc/runtime/core/Value.h"

#include <unordered_map>
#include <vector>

namespace tgc {

/// Bytes that nothing can write, every entry 64-byte aligned. Freed with the
/// last handle.
class Weights {
public:
  ~Weights();
  Weights(const Weights &) = delete;
  Weights &operator=(const Weights &) = delete;

  const void *data() const { return bytes; }
  int64_t size() const { return length; }

private:
  friend class WeightsBuilder;
  Weights() = default;

  void *mapping = nullptr; // what munmap takes; `bytes` lies in it
  size_t mapped = 0;
  const void *bytes = nullptr;
  int64_t length = 0;
};

/// Collects constants, each content once, then copies them into a segment.
class WeightsBuilder {
public:
  /// Offset of `value` in the segment. The value is kept until build().
  /// Errors: ResourceExhausted if offsets leave 64 bits.
  absl::StatusOr<int64_t> add(Value value);

  /// Bytes so far, padding included.
  int64_t size() const { return length; }

  /// The segment: 2 MiB-aligned, on huge pages where it is that large. Errors:
  /// ResourceExhausted if memory is not to be had.
  absl::StatusOr<std::shared_ptr<const Weights>> build() const;

private:
  struct Entry {
    int64_t offset;
    Value value;
  };
  std::vector<Entry> entries;
  std::unordered_multimap<size_t, size_t> byContent; // hash -> entry
  int64_t length = 0;
};

} // namespace tgc

#endif // TGC_RUNTIME_EXECUTABLE_WEIGHTS_H
