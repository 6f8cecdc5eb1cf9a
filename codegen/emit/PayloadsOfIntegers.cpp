// The payloads of integers and i1.
#include "tgc/codegen/emit/PayloadsOf.h"

namespace tgc::codegen {
template Value payloadOf<int32_t>(const PayloadCall &);
template Value payloadOf<int64_t>(const PayloadCall &);
template Value payloadOf<bool>(const PayloadCall &);
} // namespace tgc::codegen
