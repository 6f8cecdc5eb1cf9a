// What this build is.
#ifndef TGC_FRONTEND_API_VERSION_H
#define TGC_FRONTEND_API_VERSION_H

#include "tgc/runtime/core/Export.h"

#include <cstdint>
#include <string>

namespace tgc {

struct VersionInfo {
  std::string version, commit, llvm;
  uint32_t executable_abi;
  std::string cpu; // of this host, LLVM's name and features that tgc uses
};

TGC_API VersionInfo version();

} // namespace tgc

#endif // TGC_FRONTEND_API_VERSION_H
