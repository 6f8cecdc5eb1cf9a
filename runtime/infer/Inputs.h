// What a program takes, and whether values are that: one check and one wording
// for every route.
#ifndef TGC_RUNTIME_INFER_INPUTS_H
#define TGC_RUNTIME_INFER_INPUTS_H

#include "tgc/runtime/core/Value.h"
#include "tgc/runtime/infer/TypeRules.h"

namespace tgc {

/// An input or output; named sizes are symbols of `type`.
struct TensorSignature {
  std::string name;
  TensorType type;
};

/// "input 1 ('b')".
std::string inputText(absl::Span<const TensorSignature> declared, size_t index);

/// `inputs` are the declared ones of `function`: count, dtypes, ranks, static
/// sizes, one value per named size. A size that names no input tells is not
/// looked at. Errors: InvalidArgument naming the input, what it is and what is
/// expected, and where a named size has its value from.
absl::Status checkInputs(std::string_view function,
                         absl::Span<const TensorSignature> declared,
                         absl::Span<const Value> inputs);

} // namespace tgc

#endif // TGC_RUNTIME_INFER_INPUTS_H
