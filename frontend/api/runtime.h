// Everything of tgc that needs no compiler: libtgc_runtime.
#ifndef TGC_FRONTEND_API_RUNTIME_H
#define TGC_FRONTEND_API_RUNTIME_H

#include "tgc/frontend/api/Executable.h"
#include "tgc/frontend/api/Io.h"
#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/api/Tensor.h"
#include "tgc/frontend/api/Tree.h"
#include "tgc/frontend/library/composite/Activation.h"
#include "tgc/frontend/library/composite/Arithmetic.h"
#include "tgc/frontend/library/composite/Creation.h"
#include "tgc/frontend/library/composite/Matmul.h"
#include "tgc/frontend/library/composite/Normalization.h"
#include "tgc/frontend/library/composite/Pooling.h"
#include "tgc/frontend/library/composite/Reductions.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/library/composite/Softmax.h"

#endif // TGC_FRONTEND_API_RUNTIME_H
