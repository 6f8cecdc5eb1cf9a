// Inputs with known sizes or values, while a program is loaded.
#ifndef TGC_FRONTEND_COMPILE_SPECIALIZE_H
#define TGC_FRONTEND_COMPILE_SPECIALIZE_H

#include "tgc/frontend/compile/ProgramImpl.h"

namespace tgc {

/// What became of the inputs of a function: those without a constant are its
/// arguments, with sizes that the constants tell filled in.
struct BakedInputs {
  std::vector<TensorSpec> specs;
  std::vector<std::optional<Tensor>> constants; // one per spec

  std::vector<TensorSpec> arguments() const;
};

/// Makes the constants that `inputs` names. Names that no spec has are left
/// alone. Errors: those of the makers; InvalidArgument, `where` in front, if a
/// dtype or shape is not the declared one or a named size gets two values.
absl::StatusOr<BakedInputs> bakeInputs(std::vector<TensorSpec> specs,
                                       const InputConstants &inputs,
                                       const std::string &where);

/// The error of a name that is not among `there`, with id TGC-E0202.
absl::Status unknownName(std::string_view kind, const std::string &name,
                         std::vector<std::string> there,
                         const std::string &where);

/// Every name in options.dims, options.shapes and `inputs` is among `specs`,
/// the inputs of all functions. Errors: unknownName.
absl::Status checkNames(std::span<const TensorSpec> specs,
                        const LoadOptions &options,
                        const InputConstants &inputs, const std::string &where);

/// The inputs of one function with the sizes of options.dims and
/// options.shapes filled in; other names are left alone. Errors:
/// InvalidArgument if a shape is not one of the declared type or a named size
/// gets two values.
absl::StatusOr<std::vector<TensorSpec>> giveSizes(std::vector<TensorSpec> specs,
                                                  const LoadOptions &options,
                                                  const std::string &where);

/// Applies options.dims, options.shapes and `inputs` to the public functions of
/// a module from a file: its types become static as far as they follow.
/// Errors: those of checkNames, giveSizes and bakeInputs; InvalidArgument at
/// the op that does not take the sizes.
absl::Status specialize(mlir::ModuleOp module, const LoadOptions &options,
                        const InputConstants &inputs, const std::string &where);

} // namespace tgc

#endif // TGC_FRONTEND_COMPILE_SPECIALIZE_H
