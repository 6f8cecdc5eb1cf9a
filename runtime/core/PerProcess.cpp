// A word that the kernel clears in a forked child.
#include "tgc/runtime/core/PerProcess.h"

#include <sys/mman.h>
#include <unistd.h>

namespace tgc {
namespace {

using Word = std::atomic<uint32_t>;
constexpr size_t page = 4096; // the kernel rounds up to its own

/// Null if the kernel cannot clear memory at a fork.
Word *mapWord() {
#ifdef MADV_WIPEONFORK
  void *memory = mmap(nullptr, page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return nullptr;
  if (madvise(memory, page, MADV_WIPEONFORK) == 0)
    return new (memory) Word(0);
  munmap(memory, page);
#endif
  return nullptr;
}

// Not a static in a function: a fork while it is made would leave its guard
// locked in the child.
std::atomic<Word *> theWord{nullptr};
std::atomic<uint32_t> lastNumber{0}; // copied at a fork

} // namespace

uint32_t processNumber() {
  Word *word = theWord.load(std::memory_order_acquire);
  if (!word) {
    Word *fresh = mapWord();
    if (!fresh)
      return static_cast<uint32_t>(getpid());
    if (theWord.compare_exchange_strong(word, fresh))
      word = fresh;
    else
      munmap(fresh, page);
  }
  uint32_t number = word->load(std::memory_order_relaxed);
  if (number == 0) { // the first call, or the first after a fork
    uint32_t next = lastNumber.fetch_add(1) + 1;
    if (word->compare_exchange_strong(number, next))
      number = next;
  }
  return number;
}

} // namespace tgc
