// The numbers in the order of sums (semantics.md 5 and 6): kernels and
// generated code give the same bits because both read them here. Constants
// only.
#ifndef TGC_RUNTIME_CORE_NUMERICORDER_H
#define TGC_RUNTIME_CORE_NUMERICORDER_H

#include <cstdint>

namespace tgc::order {

/// A reduction's element e belongs to lane e mod numLanes.
constexpr int64_t numLanes = 16;
/// Elements of one block that a lane folds from left to right.
constexpr int64_t runLength = 8;
/// Blocks' results combine as a balanced tree.
constexpr int64_t blockElements = numLanes * runLength;
/// Consecutive products of a sum of products that form one chain.
constexpr int64_t chunkProducts = 256;

} // namespace tgc::order

#endif // TGC_RUNTIME_CORE_NUMERICORDER_H
