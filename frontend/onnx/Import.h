// ONNX models as calls of the public op surface.
#ifndef TGC_FRONTEND_ONNX_IMPORT_H
#define TGC_FRONTEND_ONNX_IMPORT_H

#include "absl/types/span.h"
#include "tgc/frontend/api/Program.h"
#include "tgc/frontend/onnx/ExternalData.h"
#include "tgc/runtime/core/Status.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tgc::onnx {

struct Model;

/// A model that has been read and checked, ready to be traced:
///
///   absl::StatusOr<ImportedModel> model = importOnnx(bytes, path, options);
///   Tracer tracer(module, "main", model->inputs(), {});
///   InterpreterScope scope(tracer);
///   absl::StatusOr<std::vector<Tensor>> results =
///       model->build(tracer.arguments());
///
/// In eager mode build runs the model.
class ImportedModel {
public:
  /// What the function takes. A size that the model names keeps that name; one
  /// it leaves open is named "<input>.<dimension>".
  const std::vector<TensorSpec> &inputs() const { return specs; }
  const std::vector<std::string> &outputNames() const { return names; }
  /// Name of the graph; may be empty.
  const std::string &graphName() const;

  /// Calls the ops of the model on `arguments`, one per input (in a trace some
  /// may be concrete), and gives its outputs. Every op has the location of its
  /// node. A node that fails does not stop the walk: the nodes that read it are
  /// passed over and all others still checked.
  ///
  /// Errors: Unimplemented with id TGC-E0301 and one row per operator for what
  /// turns out not to be supported, else the first other error, with the node,
  /// its operands' types and how many more there are.
  absl::StatusOr<std::vector<Tensor>>
  build(std::span<const Tensor> arguments) const;

private:
  friend absl::StatusOr<ImportedModel>
  importOnnx(absl::Span<const uint8_t> bytes, const std::string &file,
             const LoadOptions &options, ExternalData external);

  std::shared_ptr<const Model> model;
  std::string file;
  int64_t maxNodes = 0;
  int64_t foldBytes = 0;
  std::vector<TensorSpec> specs;
  std::vector<std::string> names;
};

/// Reads and checks an ONNX model; any bytes are safe, and they may go
/// afterwards. `file` starts messages and locations; weights that lie outside
/// the bytes come from `external`.
///
/// Initializers of the name of an input replace it. options.shapes gives
/// inputs their sizes (needed where the model has none), options.dims named
/// sizes their values; options.warning hears of a newer IR version or operator
/// set, which with options.strict are errors.
///
/// Errors: InvalidArgument for bytes that are no model or a graph that is
/// wrong, naming the place; ResourceExhausted beyond options.limits;
/// Unimplemented with id TGC-E0301 listing every operator, attribute and dtype
/// that is not supported.
absl::StatusOr<ImportedModel> importOnnx(absl::Span<const uint8_t> bytes,
                                         const std::string &file,
                                         const LoadOptions &options = {},
                                         ExternalData external = {});

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_IMPORT_H
