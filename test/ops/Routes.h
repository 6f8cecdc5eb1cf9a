// The ways a function of tensors runs, for tests that compare them.
#ifndef TGC_TEST_OPS_ROUTES_H
#define TGC_TEST_OPS_ROUTES_H

#include "tgc/frontend/api/Compile.h"
#include "tgc/runtime/kernels/KernelTable.h"
#include "tgc/runtime/parallel/ParallelFor.h"
#include "tgc/test/ops/Values.h"

#include <functional>
#include <span>
#include <vector>

namespace tgc::test {

/// A function as the public API has it: run eagerly, or traced.
using TensorFunction =
    std::function<std::vector<Tensor>(std::span<const Tensor>)>;

/// Types to trace with: the tensors' own, every size fixed.
std::vector<TensorSpec> fixedSpecs(std::span<const Tensor> inputs);

/// The same with a name of its own for every size but 1, as `jit` traces.
std::vector<TensorSpec> namedSpecs(std::span<const Tensor> inputs);

/// Results of `function` on `inputs`, which all routes agree on bit by bit:
/// eager; interpreted with fixed and named sizes; compiled at levels 0 and 2
/// with fixed sizes and at 2 with named ones; with 1, 2 and 5 threads. Reports
/// a failure of the running test, naming the route, where one differs.
std::vector<Tensor> runEverywhere(const TensorFunction &function,
                                  std::span<const Tensor> inputs,
                                  NaNs nans = NaNs::Alike);

/// The same for one result.
Tensor
runEverywhere(const std::function<Tensor(std::span<const Tensor>)> &function,
              std::initializer_list<Tensor> inputs, NaNs nans = NaNs::Alike);

/// Expects `got` to be `expected`; `what` names the route in messages.
void expectSame(std::span<const Tensor> got, std::span<const Tensor> expected,
                NaNs nans, const std::string &what);

/// What the call throws, its location left away: "TGC-E0402: tgc.add: ...";
/// "nothing" if it does not.
std::string messageOf(const std::function<void()> &call);

/// `message` without " [file:line]" at the end of its first line.
std::string withoutPlace(std::string message);

/// Threads of eager kernels on this thread, for a scope.
class ThreadsScope {
public:
  explicit ThreadsScope(int threads) : previous(tgc_set_num_threads(threads)) {}
  ~ThreadsScope() { tgc_set_num_threads(previous); }
  ThreadsScope(const ThreadsScope &) = delete;
  ThreadsScope &operator=(const ThreadsScope &) = delete;

private:
  int32_t previous;
};

/// The CPU level of eager kernels, for a scope.
class LevelScope {
public:
  explicit LevelScope(CpuLevel level) : previous(currentCpuLevel()) {
    setCpuLevel(level);
  }
  ~LevelScope() { setCpuLevel(previous); }
  LevelScope(const LevelScope &) = delete;
  LevelScope &operator=(const LevelScope &) = delete;

private:
  CpuLevel previous;
};

} // namespace tgc::test

#endif // TGC_TEST_OPS_ROUTES_H
