// The order in which a reduction combines its elements (semantics.md 5).
#ifndef TGC_CODEGEN_EMIT_REDUCETREE_H
#define TGC_CODEGEN_EMIT_REDUCETREE_H

#include "tgc/codegen/emit/Combiner.h"

namespace tgc::codegen {

/// Combines 16 lanes of n elements of one result. `whole(j)` gives elements
/// j … j + 15 as vectors of `lanes`; `part(j, count)` the same for 1 to 15
/// elements, neutral after them. `unroll`: whole() is short. The result is a
/// scalar.
struct RowReduction {
  Context &context;
  Combiner &combiner;
  int64_t lanes;
  bool unroll;
  llvm::function_ref<Values(Value)> whole;
  llvm::function_ref<Values(Value, Value)> part;

  Value emit(Value n);

private:
  Values fold(const Values &a, const Values &b);
  Values wholeBlock(Value first);
  Values partBlock(Value first, Value count);
  void halveBuffer(Value buffer, Value blocks);
  void storeItem(const Values &parts, Value pointer);
  Values loadItem(Value pointer);
};

/// Combines n elements of each of some neighbouring results. `at(j)` gives
/// element j of all of them as `vectors` values of `lanes` lanes. `unroll`:
/// at() is short.
struct ColumnReduction {
  Context &context;
  Combiner &combiner;
  int64_t lanes;
  int64_t vectors;
  bool unroll;
  llvm::function_ref<Values(Value)> at;

  /// One value for each of the `vectors`.
  Values emit(Value n);
  /// The same for `strips` times `vectors`, at most mostStrips(), whose rows
  /// are walked through together: longer runs of memory. `enter(i)` comes
  /// before each use of at() for strip i, `leave(results)` after enter(i) at
  /// the end.
  void emitStrips(Value n, Value strips, int64_t most,
                  llvm::function_ref<void(Value)> enter,
                  llvm::function_ref<void(const Values &)> leave);
  /// How many strips fit into a bounded scratch; 1 if `n` is not known.
  int64_t mostStrips(std::optional<int64_t> n) const;
  /// How many vectors do, of sums in order.
  static int64_t mostVectors(const Combiner &combiner, int64_t lanes,
                             std::optional<int64_t> n);

private:
  using EachStrip = llvm::function_ref<void(llvm::function_ref<void(Value)>)>;
  Values few(int64_t n);
  Values combineAll(Value begin, Value end, const Values &first);
  Values fold(const Values &a, mlir::ValueRange b);
  Values load(Value place);
  void store(const Values &values, Value place);
  Value place(Value base, Value number);
  Value emitUnordered(Value n, int64_t most, EachStrip each);
  Value emitOrdered(Value n, int64_t most, EachStrip each);
  void block(Value first, Value count, Value item, int64_t most,
             EachStrip each);
  Values halveItem(Value item, Value strip, int64_t most);
};

/// The balanced tree of blocks' results as a stack in scratch. Depth is the
/// number of results in it.
class BlockTree {
public:
  /// Results are `width` elements; at most `blocks` (if known) are pushed.
  BlockTree(Context &context, Combiner &combiner, int64_t width,
            std::optional<int64_t> blocks);

  /// Place of the next block's result.
  Value next(Value depth);
  /// Enters it, as the `count`-th from 1 on; the new depth.
  Value push(Value depth, Value count);
  /// Combines what is left; place of the result.
  Value finish(Value depth);

private:
  Value item(Value depth);
  void combine(Value into, Value from);

  Context &context;
  Combiner &combiner;
  int64_t width;
  Value stack;
};

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_REDUCETREE_H
