// Random programs over the ops, for tests that run one on every route.
#ifndef TGC_TEST_OPS_PROGRAMGENERATOR_H
#define TGC_TEST_OPS_PROGRAMGENERATOR_H

#include "tgc/frontend/api/Program.h"
#include "tgc/runtime/core/OpKind.h"
#include "tgc/test/ops/Values.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tgc::test {

/// A program as a list of calls of the public API, each on values before it.
/// The same list runs eagerly and is traced, with fixed or named sizes.
struct RandomProgram {
  struct Step {
    std::string text; // "%5 = add(%1, %3)"
    std::function<Tensor(const std::vector<Tensor> &values)> apply;
  };

  /// Inputs with named sizes, and a value for each name.
  std::vector<TensorSpec> inputs;
  std::map<std::string, int64_t> sizes;
  std::vector<Step> steps;
  /// Values that the program returns, inputs counting first.
  std::vector<size_t> results;
  /// Ops in it, with the dtype of the first operand (of the result without).
  std::set<std::pair<OpKind, DType>> ops;

  /// The results on inputs that are concrete or traced.
  std::vector<Tensor> operator()(std::span<const Tensor> inputs) const;
  /// Random values of the declared types at `sizes`.
  std::vector<Tensor> randomInputs(uint64_t seed) const;
  /// A line per input and step.
  std::string text() const;
};

/// The program of a seed: 5 to 25 steps over 2 to 4 inputs of rank 0 to 4.
/// Sizes are 0 to 300; no step has operands that it refuses.
RandomProgram randomProgram(uint64_t seed);

} // namespace tgc::test

#endif // TGC_TEST_OPS_PROGRAMGENERATOR_H
