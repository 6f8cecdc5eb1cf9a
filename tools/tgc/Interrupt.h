// Ctrl-C: the first ends the work in order, the second the process.
#ifndef TGC_TOOLS_TGC_INTERRUPT_H
#define TGC_TOOLS_TGC_INTERRUPT_H

#include <atomic>

namespace tgc::tool {

/// From now on SIGINT ends the process with code 130 and a message: as long as
/// a model is read there is nothing to undo, and reading may wait for ever. No
/// effect if the parent has SIGINT ignored.
void catchInterrupt();

/// From now on the first SIGINT only sets `interruptFlag`, for the work to end
/// in order; the second does what SIGINT does by default.
void deferInterrupt();

const std::atomic<bool> &interruptFlag();

/// Throws tgc::Error, Cancelled, if the flag is set.
void checkInterrupt();

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_INTERRUPT_H
