// The safetensors format: a JSON header, then the elements of every tensor.
#ifndef TGC_RUNTIME_IO_SAFETENSORS_H
#define TGC_RUNTIME_IO_SAFETENSORS_H

#include "tgc/runtime/io/WriteFile.h"

namespace tgc {

/// The tensors of a safetensors file in memory. Format: the README of
/// huggingface/safetensors: 8 bytes header length, header, data; dtypes BOOL
/// U8 I32 I64 F16 F32 F64. `__metadata__` is checked and left out.
///
/// Errors: InvalidArgument for a header that is no such JSON object, names
/// used twice, unknown keys, dtypes without storage (by name), and tensors that
/// do not cover the data exactly once; ResourceExhausted above
/// Limits::safetensors_header_bytes, name_bytes, rank or elements.
absl::StatusOr<ValueMap> parseSafetensors(absl::Span<const uint8_t> bytes,
                                          const Limits &limits = {});

/// True if `bytes` begin as a safetensors file does: a header that fits the
/// file and begins with '{'.
bool isSafetensors(absl::Span<const uint8_t> bytes);

/// Writes the tensors, those with larger elements first and then by name, so
/// that all data are aligned to their elements. Errors: InvalidArgument for a
/// name that is not UTF-8 or is "__metadata__"; those of the sink.
absl::Status writeSafetensors(const ValueMap &tensors, ByteSink sink);

} // namespace tgc

#endif // TGC_RUNTIME_IO_SAFETENSORS_H
