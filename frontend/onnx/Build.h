// Walks the nodes of a model and calls their converters.
#ifndef TGC_FRONTEND_ONNX_BUILD_H
#define TGC_FRONTEND_ONNX_BUILD_H

#include "tgc/frontend/api/Tensor.h"
#include "tgc/frontend/onnx/Model.h"

#include "absl/status/statusor.h"

#include <span>
#include <string>
#include <vector>

namespace tgc::onnx {

struct BuildOptions {
  std::string file;
  /// Most nodes that are built; inlined functions count each time.
  int64_t ops = 1'000'000;
  /// Largest result of an op that is computed while building.
  int64_t foldBytes = 64 << 10;
};

/// The outputs of the model's graph for `arguments`, one for every input that
/// is no initializer. Contract: ImportedModel::build.
absl::StatusOr<std::vector<Tensor>>
buildGraph(const Model &model, std::span<const Tensor> arguments,
           const BuildOptions &options);

/// True if an input of the graph takes an argument: no initializer has its
/// name.
bool isArgument(const Graph &graph, const ValueInfo &input);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_BUILD_H
