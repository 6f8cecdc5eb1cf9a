// What this build is.
#include "tgc/frontend/api/Version.h"

#include "tgc/codegen/TargetInfo.h"
#include "tgc/runtime/core/Version.h"
#include "tgc/runtime/executable/CpuFeatures.h"
#include "tgc/runtime/executable/ExecutableAbi.h"

#include "llvm/Config/llvm-config.h"

namespace tgc {

VersionInfo version() {
  std::string cpu = codegen::targetInfo("native").cpu;
  for (std::string_view feature : checkableCpuFeatures())
    if (cpuHasFeature(feature))
      cpu += " +" + std::string(feature);
  return {versionText, TGC_COMMIT, LLVM_VERSION_STRING, TGC_EXECUTABLE_ABI,
          cpu};
}

} // namespace tgc
