// The scalar form of an elementwise op, as IR.
#ifndef TGC_CODEGEN_EMIT_PAYLOADS_H
#define TGC_CODEGEN_EMIT_PAYLOADS_H

#include "tgc/codegen/emit/Code.h"
#include "tgc/runtime/core/OpAttrs.h"

namespace tgc::codegen {

/// Emits `kind` on operands of dtype `dtype` (of a select: its second and
/// third operand's) at a lane count. Null if the op has no payload for the
/// dtype, which no verified program asks for.
Value emitPayload(Code &code, OpKind kind, const OpAttrs &attrs, DType dtype,
                  mlir::ValueRange operands, int64_t lanes, bool hasFma);

/// The value in another dtype, as op convert.
Value emitConvert(Code &code, DType from, DType to, Value value, int64_t lanes,
                  bool hasFma);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_PAYLOADS_H
