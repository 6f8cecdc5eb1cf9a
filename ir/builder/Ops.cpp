// Generated functions that append ops.
#include "tgc/ir/builder/Ops.h"

namespace tgc::ir::build {

#define TGC_OP_BUILDER_DEFS
#include "tgc/ir/OpBuilder.inc"

} // namespace tgc::ir::build
