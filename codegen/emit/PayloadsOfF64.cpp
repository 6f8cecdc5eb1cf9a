// The payloads of f64.
#include "tgc/codegen/emit/PayloadsOf.h"

namespace tgc::codegen {
template Value payloadOf<double>(const PayloadCall &);
} // namespace tgc::codegen
