// Value files by path: the bytes tell the format on reading, the suffix on
// writing.
#ifndef TGC_RUNTIME_IO_LOAD_H
#define TGC_RUNTIME_IO_LOAD_H

#include "tgc/runtime/io/Elements.h"

namespace tgc {

/// The tensors of an npy, npz or safetensors file. The one tensor of an npy is
/// named after the file: `in` for `data/in.npy`. Errors: those of readFile
/// (above Limits::external_bytes too) and of the format's parser, with the
/// path in front; InvalidArgument for other content, saying what it looks like.
absl::StatusOr<ValueMap> loadTensors(const std::string &path,
                                     const Limits &limits = {});

/// Writes `path` by its suffix: .npy (one tensor), .npz or .safetensors.
/// Errors: InvalidArgument for another suffix, and for an npy of no or several
/// tensors; those of writeFile and of the format's writer.
absl::Status saveTensors(const std::string &path, const ValueMap &tensors);

/// "in" for "data/in.npy".
std::string fileStem(std::string_view path);

/// True if `path` ends in `suffix` (lower case, with its dot), in either case.
bool hasSuffix(std::string_view path, std::string_view suffix);

} // namespace tgc

#endif // TGC_RUNTIME_IO_LOAD_H
