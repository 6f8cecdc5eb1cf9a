// State that a forked child must not share with its parent.
#ifndef TGC_RUNTIME_CORE_PERPROCESS_H
#define TGC_RUNTIME_CORE_PERPROCESS_H

#include <atomic>
#include <cstdint>
#include <new>

namespace tgc {

/// A number that changes in a child of fork, where threads and the locks they
/// held are those of another process. No handler is registered and no system
/// call made: the kernel clears a word in the child. Never throws.
uint32_t processNumber();

/// One T for each process, made at first use and never destroyed. A forked
/// child makes its own: what another thread held at the fork stays locked in
/// the parent's.
template <class T> class PerProcess {
public:
  /// Null if there is no memory for it.
  T *get() {
    uint32_t process = processNumber();
    Instance *known = current.load(std::memory_order_acquire);
    if (known && known->process == process)
      return &known->value;
    Instance *fresh = new (std::nothrow) Instance{process, {}};
    if (!fresh)
      return nullptr;
    while (!current.compare_exchange_weak(known, fresh))
      if (known && known->process == process) { // another thread was first
        delete fresh;
        return &known->value;
      }
    return &fresh->value;
  }

  /// What get() has made in this process; null before.
  T *known() {
    Instance *made = current.load(std::memory_order_acquire);
    return made && made->process == processNumber() ? &made->value : nullptr;
  }

private:
  struct Instance {
    uint32_t process;
    T value;
  };
  std::atomic<Instance *> current{nullptr};
};

} // namespace tgc

#endif // TGC_RUNTIME_CORE_PERPROCESS_H
