// Compiled programs behind their handles.
#ifndef TGC_FRONTEND_EAGER_EXECUTABLEIMPL_H
#define TGC_FRONTEND_EAGER_EXECUTABLEIMPL_H

#include "tgc/frontend/api/Executable.h"
#include "tgc/runtime/core/Status.h"
#include "tgc/runtime/executable/Executable.h"

namespace tgc {

/// What an Executable handle points to.
struct ExecutableImpl {
  std::shared_ptr<const LoadedExecutable> loaded;
  CompileReport report;
};

/// The number of threads is possible. Errors: InvalidArgument.
absl::Status checkThreads(const RunOptions &options);

} // namespace tgc

#endif // TGC_FRONTEND_EAGER_EXECUTABLEIMPL_H
