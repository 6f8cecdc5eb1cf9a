// Which payload computes an op of family Elementwise on a dtype.
#include "tgc/codegen/emit/Payloads.h"

#include "tgc/codegen/emit/PayloadsOf.h"

namespace tgc::codegen {

Value emitPayload(Code &code, OpKind kind, const OpAttrs &attrs, DType dtype,
                  mlir::ValueRange operands, int64_t lanes, bool hasFma) {
  if (kind == OpKind::Select)
    return code.op<mlir::arith::SelectOp>(operands[0], operands[1],
                                          operands[2]);
  if (kind == OpKind::Convert)
    return emitConvert(code, dtype, std::get<ConvertAttrs>(attrs).to,
                       operands[0], lanes, hasFma);
  PayloadCall call{code, kind, attrs, operands, lanes, hasFma};
  switch (dtype) {
  case DType::i1:
    return payloadOf<bool>(call);
  case DType::i32:
    return payloadOf<int32_t>(call);
  case DType::i64:
    return payloadOf<int64_t>(call);
  case DType::f32:
    return payloadOf<float>(call);
  case DType::f64:
    return payloadOf<double>(call);
  default:
    return {};
  }
}

namespace {

template <class From>
Value convertFrom(Code &code, DType to, Value x, int64_t lanes, bool hasFma) {
  MlirPayloadBuilder b(code, lanes, hasFma);
  MlirPayloadBuilder::V<From> v{x};
  switch (to) {
  case DType::i1:
    return payload::convert<bool>(b, v).repr;
  case DType::u8:
    return payload::convert<uint8_t>(b, v).repr;
  case DType::i32:
    return payload::convert<int32_t>(b, v).repr;
  case DType::i64:
    return payload::convert<int64_t>(b, v).repr;
  case DType::f16:
    return payload::convert<Half>(b, v).repr;
  case DType::f32:
    return payload::convert<float>(b, v).repr;
  case DType::f64:
    return payload::convert<double>(b, v).repr;
  default:
    return {};
  }
}

} // namespace

Value emitConvert(Code &code, DType from, DType to, Value x, int64_t lanes,
                  bool hasFma) {
  switch (from) {
  case DType::i1:
    return convertFrom<bool>(code, to, x, lanes, hasFma);
  case DType::u8:
    return convertFrom<uint8_t>(code, to, x, lanes, hasFma);
  case DType::i32:
    return convertFrom<int32_t>(code, to, x, lanes, hasFma);
  case DType::i64:
    return convertFrom<int64_t>(code, to, x, lanes, hasFma);
  case DType::f16:
    return convertFrom<Half>(code, to, x, lanes, hasFma);
  case DType::f32:
    return convertFrom<float>(code, to, x, lanes, hasFma);
  case DType::f64:
    return convertFrom<double>(code, to, x, lanes, hasFma);
  default:
    return {};
  }
}

} // namespace tgc::codegen
