// Value files.
#ifndef TGC_FRONTEND_API_IO_H
#define TGC_FRONTEND_API_IO_H

#include "tgc/frontend/api/Tensor.h"

#include <map>
#include <source_location>
#include <string>

namespace tgc {

/// Named tensors: inputs and outputs by name, what a file holds.
using TensorMap = std::map<std::string, Tensor>;

namespace io {

/// The tensors of an npy, npz or safetensors file; any bytes are safe.
///
/// The one tensor of an npy is named after the file: `in` for data/in.npy.
/// Errors: NotFound; InvalidArgument for other content, saying what it looks
/// like.
TGC_API TensorMap
load(const std::string &path,
     std::source_location where = std::source_location::current());

/// Writes tensors by the path's suffix: .npy (one tensor, whose name is not
/// kept), .npz or .safetensors. The file appears whole or not at all.
///
/// Errors: InvalidArgument for another suffix, and for an npy of no or several
/// tensors; FailedPrecondition inside a trace; a file that cannot be written.
TGC_API void save(const std::string &path, const TensorMap &tensors,
                  std::source_location where = std::source_location::current());

} // namespace io

} // namespace tgc

#endif // TGC_FRONTEND_API_IO_H
