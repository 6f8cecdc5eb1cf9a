// A program saved before it is compiled or run, for a report of a defect.
#ifndef TGC_TOOLS_TGC_REPRODUCER_H
#define TGC_TOOLS_TGC_REPRODUCER_H

#include "tgc/frontend/api/Program.h"
#include "tgc/tools/tgc/Session.h"

namespace tgc::tool {

/// Writes the program, weights and all, to the file of --save-reproducer, below
/// comments with the command line, version and CPU. Only the user may read the
/// file. Throws tgc::Error if it cannot be written.
void saveReproducer(const Flags &flags, const Program &program);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_REPRODUCER_H
