// Tensors of a model as values: every check on the way.
#ifndef TGC_FRONTEND_ONNX_TENSORDATA_H
#define TGC_FRONTEND_ONNX_TENSORDATA_H

#include "absl/types/span.h"
#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/core/Value.h"

#include <optional>
#include <string>

namespace tgc::onnx {

class ExternalData;
class TensorProto;

/// The dtype of ONNX's id; nothing for ids that have none here: 0, 4-, 2- and
/// 8-bit floats and integers below 8 bits, and numbers ONNX has not given out.
std::optional<DType> dtypeFromId(int32_t id);

/// ONNX's id of a dtype; 0 if it has none.
int32_t idFromDType(DType dtype);

/// "f32", "f8e4m3fn", "number 99": an id in messages.
std::string dtypeIdText(int32_t id);

/// The elements of `tensor`, 64-byte aligned. Its raw_data is freed, so that
/// a model's weights are in memory once.
///
/// Exactly one data field may be set, one that fits the dtype, and it must be
/// as long as the product of dims says; or none, and the data lies in a file
/// that `external` finds. i1 is made 0 or 1; f16 in int32_data is a bit
/// pattern. `where` starts messages: "m.onnx: initializer 'w'".
///
/// Errors: InvalidArgument for data that does not fit; ResourceExhausted for a
/// rank or an element count beyond `limits`; those of ExternalData::read;
/// Unimplemented, with a message that is the reason alone ("dtype bf16"), for
/// a dtype without storage and segments.
absl::StatusOr<Value> valueFromTensor(TensorProto &tensor, const Limits &limits,
                                      const std::string &where,
                                      ExternalData &external);

/// The value of a TensorProto file, as test data are; any bytes are safe.
/// Errors: InvalidArgument for bytes that are none; those of valueFromTensor,
/// for external data too. `where` starts messages.
absl::StatusOr<Value> parseTensor(absl::Span<const uint8_t> bytes,
                                  const Limits &limits,
                                  const std::string &where);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_TENSORDATA_H
