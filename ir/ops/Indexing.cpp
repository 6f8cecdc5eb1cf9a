// Family Indexing: generated op classes.
#include "tgc/ir/AssemblyFormat.h"
#include "tgc/ir/Ops.h"

#define GET_OP_CLASSES
#include "tgc/ir/Indexing.cpp.inc"
