// What this CPU can do, by LLVM's names, without LLVM: an artefact is refused
// where an instruction it may hold does not exist.
#ifndef TGC_RUNTIME_EXECUTABLE_CPUFEATURES_H
#define TGC_RUNTIME_EXECUTABLE_CPUFEATURES_H

#include "absl/status/status.h"
#include "absl/types/span.h"

#include <string_view>

namespace tgc {

/// Instruction sets beyond the baseline that code may use and that can be
/// checked here, by LLVM's names, sorted. Code generation uses no other.
absl::Span<const std::string_view> checkableCpuFeatures();

/// True if this CPU and operating system have the instruction set; false for
/// a name not in checkableCpuFeatures().
bool cpuHasFeature(std::string_view name);

/// Refuses a CPU without all of `features` ("+avx2,+fma"; empty: the
/// baseline). Errors: FailedPrecondition naming the missing ones.
absl::Status checkCpuFeatures(std::string_view features);

} // namespace tgc

#endif // TGC_RUNTIME_EXECUTABLE_CPUFEATURES_H
