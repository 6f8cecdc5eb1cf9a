// CPUID by LLVM's feature names.
#include "tgc/runtime/executable/CpuFeatures.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace tgc {
namespace {

#if defined(__x86_64__)
enum Register : uint8_t { A, B, C, D };
/// Register state that the operating system must save.
enum class State : uint8_t { None, Avx, Avx512 };

struct Feature {
  std::string_view name;
  uint32_t leaf, subleaf;
  Register reg;
  uint8_t bit;
  State state;
};

// Intel SDM volume 2, CPUID; AMD APM volume 3, appendix D.
constexpr Feature table[] = {
    {"aes", 1, 0, C, 25, State::None},
    {"avx", 1, 0, C, 28, State::Avx},
    {"avx2", 7, 0, B, 5, State::Avx},
    {"avx512bf16", 7, 1, A, 5, State::Avx512},
    {"avx512bitalg", 7, 0, C, 12, State::Avx512},
    {"avx512bw", 7, 0, B, 30, State::Avx512},
    {"avx512cd", 7, 0, B, 28, State::Avx512},
    {"avx512dq", 7, 0, B, 17, State::Avx512},
    {"avx512f", 7, 0, B, 16, State::Avx512},
    {"avx512fp16", 7, 0, D, 23, State::Avx512},
    {"avx512ifma", 7, 0, B, 21, State::Avx512},
    {"avx512vbmi", 7, 0, C, 1, State::Avx512},
    {"avx512vbmi2", 7, 0, C, 6, State::Avx512},
    {"avx512vl", 7, 0, B, 31, State::Avx512},
    {"avx512vnni", 7, 0, C, 11, State::Avx512},
    {"avx512vp2intersect", 7, 0, D, 8, State::Avx512},
    {"avx512vpopcntdq", 7, 0, C, 14, State::Avx512},
    {"avxifma", 7, 1, A, 23, State::Avx},
    {"avxneconvert", 7, 1, D, 5, State::Avx},
    {"avxvnni", 7, 1, A, 4, State::Avx},
    {"avxvnniint16", 7, 1, D, 10, State::Avx},
    {"avxvnniint8", 7, 1, D, 4, State::Avx},
    {"bmi", 7, 0, B, 3, State::None},
    {"bmi2", 7, 0, B, 8, State::None},
    {"f16c", 1, 0, C, 29, State::Avx},
    {"fma", 1, 0, C, 12, State::Avx},
    {"fma4", 0x80000001, 0, C, 16, State::Avx},
    {"gfni", 7, 0, C, 8, State::None},
    {"lzcnt", 0x80000001, 0, C, 5, State::None},
    {"movbe", 1, 0, C, 22, State::None},
    {"pclmul", 1, 0, C, 1, State::None},
    {"popcnt", 1, 0, C, 23, State::None},
    {"sse3", 1, 0, C, 0, State::None},
    {"sse4.1", 1, 0, C, 19, State::None},
    {"sse4.2", 1, 0, C, 20, State::None},
    {"sse4a", 0x80000001, 0, C, 6, State::None},
    {"ssse3", 1, 0, C, 9, State::None},
    {"tbm", 0x80000001, 0, C, 21, State::None},
    {"vaes", 7, 0, C, 9, State::Avx},
    {"vpclmulqdq", 7, 0, C, 10, State::Avx},
    {"xop", 0x80000001, 0, C, 11, State::Avx},
};
constexpr size_t count = std::size(table);

/// Bits of XCR0: which register state the operating system saves.
uint64_t savedState() {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  constexpr uint32_t osxsave = 1u << 27;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & osxsave))
    return 0;
  uint32_t low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t{high} << 32) | low;
}

std::array<bool, count> detect() {
  std::array<bool, count> found{};
  uint64_t saved = savedState();
  constexpr uint64_t avxState = 0x6, avx512State = 0xe6;
  for (size_t i = 0; i < count; ++i) {
    const Feature &f = table[i];
    uint64_t state = f.state == State::Avx512 ? avx512State
                     : f.state == State::Avx  ? avxState
                                              : 0;
    uint32_t regs[4] = {};
    found[i] = (saved & state) == state &&
               __get_cpuid_count(f.leaf, f.subleaf, &regs[A], &regs[B],
                                 &regs[C], &regs[D]) &&
               (regs[f.reg] >> f.bit & 1) != 0;
  }
  return found;
}
#endif

} // namespace

absl::Span<const std::string_view> checkableCpuFeatures() {
#if defined(__x86_64__)
  static constexpr std::array<std::string_view, count> names = [] {
    std::array<std::string_view, count> result;
    for (size_t i = 0; i < count; ++i)
      result[i] = table[i].name;
    return result;
  }();
  static_assert(std::is_sorted(names.begin(), names.end()));
  return names;
#else
  return {};
#endif
}

bool cpuHasFeature(std::string_view name) {
#if defined(__x86_64__)
  static const std::array<bool, count> found = detect();
  for (size_t i = 0; i < count; ++i)
    if (table[i].name == name)
      return found[i];
#endif
  return false;
}

absl::Status checkCpuFeatures(std::string_view features) {
  std::vector<std::string> missing;
  for (absl::string_view part :
       absl::StrSplit(absl::string_view(features.data(), features.size()), ',',
                      absl::SkipEmpty())) {
    if (part[0] != '+')
      continue;
    std::string_view name(part.data() + 1, part.size() - 1);
    if (!cpuHasFeature(name))
      missing.emplace_back(name);
  }
  if (missing.empty())
    return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("compiled for a CPU with ", absl::StrJoin(missing, ", "),
                   "; this CPU has not\n  fix: compile for this CPU, or for a "
                   "lower level such as x86-64-v3"));
}

} // namespace tgc
