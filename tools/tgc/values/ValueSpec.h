// Values on the command line: --input [NAME=]SPEC.
#ifndef TGC_TOOLS_TGC_VALUES_VALUESPEC_H
#define TGC_TOOLS_TGC_VALUES_VALUESPEC_H

#include "absl/types/span.h"
#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/core/Value.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tgc {

/// What an input is declared as; nothing where it is not.
struct ValueRequest {
  std::optional<DType> dtype;
  std::optional<Shape> shape; // -1: an open size
};

struct SpecOptions {
  Limits limits;
  /// The seed of `random` and `normal` without SEED.
  uint64_t seed = 0;
  /// Reads the ONNX TensorProto of a .pb file; if there is none, .pb files are
  /// refused by name.
  std::function<absl::StatusOr<Value>(absl::Span<const uint8_t>)>
      readTensorProto;
};

/// A value, and what was chosen for the user on the way (empty: nothing):
/// the seed and range of a generator, open sizes taken as 1, the tensor of an
/// archive, a conversion.
struct ParsedInput {
  std::string name; // empty: none is given
  Value value;
  std::string note;
};

/// The NAME of `[NAME=]SPEC`; empty if there is none. What looks like a TYPE
/// before the first '=' is one, unless another TYPE follows it.
absl::StatusOr<std::string> inputName(std::string_view text);

/// Parses `[NAME=]SPEC` into a value:
/// ```
/// SPEC      = [TYPE '='] LITERAL | [TYPE '='] '@' FILE [':' OPT]
///           | [TYPE '='] GENERATOR
/// TYPE      = {SIZE 'x'} DTYPE; without sizes any shape fits
/// LITERAL   = nested [..] or (..) of 1 -2.5 true nan inf, by ',' or blank
/// FILE      = npy, npz[:key], safetensors[:key] (told by content);
///             .csv; .bin (needs TYPE); .pb
/// GENERATOR = zeros | ones | iota | random[:SEED][:LO..HI]
///           | normal[:SEED][:MEAN,STD]; needs TYPE or a declared shape
/// ```
/// The dtype is TYPE's, else the declared one, else that of the widest element
/// or of the file; a TYPE before a FILE converts it. The value's dtype and
/// shape must be the declared ones.
///
/// Errors: id TGC-E0203 with column and caret for text that does not parse;
/// TGC-E0202 with the same for dtypes without storage and for literals that
/// are ragged or that the dtype cannot hold; TGC-E0201 for files; TGC-E0402
/// for a dtype or shape that is not the declared one; TGC-E0301 for images and
/// sound; TGC-E0801 for sizes and nesting above the limits.
absl::StatusOr<ParsedInput> parseInput(std::string_view text,
                                       const ValueRequest &request,
                                       const SpecOptions &options = {});

} // namespace tgc

#endif // TGC_TOOLS_TGC_VALUES_VALUESPEC_H
