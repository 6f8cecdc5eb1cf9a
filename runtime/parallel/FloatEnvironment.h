// The floating-point environment that every result is defined in.
#ifndef TGC_RUNTIME_PARALLEL_FLOATENVIRONMENT_H
#define TGC_RUNTIME_PARALLEL_FLOATENVIRONMENT_H

#include <cstdint>
#if !defined(__SSE__) && !defined(__aarch64__)
#include <cfenv>
#endif

namespace tgc {

/// For its lifetime: rounds to nearest even, keeps denormals, traps nothing
/// (semantics.md 9). What the thread had before comes back, its flags
/// included. Costs a register read if nothing differs, as is usual.
class FloatEnvironment {
public:
  FloatEnvironment() : saved(read()), changed(isForeign(saved)) {
    if (changed)
      write(standard);
  }
  ~FloatEnvironment() {
    if (changed)
      write(saved);
  }
  FloatEnvironment(const FloatEnvironment &) = delete;
  FloatEnvironment &operator=(const FloatEnvironment &) = delete;

private:
#if defined(__SSE__)
  using Register = uint32_t;
  static constexpr Register standard = 0x1f80; // all masked, nothing else
  static constexpr Register stickyFlags = 0x3f;
  static Register read() { return __builtin_ia32_stmxcsr(); }
  static void write(Register value) { __builtin_ia32_ldmxcsr(value); }
  static bool isForeign(Register value) {
    return (value & ~stickyFlags) != standard;
  }
#elif defined(__aarch64__)
  using Register = uint64_t;
  static constexpr Register standard = 0;
  static Register read() {
    Register value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void write(Register value) {
    __asm__ volatile("msr fpcr, %0" : : "r"(value));
  }
  static bool isForeign(Register value) { return value != standard; }
#else
  using Register = int;
  static constexpr Register standard = FE_TONEAREST;
  static Register read() { return std::fegetround(); }
  static void write(Register value) { std::fesetround(value); }
  static bool isForeign(Register value) { return value != standard; }
#endif

  Register saved;
  bool changed;
};

} // namespace tgc

#endif // TGC_RUNTIME_PARALLEL_FLOATENVIRONMENT_H
