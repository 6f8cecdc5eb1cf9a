// Element types. Public: includes std only; what has no snake_case name here
// is internal, users have dtype_name and the like of frontend/api/Tensor.h.
#ifndef TGC_RUNTIME_CORE_DTYPE_H
#define TGC_RUNTIME_CORE_DTYPE_H

#include "tgc/runtime/core/Export.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tgc {

/// The type of a tensor's elements. i1 is a byte holding 0 or 1.
enum class DType : uint8_t {
#define TGC_DTYPE(name, bits, kind, c_type) name,
#include "tgc/runtime/core/DType.def"
};

#define TGC_DTYPE(name, bits, kind, c_type)                                    \
  inline constexpr DType name = DType::name;
#include "tgc/runtime/core/DType.def"

/// What arithmetic a dtype belongs to.
enum class DTypeKind : uint8_t {
  Bool,
  Signed,
  Unsigned,
  Float,
  Complex,
  String
};

/// IEEE binary16 as stored: no arithmetic, converted through float.
struct Half {
  uint16_t bits = 0;
  friend bool operator==(Half, Half) = default;
};

/// "f32" and so on: the name in IR, files, messages and on the command line.
TGC_API std::string_view dtypeName(DType dtype);

/// The dtype of that name; nothing if there is none.
TGC_API std::optional<DType> dtypeFromName(std::string_view name);

/// Bytes of one element in a buffer; 0 for str.
TGC_API size_t dtypeBytes(DType dtype);

TGC_API DTypeKind dtypeKind(DType dtype);

/// True if buffers of this dtype exist: values can be read, written, moved and
/// converted.
TGC_API bool isStored(DType dtype);

/// True if arithmetic ops take this dtype: i1 i32 i64 f32 f64.
TGC_API bool isComputed(DType dtype);

inline bool isFloat(DType dtype) {
  return dtypeKind(dtype) == DTypeKind::Float;
}
inline bool isInteger(DType dtype) {
  return dtypeKind(dtype) == DTypeKind::Signed ||
         dtypeKind(dtype) == DTypeKind::Unsigned;
}

/// The dtype whose elements have C++ type T; a compile error for other types.
template <class T> struct DTypeOf;
template <> struct DTypeOf<bool> {
  static constexpr DType value = DType::i1;
};
template <> struct DTypeOf<uint8_t> {
  static constexpr DType value = DType::u8;
};
template <> struct DTypeOf<int32_t> {
  static constexpr DType value = DType::i32;
};
template <> struct DTypeOf<int64_t> {
  static constexpr DType value = DType::i64;
};
template <> struct DTypeOf<Half> {
  static constexpr DType value = DType::f16;
};
template <> struct DTypeOf<float> {
  static constexpr DType value = DType::f32;
};
template <> struct DTypeOf<double> {
  static constexpr DType value = DType::f64;
};
template <class T> inline constexpr DType dtypeOf = DTypeOf<T>::value;

} // namespace tgc

#endif // TGC_RUNTIME_CORE_DTYPE_H
