// One plain struct per op with attributes, generated from the op records.
#ifndef TGC_RUNTIME_CORE_OPATTRS_H
#define TGC_RUNTIME_CORE_OPATTRS_H

#include "tgc/runtime/core/OpEnums.h"
#include "tgc/runtime/core/OpKind.h"
#include "tgc/runtime/core/Value.h"
#include "tgc/runtime/infer/DimExpr.h"

#include <optional>
#include <variant>
#include <vector>

namespace tgc {

// struct ReduceAttrs { std::vector<int64_t> dims; ReduceKind kind; … }; and
// using OpAttrs = std::variant<std::monostate, ArgReduceAttrs, …>;
#include "tgc/runtime/OpAttrs.h.inc"

} // namespace tgc

#endif // TGC_RUNTIME_CORE_OPATTRS_H
