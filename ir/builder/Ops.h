// A function per op that appends it to IR: the names of the API on values.
#ifndef TGC_IR_BUILDER_OPS_H
#define TGC_IR_BUILDER_OPS_H

#include "tgc/ir/builder/OpWriter.h"

/// OpWriter::build by name, as `build::reduce(writer, loc, x,
/// {.kind = tgc::ReduceKind::add, .dims = {0}})`. Without the promotion and
/// broadcasting of the API: an op takes what its record says.
namespace tgc::ir::build {

#define TGC_OP_BUILDER_DECLS
#include "tgc/ir/OpBuilder.inc"

} // namespace tgc::ir::build

#endif // TGC_IR_BUILDER_OPS_H
