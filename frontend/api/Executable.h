// Compiled programs.
#ifndef TGC_FRONTEND_API_EXECUTABLE_H
#define TGC_FRONTEND_API_EXECUTABLE_H

#include "tgc/frontend/api/Run.h"

#include <memory>
#include <span>

namespace tgc {

struct ExecutableImpl;

/// What a compilation did.
struct CompileReport {
  struct Phase {
    std::string name;
    double seconds = 0;
  };
  struct Group {
    std::string kind, schedule;
    int64_t ops = 0; // of the program
  };
  std::vector<Phase> phases;
  std::vector<Group> groups;
  std::string target_cpu;
  int64_t code_bytes = 0, weight_bytes = 0;
  /// Bytes of scratch one run needs, as text: an expression if sizes are named.
  std::string workspace;
};

/// Native code of one function. run() is thread-safe and re-entrant.
class TGC_API Executable {
public:
  /// Results in order. Errors: InvalidArgument naming the input whose count,
  /// dtype or shape is not the declared one; OutOfRange; ResourceExhausted;
  /// Cancelled; DeadlineExceeded.
  std::vector<Tensor>
  run(std::span<const Tensor> inputs, const RunOptions &options = {},
      std::source_location where = std::source_location::current()) const;
  /// By name. Errors: also a name that is missing or unknown.
  TensorMap
  run(const TensorMap &inputs, const RunOptions &options = {},
      std::source_location where = std::source_location::current()) const;

  Signature signature() const;
  CompileReport report() const;

  /// Loads a .so that tgc compiled: it is code, own files only. Errors:
  /// NotFound; FailedPrecondition if its ABI or CPU features do not fit.
  static Executable
  load_trusted(const std::string &path,
               std::source_location where = std::source_location::current());

  /// Internal.
  explicit Executable(std::shared_ptr<const ExecutableImpl> impl)
      : impl(std::move(impl)) {}
  std::shared_ptr<const ExecutableImpl> impl;
};

} // namespace tgc

#endif // TGC_FRONTEND_API_EXECUTABLE_H
