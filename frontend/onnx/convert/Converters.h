// One function per operator family member: a node as tgc ops.
#ifndef TGC_FRONTEND_ONNX_CONVERT_CONVERTERS_H
#define TGC_FRONTEND_ONNX_CONVERT_CONVERTERS_H

#include "tgc/frontend/onnx/Conversion.h"

namespace tgc::onnx::convert {

// Declared from the table, so that a row without a converter does not link and
// a converter without a row is noticed. Each calls the public op surface; the
// tracer, or eager mode, decides what that does.
#define ONNX_OP(domain, op, since, converter, shape, least, most, outputs,     \
                attributes)                                                    \
  Operands converter(Conversion &c);
#include "tgc/frontend/onnx/OnnxOps.def"

} // namespace tgc::onnx::convert

#endif // TGC_FRONTEND_ONNX_CONVERT_CONVERTERS_H
