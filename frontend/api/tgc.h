// Everything of tgc.
#ifndef TGC_FRONTEND_API_TGC_H
#define TGC_FRONTEND_API_TGC_H

#include "tgc/frontend/api/Compile.h"
#include "tgc/frontend/api/Executable.h"
#include "tgc/frontend/api/Jit.h"
#include "tgc/frontend/api/Program.h"
#include "tgc/frontend/api/Version.h"
#include "tgc/frontend/api/runtime.h"

#endif // TGC_FRONTEND_API_TGC_H
