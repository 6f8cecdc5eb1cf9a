// What every value file needs: sizes checked, bytes put in order.
#ifndef TGC_RUNTIME_IO_ELEMENTS_H
#define TGC_RUNTIME_IO_ELEMENTS_H

#include "absl/types/span.h"
#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/core/Value.h"

#include <map>
#include <string>
#include <string_view>

namespace tgc {

/// Tensors of a file by name.
using ValueMap = std::map<std::string, Value>;

/// An error of `code` whose text is "<what>\n  fix: <fix>".
absl::Status errorWithFix(absl::StatusCode code, std::string_view what,
                          std::string_view fix);

/// The same status with "<prefix>: " in front of its message; OK stays OK.
absl::Status withPrefix(const absl::Status &status, std::string_view prefix);

/// The error of a file: with its path in front, and id TGC-E0201 unless a limit
/// was met.
absl::Status fileStatus(const absl::Status &status, const std::string &path);

/// `text` for a message: at most 60 bytes, control characters and bytes that
/// are no UTF-8 escaped.
std::string printable(std::string_view text);

/// True if `text` is well-formed UTF-8 (no overlong form, no surrogate).
bool isUtf8(std::string_view text);

/// The bytes that a dense tensor of this dtype and shape takes. Errors:
/// ResourceExhausted for more dimensions or elements than `limits` allows,
/// InvalidArgument for a negative size or a byte count that does not fit.
absl::StatusOr<int64_t> tensorBytes(DType dtype, const Shape &shape,
                                    const Limits &limits);

/// Turns the byte order of `count` elements of `elementBytes` around, in place.
void swapByteOrder(void *data, int64_t count, size_t elementBytes);

/// A value of this dtype and shape with a copy of `bytes` (row-major;
/// `swapped`: in the other byte order than this machine's). Errors: those of
/// tensorBytes and Value::allocate, a length that differs, an i1 byte that is
/// not 0 or 1.
absl::StatusOr<Value> valueFromBytes(DType dtype, const Shape &shape,
                                     absl::Span<const uint8_t> bytes,
                                     bool swapped, const Limits &limits);

/// Checks that each byte of an i1 value is 0 or 1: any other is undefined
/// behaviour when read as bool.
absl::Status checkBoolBytes(const Value &value);

/// The bytes of a value's elements, of a text.
absl::Span<const uint8_t> bytesOf(const Value &value);
inline absl::Span<const uint8_t> bytesOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

} // namespace tgc

#endif // TGC_RUNTIME_IO_ELEMENTS_H
