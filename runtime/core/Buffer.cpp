// Aligned blocks and the pool of freed ones.
#include "tgc/runtime/core/Buffer.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/CheckedSize.h"
#include "tgc/runtime/core/PerProcess.h"

#include <bit>
#include <cstdlib>
#include <mutex>
#include <sys/mman.h>

// AddressSanitizer then knows what in a pooled block may be used.
#if defined(__SANITIZE_ADDRESS__)
#define TGC_BUFFER_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TGC_BUFFER_ASAN
#endif
#endif
#ifdef TGC_BUFFER_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size)
#define ASAN_UNPOISON_MEMORY_REGION(address, size)
#endif

namespace tgc {
namespace {

constexpr int64_t alignment = 64;
constexpr int64_t hugePage = int64_t{2} << 20;
constexpr int64_t poolLimit = int64_t{64} << 20;

/// What a buffer of no bytes points to.
alignas(alignment) char nothing[alignment];

/// Blocks come in four sizes per power of two: a freed one then fits later
/// requests of about its size, and at most a fifth of a block lies idle.
struct SizeClass {
  int index;
  int64_t bytes;
};

constexpr int numSizeClasses = 4 * 64;

/// The class of the smallest block for `bytes` > 0; nothing if its size does
/// not fit.
std::optional<SizeClass> sizeClassOf(int64_t bytes) {
  if (bytes <= 4 * alignment) {
    int64_t units = (bytes - 1) / alignment + 1;
    return SizeClass{static_cast<int>(units), units * alignment};
  }
  // 2^top < bytes <= 2^(top + 1), in steps of a quarter of 2^top.
  int top = std::bit_width(static_cast<uint64_t>(bytes - 1)) - 1;
  int64_t step = int64_t{1} << (top - 2);
  int64_t steps = (bytes - 1) / step + 1; // 5 to 8
  std::optional<int64_t> size = checkedMul(steps, step);
  if (!size)
    return std::nullopt;
  return SizeClass{4 * top + static_cast<int>(steps - 5), *size};
}

void *systemAllocate(int64_t bytes) {
  void *block = nullptr;
  if (bytes < hugePage)
    return posix_memalign(&block, alignment, static_cast<size_t>(bytes)) == 0
               ? block
               : nullptr;
  // Mapped with room to spare, of which both ends are given back.
  std::optional<int64_t> room = checkedAdd(bytes, hugePage);
  if (!room)
    return nullptr;
  block = mmap(nullptr, static_cast<size_t>(*room), PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED)
    return nullptr;
  char *begin = static_cast<char *>(block);
  int64_t lead = -reinterpret_cast<intptr_t>(block) & (hugePage - 1);
  if (lead > 0)
    munmap(begin, static_cast<size_t>(lead));
  munmap(begin + lead + bytes, static_cast<size_t>(hugePage - lead));
#ifdef MADV_HUGEPAGE
  madvise(begin + lead, static_cast<size_t>(bytes), MADV_HUGEPAGE);
#endif
  return begin + lead;
}

void systemFree(void *block, int64_t bytes) {
  ASAN_UNPOISON_MEMORY_REGION(block, bytes);
  if (bytes < hugePage)
    std::free(block);
  else
    munmap(block, static_cast<size_t>(bytes));
}

/// Freed blocks, the least recently freed of which leave first. Links lie in
/// the blocks themselves.
class Pool {
public:
  void *take(const SizeClass &cls) {
    std::lock_guard lock(mutex);
    Block *block = newest[cls.index];
    if (block)
      unlink(block);
    return block;
  }

  void give(void *memory, const SizeClass &cls) {
    ASAN_UNPOISON_MEMORY_REGION(memory, sizeof(Block));
    ASAN_POISON_MEMORY_REGION(static_cast<char *>(memory) + sizeof(Block),
                              cls.bytes - sizeof(Block));
    if (cls.bytes > poolLimit)
      return systemFree(memory, cls.bytes);
    Block *evicted = nullptr;
    {
      std::lock_guard lock(mutex);
      while (held + cls.bytes > poolLimit)
        evictOldest(evicted);
      link(static_cast<Block *>(memory), cls);
    }
    freeChain(evicted);
  }

  void trim() {
    Block *evicted = nullptr;
    {
      std::lock_guard lock(mutex);
      while (oldestOfAll)
        evictOldest(evicted);
    }
    freeChain(evicted);
  }

private:
  struct Block {
    SizeClass cls;
    Block *older, *newer;           // among all
    Block *olderInCls, *newerInCls; // in its class
  };
  static_assert(sizeof(Block) <= alignment);

