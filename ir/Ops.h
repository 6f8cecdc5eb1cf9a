// Every op class.
#ifndef TGC_IR_OPS_H
#define TGC_IR_OPS_H

#include "tgc/ir/TgcDialect.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "tgc/ir/Contraction.h.inc"
#define GET_OP_CLASSES
#include "tgc/ir/DataMovement.h.inc"
#define GET_OP_CLASSES
#include "tgc/ir/Elementwise.h.inc"
#define GET_OP_CLASSES
#include "tgc/ir/Indexing.h.inc"
#define GET_OP_CLASSES
#include "tgc/ir/Reduction.h.inc"

#endif // TGC_IR_OPS_H
