// Every op class.
#ifndef TGC_IR_OPS_H
#define TGC_IR_OPS_H

#include "tgc/ir/TgcDialect.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "tgc/ir/OpClasses.h.inc"

#endif // TGC_IR_OPS_H
