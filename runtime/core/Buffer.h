// Refcounted bytes of a tensor.
#ifndef TGC_RUNTIME_CORE_BUFFER_H
#define TGC_RUNTIME_CORE_BUFFER_H

#include "tgc/runtime/core/Status.h"

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
  Buffer(void *data, int64_t size, std::function<void()> release)
      : bytes(data), length(size), release(std::move(release)) {}

  void *bytes;
  int64_t length;
  std::function<void()> release; // null: from the pool
};

} // namespace tgc

#endif // TGC_RUNTIME_CORE_BUFFER_H
