// Enumerations of op parameters. Public: includes std only.
#ifndef TGC_RUNTIME_CORE_OPENUMS_H
#define TGC_RUNTIME_CORE_OPENUMS_H

#include <cstdint>
#include <string_view>

namespace tgc {

#include "tgc/runtime/OpEnums.h.inc"

} // namespace tgc

#endif // TGC_RUNTIME_CORE_OPENUMS_H
