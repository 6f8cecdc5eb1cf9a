// ONNX bytes to a module: the importer's calls, traced.
#ifndef TGC_FRONTEND_COMPILE_LOADONNX_H
#define TGC_FRONTEND_COMPILE_LOADONNX_H

#include "tgc/frontend/compile/ProgramImpl.h"

#include "llvm/ADT/StringRef.h"

namespace tgc {

/// True if the bytes start like a serialised ModelProto and not like text.
bool looksLikeOnnx(llvm::StringRef bytes);

/// Imports a model into `program`'s context as the function `main`, which takes
/// what is not among `constants`. Errors: the importer's, all unsupported
/// operators in one message; those of unknownName and bakeInputs.
absl::Status loadOnnx(ProgramImpl &program, llvm::StringRef bytes,
                      const std::string &path, const LoadOptions &options,
                      const InputConstants &constants);

} // namespace tgc

#endif // TGC_FRONTEND_COMPILE_LOADONNX_H
