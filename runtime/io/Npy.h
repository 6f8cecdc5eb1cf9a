// The npy format: one tensor.
#ifndef TGC_RUNTIME_IO_NPY_H
#define TGC_RUNTIME_IO_NPY_H

#include "tgc/runtime/io/WriteFile.h"

namespace tgc {

/// The tensor of an npy file in memory. Format: NumPy enhancement proposal 1
/// and numpy.lib.format: versions 1.0, 2.0 and 3.0; either byte order; C and
/// Fortran order (the value is row-major always); dtypes b1 u1 i4 i8 f2 f4 f8.
///
/// Errors: InvalidArgument for bytes that are no npy, a header that is not the
/// three expected entries once each, a dtype without storage (by name; object
/// arrays are pickled code), and data longer or shorter than the shape says;
/// ResourceExhausted above Limits::npy_header_bytes, rank or elements.
absl::StatusOr<Value> parseNpy(absl::Span<const uint8_t> bytes,
                               const Limits &limits = {});

/// True if `bytes` begin as an npy file does.
bool isNpy(absl::Span<const uint8_t> bytes);

/// What precedes the elements in the npy file of `value`: byte for byte what
/// numpy.save writes.
std::string npyHeader(const Value &value);

/// Writes `value` as npy version 1.0. Errors: those of the sink.
absl::Status writeNpy(const Value &value, ByteSink sink);

} // namespace tgc

#endif // TGC_RUNTIME_IO_NPY_H
