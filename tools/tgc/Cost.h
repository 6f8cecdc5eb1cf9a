// How much a run of a program computes and moves, for rates.
#ifndef TGC_TOOLS_TGC_COST_H
#define TGC_TOOLS_TGC_COST_H

#include "tgc/frontend/api/Program.h"

#include <optional>

namespace tgc::tool {

/// Of one run. Operations are those that the program says, not those that run:
/// 2 per multiply-add of products and convolutions, 1 per element that an
/// elementwise op makes or a reduction reads, 0 for ops that only move. Bytes
/// are the least there can be: each input, result and constant once.
struct Cost {
  double operations = 0;
  double bytes = 0;
};

/// The cost of a function on inputs of these shapes; nothing if a size does not
/// follow from them.
std::optional<Cost> costOf(const Program &program, std::string_view function,
                           std::span<const Tensor> inputs);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_COST_H
