// The payloads of f32.
#include "tgc/codegen/emit/PayloadsOf.h"

namespace tgc::codegen {
template Value payloadOf<float>(const PayloadCall &);
} // namespace tgc::codegen
