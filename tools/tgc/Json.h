// Tensors in JSON documents.
#ifndef TGC_TOOLS_TGC_JSON_H
#define TGC_TOOLS_TGC_JSON_H

#include "tgc/frontend/api/Program.h"

#include "nlohmann/json_fwd.hpp"

namespace tgc::tool {

/// {name, dtype, shape, data}: data flat and row-major; NaN and infinities as
/// the strings "nan", "inf", "-inf".
nlohmann::ordered_json tensorJson(const std::string &name, const Tensor &x);

/// {name, dtype, dims}: dims are integers, or text for a named size.
nlohmann::ordered_json specJson(const TensorSpec &spec);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_JSON_H
