// A compiled program that can be run, whether linked by the JIT or from a file.
#ifndef TGC_RUNTIME_EXECUTABLE_EXECUTABLE_H
#define TGC_RUNTIME_EXECUTABLE_EXECUTABLE_H

#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/executable/ExecutableAbi.h"
#include "tgc/runtime/infer/Inputs.h"

#include <atomic>
#include <mutex>

namespace tgc {

/// What a program takes and gives.
struct ExecutableSignature {
  std::string name;
  std::vector<TensorSignature> inputs, outputs;
  std::vector<std::string> symbols; // named sizes
};

/// How one run goes.
struct ExecuteOptions {
  /// Threads, the caller's included; 0: what tgc_num_threads says.
  int32_t threads = 0;
  /// Set to true by any thread: the run ends soon, with Cancelled.
  const std::atomic<bool> *cancel = nullptr;
  /// Of these `elements`, `run_time` and `memory`; a run whose outputs and
  /// workspace take more memory is refused before it starts.
  Limits limits;
};

/// A program bound to this process. Immutable but for a list of free
/// workspaces: `run` may be called from any thread, any number of runs at once.
class LoadedExecutable {
public:
  /// Wraps `executable`, which `owner` keeps alive. Errors:
  /// FailedPrecondition for another ABI number or an unfit CPU;
  /// InvalidArgument for a table that contradicts itself.
  static absl::StatusOr<std::shared_ptr<const LoadedExecutable>>
  create(const tgc_executable *executable, std::shared_ptr<const void> owner);

  /// Loads a shared object. It is machine code: it runs in this process with
  /// all its rights. Errors: NotFound, InvalidArgument for a file that is no
  /// shared object of tgc, and those of `create`, all naming the path.
  static absl::StatusOr<std::shared_ptr<const LoadedExecutable>>
  loadTrusted(const std::string &path);

  const ExecutableSignature &signature() const { return sig; }

  /// Bytes of workspace that a run with these inputs takes. Errors: those of
  /// `run` before it starts.
  absl::StatusOr<int64_t> workspaceBytes(absl::Span<const Value> inputs) const;

  /// Computes the outputs. Errors: InvalidArgument for inputs that do not fit
  /// the signature or sizes that an op refuses; OutOfRange for an index out of
  /// range; ResourceExhausted, Cancelled, DeadlineExceeded.
  absl::StatusOr<std::vector<Value>>
  run(absl::Span<const Value> inputs, const ExecuteOptions &options = {}) const;

private:
  struct Check {
    DimExpr got, expected;
    std::string what;
    bool atLeast;
  };
  struct Site {
    std::string what, where;
    DimExprs dims;
  };
  struct Buffers {
    DimExpr bytes;
    int64_t count;
  };

  LoadedExecutable() = default;
  absl::Status read();
  /// Binds the symbols after every check on sizes has passed.
  absl::StatusOr<std::vector<int64_t>>
  bind(absl::Span<const Value> inputs) const;
  bool fits(const TensorType &type, const Value &input) const;
  bool sizesFit(const TensorType &type, const Value &input,
                absl::Span<const int64_t> symbols) const;
  std::optional<int64_t> evaluate(const DimExpr &size,
                                  absl::Span<const int64_t> symbols) const;
  absl::StatusOr<int64_t>
  workspaceSize(absl::Span<const int64_t> symbols) const;
  absl::StatusOr<std::shared_ptr<Buffer>> takeWorkspace(int64_t bytes) const;
  void returnWorkspace(std::shared_ptr<Buffer> workspace) const;
  absl::Status indexError(absl::Span<const int64_t> slots,
                          absl::Span<const int64_t> symbols) const;

  const tgc_executable *executable = nullptr;
  std::shared_ptr<const void> owner;
  ExecutableSignature sig;
  std::vector<std::pair<int64_t, int64_t>> symbolSources; // input, dimension
  std::vector<Check> checks;
  std::vector<Site> sites;
  std::vector<Buffers> buffers;

  mutable std::mutex mutex;
  mutable std::vector<std::shared_ptr<Buffer>> freeWorkspaces;
};

} // namespace tgc

#endif // TGC_RUNTIME_EXECUTABLE_EXECUTABLE_H