  void link(Block *block, const SizeClass &cls) {
    *block = {cls, newestOfAll, nullptr, newest[cls.index], nullptr};
    (newestOfAll ? newestOfAll->newer : oldestOfAll) = block;
    newestOfAll = block;
    if (newest[cls.index])
      newest[cls.index]->newerInCls = block;
    newest[cls.index] = block;
    held += cls.bytes;
  }

  void unlink(Block *block) {
    (block->older ? block->older->newer : oldestOfAll) = block->newer;
    (block->newer ? block->newer->older : newestOfAll) = block->older;
    if (block->olderInCls)
      block->olderInCls->newerInCls = block->newerInCls;
    (block->newerInCls ? block->newerInCls->olderInCls
                       : newest[block->cls.index]) = block->olderInCls;
    held -= block->cls.bytes;
  }

  void evictOldest(Block *&chain) {
    Block *block = oldestOfAll;
    unlink(block);
    block->older = chain;
    chain = block;
  }

  /// Outside the lock: unmapping is slow.
  static void freeChain(Block *block) {
    while (block) {
      Block *next = block->older;
      systemFree(block, block->cls.bytes);
      block = next;
    }
  }

  std::mutex mutex;
  int64_t held = 0; // bytes
  Block *newestOfAll = nullptr;
  Block *oldestOfAll = nullptr;
  Block *newest[numSizeClasses] = {};
};

/// Blocks of the parent's pool are not used in a forked child.
PerProcess<Pool> pools;

void *fromPool(const SizeClass &cls) {
  Pool *pool = pools.get();
  return pool ? pool->take(cls) : nullptr;
}

void toPool(void *block, const SizeClass &cls) {
  if (Pool *pool = pools.get())
    pool->give(block, cls);
  else
    systemFree(block, cls.bytes);
}

thread_local MemoryScope *innermost = nullptr;

} // namespace

MemoryScope::MemoryScope(int64_t limit) : limit(limit), outer(innermost) {
  if (limit > 0)
    count = std::make_shared<std::atomic<int64_t>>(0);
  innermost = this;
}

MemoryScope::~MemoryScope() { innermost = outer; }

absl::Status MemoryScope::check(int64_t bytes) const {
  if (!count || bytes <= limit - *count)
    return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "a tensor of ", bytes, " bytes, with ", count->load(),
      " bytes in use, is above the limit of ", limit,
      " (Limits::memory)\n  fix: raise the limit (--memory-limit), or use "
      "smaller sizes"));
}

absl::StatusOr<std::shared_ptr<Buffer>> Buffer::allocate(int64_t bytes) {
  if (bytes == 0)
    return std::shared_ptr<Buffer>(new Buffer(nothing, 0, nullptr));
  // Before the block: what throws for want of memory then loses none.
  std::shared_ptr<Buffer> buffer(new Buffer(nothing, 0, nullptr));
  Count count;
  if (innermost) {
    TGC_RETURN_IF_ERROR(innermost->check(bytes));
    count = innermost->count;
  }
  std::optional<SizeClass> cls =
      bytes > 0 ? sizeClassOf(bytes) : std::optional<SizeClass>();
  void *block = nullptr;
  if (cls) {
    block = fromPool(*cls);
    if (!block)
      block = systemAllocate(cls->bytes);
    if (!block) { // what the pool holds may be what is missing
      trimPool();
      block = systemAllocate(cls->bytes);
    }
  }
  if (!block)
    return absl::ResourceExhaustedError(absl::StrCat(
        "a tensor of ", bytes,
        " bytes does not fit in memory\n  fix: use a "
        "smaller batch or shape, or free tensors that are no longer needed"));
  ASAN_UNPOISON_MEMORY_REGION(block, cls->bytes);
  ASAN_POISON_MEMORY_REGION(static_cast<char *>(block) + bytes,
                            cls->bytes - bytes);
  if (count)
    *count += bytes;
  buffer->bytes = block;
  buffer->length = bytes;
  buffer->count = std::move(count);
  return buffer;
}

std::shared_ptr<Buffer> Buffer::wrap(void *data, int64_t bytes,
                                     std::function<void()> release) {
  if (!release)
    release = [] {}; // the memory is the caller's even so
  return std::shared_ptr<Buffer>(new Buffer(data, bytes, std::move(release)));
}

void Buffer::trimPool() {
  if (Pool *pool = pools.known())
    pool->trim();
}

Buffer::~Buffer() {
  if (count)
    *count -= length;
  if (release)
    release();
  else if (length > 0)
    toPool(bytes, *sizeClassOf(length));
}

} // namespace tgc
