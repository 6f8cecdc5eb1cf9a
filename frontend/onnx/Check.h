// A model against the table of operators, before anything is built.
#ifndef TGC_FRONTEND_ONNX_CHECK_H
#define TGC_FRONTEND_ONNX_CHECK_H

#include "tgc/frontend/onnx/Model.h"
#include "tgc/frontend/onnx/Unsupported.h"

#include "absl/status/status.h"

#include <functional>
#include <string>
#include <string_view>

namespace tgc::onnx {

struct CheckOptions {
  bool strict = false;
  int64_t callDepth = 100;
  std::function<void(std::string_view)> warning = {};
};

/// Looks at every node of every graph and function, taken or not.
///
/// Errors: InvalidArgument for a name that nothing defines or that is defined
/// twice, a number of operands or an attribute that the operator cannot have,
/// functions that call each other in a circle; Unimplemented with the whole
/// list of what is not supported. A newer IR version or operator set than is
/// known is a warning, or with `strict` InvalidArgument.
absl::Status checkModel(const Model &model, const std::string &file,
                        const CheckOptions &options);

/// The operator set of `domain` that applies; nothing if it is not imported.
std::optional<int64_t> opsetOf(const std::map<std::string, int64_t> &opsets,
                               const std::string &domain);

/// The function of the model that a node calls; null for an operator.
const Function *calledFunction(const Model &model, const Node &node);

/// "com.microsoft.BiasGelu", "Add": an operator in messages.
std::string opName(const Node &node);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_CHECK_H
