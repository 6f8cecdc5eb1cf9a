// ONNX models as calls of the public op surface.
#include "tgc/frontend/onnx/Import.h"

#include "tgc/frontend/onnx/Build.h"
#include "tgc/frontend/onnx/Check.h"
#include "tgc/frontend/onnx/Parse.h"
#include "tgc/frontend/onnx/TensorData.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/core/Nearest.h"

#include "absl/strings/str_cat.h"

#include <set>

namespace tgc::onnx {
namespace {

class SignatureReader {
public:
  SignatureReader(const Graph &graph, const std::string &file,
                  const LoadOptions &options)
      : graph(graph), file(file), options(options) {}

  absl::StatusOr<std::vector<TensorSpec>> read();

private:
  absl::StatusOr<Dims> sizes(const ValueInfo &input);
  absl::Status checkSizes(const ValueInfo &input, const Dims &sizes) const;
  absl::Status checkOptions() const;
  absl::Status unknown(std::string_view kind, const std::string &name,
                       const std::set<std::string> &there) const;
  Dim named(const std::string &name) const;
  std::string nameFor(const ValueInfo &input, size_t dim) const;

  const Graph &graph;
  const std::string &file;
  const LoadOptions &options;
  std::set<std::string> declared; // names of sizes in the model
};

Dim SignatureReader::named(const std::string &name) const {
  const auto given = options.dims.find(name);
  return given == options.dims.end() ? dim(name) : Dim(given->second);
}

/// "<input>.<dim>", made unlike every name of the model.
std::string SignatureReader::nameFor(const ValueInfo &input, size_t dim) const {
  std::string name = absl::StrCat(input.name, ".", dim);
  while (declared.contains(name))
    name += "'";
  return name;
}

absl::StatusOr<Dims> SignatureReader::sizes(const ValueInfo &input) {
  const std::string place =
      absl::StrCat(file, ": input '", printable(input.name), "'");
  const auto given = options.shapes.find(input.name);
  if (given != options.shapes.end()) {
    if (input.sizes && input.sizes->size() != given->second.size())
      return absl::InvalidArgumentError(absl::StrCat(
          place, " was given ", given->second.size(), " sizes; expected ",
          input.sizes->size(), "\n  fix: name a size for every dimension"));
    for (size_t d = 0; input.sizes && d < input.sizes->size(); ++d) {
      const std::optional<int64_t> value = (*input.sizes)[d].value;
      if (value && given->second[d].expr().provablyDifferent(*value))
        return absl::InvalidArgumentError(absl::StrCat(
            place, " was given size ", given->second[d].expr().text(),
            " in dimension ", d, "; expected ", *value,
            ", which the model fixes\n  fix: give that size"));
    }
    return given->second;
  }
  if (!input.sizes)
    return absl::InvalidArgumentError(absl::StrCat(
        place, " has no shape; expected one\n  fix: give it, --shape=",
        printable(input.name), "=1x3x224x224"));
  Dims sizes;
  for (size_t d = 0; d < input.sizes->size(); ++d) {
    const DeclaredSize &size = (*input.sizes)[d];
    sizes.push_back(size.value          ? Dim(*size.value)
                    : size.name.empty() ? named(nameFor(input, d))
                                        : named(size.name));
  }
  return sizes;
}

absl::Status SignatureReader::checkSizes(const ValueInfo &input,
                                         const Dims &sizes) const {
  const std::string place =
      absl::StrCat(file, ": input '", printable(input.name), "'");
  const auto rank = static_cast<int64_t>(sizes.size());
  if (rank > options.limits.rank)
    return absl::ResourceExhaustedError(
        absl::StrCat(place, " has ", rank, " dimensions; expected at most ",
                     options.limits.rank, "\n  fix: raise Limits::rank"));
  Shape known;
  for (const Dim &size : sizes)
    if (const std::optional<int64_t> number = size.expr().constant())
      known.push_back(*number);
  const std::optional<int64_t> elements = checkedProduct(known);
  if (!elements)
    return absl::InvalidArgumentError(absl::StrCat(
        place, " has sizes ", shapeText(known),
        "; expected sizes that are not negative and whose product fits 64 "
        "bits"));
  if (*elements > options.limits.elements)
    return absl::ResourceExhaustedError(absl::StrCat(
        place, " has ", *elements, " elements; expected at most ",
        options.limits.elements, "\n  fix: raise Limits::elements"));
  return absl::OkStatus();
}

/// A size or input that is given but that the model does not have.
absl::Status SignatureReader::checkOptions() const {
  std::set<std::string> inputs, sizes = declared;
  for (const ValueInfo &input : graph.inputs) {
    inputs.insert(input.name);
    for (size_t d = 0; input.sizes && d < input.sizes->size(); ++d)
      if (!(*input.sizes)[d].value && (*input.sizes)[d].name.empty())
        sizes.insert(nameFor(input, d));
  }
  for (const auto &[name, value] : options.dims)
    if (!sizes.contains(name))
      return unknown("size", name, sizes);
  for (const auto &[name, value] : options.shapes)
    if (!inputs.contains(name))
      return unknown("input", name, inputs);
  return absl::OkStatus();
}

absl::Status
SignatureReader::unknown(std::string_view kind, const std::string &name,
                         const std::set<std::string> &there) const {
  std::vector<std::string> names;
  for (const std::string &each : there)
    names.push_back(printable(each));
  return withErrorId(absl::InvalidArgumentError(absl::StrCat(
                         file, ": ", noSuchName(kind, printable(name), names))),
                     "TGC-E0202");
}

absl::StatusOr<std::vector<TensorSpec>> SignatureReader::read() {
  for (const ValueInfo &input : graph.inputs)
    if (input.sizes)
      for (const DeclaredSize &size : *input.sizes)
        if (!size.value && !size.name.empty())
          declared.insert(size.name);
  TGC_RETURN_IF_ERROR(checkOptions());
  std::vector<TensorSpec> specs;
  for (const ValueInfo &input : graph.inputs) {
    if (!isArgument(graph, input))
      continue;
    TGC_ASSIGN_OR_RETURN(const Dims found, sizes(input));
    TGC_RETURN_IF_ERROR(checkSizes(input, found));
    // The check has refused dtypes without storage.
    specs.push_back({*dtypeFromId(input.dtype), found, input.name});
  }
  return specs;
}

} // namespace

const std::string &ImportedModel::graphName() const {
  return model->graph->name;
}

absl::StatusOr<std::vector<Tensor>>
ImportedModel::build(std::span<const Tensor> arguments) const {
  return buildGraph(*model, arguments, {file, maxNodes, foldBytes});
}

absl::StatusOr<ImportedModel> importOnnx(absl::Span<const uint8_t> bytes,
                                         const std::string &file,
                                         const LoadOptions &options,
                                         ExternalData external) {
  TGC_ASSIGN_OR_RETURN(Model model,
                       parseModel(bytes, options.limits, file, external));
  TGC_RETURN_IF_ERROR(checkModel(
      model, file, {.strict = options.strict, .warning = options.warning}));
  ImportedModel imported;
  TGC_ASSIGN_OR_RETURN(imported.specs,
                       SignatureReader(*model.graph, file, options).read());
  for (const ValueInfo &output : model.graph->outputs)
    imported.names.push_back(output.name);
  imported.model = std::make_shared<const Model>(std::move(model));
  imported.file = file;
  imported.maxNodes = options.limits.ops;
  imported.foldBytes = options.limits.fold_bytes;
  return imported;
}

} // namespace tgc::onnx
