// tgc version.
#include "tgc/frontend/api/Version.h"
#include "tgc/runtime/executable/CpuFeatures.h"
#include "tgc/runtime/executable/ExecutableAbi.h"
#include "tgc/tools/tgc/Session.h"

#include "nlohmann/json.hpp"

#include <iostream>

namespace tgc::tool {

ExitCode versionVerb(Session &session) {
  VersionInfo info = version();
  if (session.flags.json) {
    session.setJson({{"version", info.version},
                     {"commit", info.commit},
                     {"llvm", info.llvm},
                     {"abi", info.executable_abi},
                     {"cpu", info.cpu}});
    return Ok;
  }
  std::cout << "tgc " << info.version << " (" << info.commit << ")\nLLVM "
            << info.llvm << "\nexecutable ABI " << info.executable_abi
            << "\nCPU " << info.cpu << '\n';
  return Ok;
}

} // namespace tgc::tool
