// Payloads of one dtype: instantiated in one file per dtype, as each takes
// seconds to compile.
#ifndef TGC_CODEGEN_EMIT_PAYLOADSOF_H
#define TGC_CODEGEN_EMIT_PAYLOADSOF_H

#include "tgc/codegen/emit/MlirPayloadBuilder.h"
#include "tgc/runtime/core/OpAttrs.h"
#include "tgc/runtime/payload/Elementwise.h"

namespace tgc::codegen {

struct PayloadCall {
  Code &code;
  OpKind kind;
  const OpAttrs &attrs;
  mlir::ValueRange operands;
  int64_t lanes;
  bool hasFma;
};

/// Emits any op but select and convert on operands of element type T.
template <class T> Value payloadOf(const PayloadCall &call);

extern template Value payloadOf<bool>(const PayloadCall &);
extern template Value payloadOf<int32_t>(const PayloadCall &);
extern template Value payloadOf<int64_t>(const PayloadCall &);
extern template Value payloadOf<float>(const PayloadCall &);
extern template Value payloadOf<double>(const PayloadCall &);

namespace ofOps {
#define TGC_OP_TABLE
#include "tgc/runtime/OpKind.inc"
#undef TGC_OP_TABLE
} // namespace ofOps

/// True if operands of the class may be of element type T.
template <class T> constexpr bool computes(DTypeClass cls) {
  constexpr bool isBool = payload::isBoolType<T>;
  constexpr bool isFloat = payload::isFloatType<T>;
  switch (cls) {
  case DTypeClass::Any:
  case DTypeClass::Arith:
    return true;
  case DTypeClass::Number:
    return !isBool;
  case DTypeClass::Float:
    return isFloat;
  case DTypeClass::Bits:
    return !isFloat;
  case DTypeClass::Bool:
    return isBool;
  case DTypeClass::Index:
    return !isBool && !isFloat;
  }
  return false;
}

constexpr bool takesAttrs(OpKind kind) {
  return kind == OpKind::Compare || kind == OpKind::Convert ||
         kind == OpKind::Round || kind == OpKind::Select;
}

template <class T> Value payloadOf(const PayloadCall &call) {
  using Builder = MlirPayloadBuilder;
  Builder b(call.code, call.lanes, call.hasFma);
  auto x = [&](int i) { return Builder::V<T>{call.operands[i]}; };
  if (call.kind == OpKind::Compare) {
    auto &attrs = std::get<CompareAttrs>(call.attrs);
    return payload::compare(b, x(0), x(1), attrs.direction, attrs.total).repr;
  }
  if constexpr (payload::isFloatType<T>)
    if (call.kind == OpKind::Round)
      return payload::round(b, x(0), std::get<RoundAttrs>(call.attrs).mode)
          .repr;
  switch (call.kind) {
#define TGC_PAYLOAD_ARGUMENTS_1 x(0)
#define TGC_PAYLOAD_ARGUMENTS_2 x(0), x(1)
#define TGC_PAYLOAD_ARGUMENTS_3 x(0), x(1), x(2)
#define TGC_ELEMENTWISE(Kind, mnemonic, count)                                 \
  case OpKind::Kind:                                                           \
    if constexpr (!takesAttrs(OpKind::Kind) &&                                 \
                  computes<T>(ofOps::operandsOf##Kind[0].dtypes))              \
      return payload::mnemonic(b, TGC_PAYLOAD_ARGUMENTS_##count).repr;         \
    break;
#include "tgc/runtime/OpKind.inc"
#undef TGC_PAYLOAD_ARGUMENTS_1
#undef TGC_PAYLOAD_ARGUMENTS_2
#undef TGC_PAYLOAD_ARGUMENTS_3
  default:
    break;
  }
  return {};
}

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_PAYLOADSOF_H
