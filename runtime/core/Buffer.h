// Refcounted bytes of a tensor.
#ifndef TGC_RUNTIME_CORE_BUFFER_H
#define TGC_RUNTIME_CORE_BUFFER_H

#include "tgc/runtime/core/Status.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

namespace tgc {

/// Bytes that a tensor's elements lie in: allocated here (64-byte aligned,
/// 2 MiB-aligned with huge pages from 2 MiB on, from a pool of at most 64 MiB
/// of freed blocks) or wrapped. Shared through std::shared_ptr; immutable once
/// the op that made it has returned.
class Buffer {
public:
  /// Uninitialised bytes; 0 bytes give a valid, aligned pointer. Errors:
  /// ResourceExhausted naming the size if memory is not to be had.
  static absl::StatusOr<std::shared_ptr<Buffer>> allocate(int64_t bytes);

  /// Wraps memory of the caller, without copy; `release` runs once, when the
  /// last handle goes.
  static std::shared_ptr<Buffer> wrap(void *data, int64_t bytes,
                                      std::function<void()> release);

  /// Frees what the pool holds (tgc::shutdown).
  static void trimPool();

  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;
  ~Buffer();

  void *data() const { return bytes; }
  int64_t size() const { return length; }

private:
  using Count = std::shared_ptr<std::atomic<int64_t>>;
  friend class MemoryScope;

  Buffer(void *data, int64_t size, std::function<void()> release,
         Count count = nullptr)
      : bytes(data), length(size), release(std::move(release)),
        count(std::move(count)) {}

  void *bytes;
  int64_t length;
  std::function<void()> release; // null: from the pool
  Count count;                   // where its bytes are counted, if they are
};

/// While it lives, what this thread allocates counts until it is freed, by
/// whatever thread; beyond `limit` bytes Buffer::allocate answers
/// ResourceExhausted. A scope inside another counts alone.
class MemoryScope {
public:
  /// 0: nothing is counted.
  explicit MemoryScope(int64_t limit);
  ~MemoryScope();
  MemoryScope(const MemoryScope &) = delete;
  MemoryScope &operator=(const MemoryScope &) = delete;

private:
  friend class Buffer;
  absl::Status check(int64_t bytes) const;

  int64_t limit;
  Buffer::Count count;
  MemoryScope *outer;
};

} // namespace tgc

#endif // TGC_RUNTIME_CORE_BUFFER_H
