// Tables over DType.def.
#include "tgc/runtime/core/DType.h"

#include <type_traits>

namespace tgc {
namespace {

struct DTypeInfo {
  std::string_view name;
  size_t bytes;
  DTypeKind kind;
  bool stored;
};

constexpr DTypeInfo infos[] = {
#define TGC_DTYPE(name, bits, kind, c_type)                                    \
  {#name, (bits) / 8, DTypeKind::kind, !std::is_void_v<c_type>},
#include "tgc/runtime/core/DType.def"
};

const DTypeInfo &info(DType dtype) { return infos[static_cast<size_t>(dtype)]; }

} // namespace

std::string_view dtypeName(DType dtype) { return info(dtype).name; }

std::optional<DType> dtypeFromName(std::string_view name) {
  for (size_t i = 0; i < std::size(infos); ++i)
    if (infos[i].name == name)
      return static_cast<DType>(i);
  return std::nullopt;
}

size_t dtypeBytes(DType dtype) { return info(dtype).bytes; }

DTypeKind dtypeKind(DType dtype) { return info(dtype).kind; }

bool isStored(DType dtype) { return info(dtype).stored; }

bool isComputed(DType dtype) {
  return info(dtype).stored && dtype != DType::u8 && dtype != DType::f16;
}

} // namespace tgc
