// Tensors in JSON.
#include "tgc/tools/tgc/Json.h"

#include "tgc/frontend/api/Ops.h"

#include "nlohmann/json.hpp"

#include <cmath>

namespace tgc::tool {
namespace {

using Json = nlohmann::ordered_json;

template <class T> Json elements(const Tensor &x) {
  Json list = Json::array();
  for (T value : x.data<T>()) {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(value))
        list.push_back("nan");
      else if (std::isinf(value))
        list.push_back(value < 0 ? "-inf" : "inf");
      else
        list.push_back(value);
    } else {
      list.push_back(value);
    }
  }
  return list;
}

Json elements(const Tensor &x) {
  switch (x.dtype()) {
  case DType::i1:
    return elements<bool>(x);
  case DType::u8:
    return elements<uint8_t>(x);
  case DType::i32:
    return elements<int32_t>(x);
  case DType::i64:
    return elements<int64_t>(x);
  case DType::f32:
    return elements<float>(x);
  case DType::f64:
    return elements<double>(x);
  default: // f16
    return elements<float>(convert(x, DType::f32));
  }
}

} // namespace

Json tensorJson(const std::string &name, const Tensor &x) {
  Json shape = Json::array();
  for (const Dim &dim : x.shape())
    shape.push_back(static_cast<int64_t>(dim));
  return {{"name", name},
          {"dtype", std::string(dtypeName(x.dtype()))},
          {"shape", shape},
          {"data", elements(x)}};
}

Json specJson(const TensorSpec &spec) {
  Json dims = Json::array();
  for (const Dim &dim : spec.dims) {
    if (dim.is_symbolic())
      dims.push_back(dim.expr().text());
    else
      dims.push_back(static_cast<int64_t>(dim));
  }
  return {{"name", spec.name},
          {"dtype", std::string(dtypeName(spec.dtype))},
          {"dims", dims}};
}

} // namespace tgc::tool
