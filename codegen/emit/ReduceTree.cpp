// Sixteen lanes, runs of eight, a tree of blocks, four halvings.
#include "tgc/codegen/emit/ReduceTree.h"

#include "tgc/runtime/core/NumericOrder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace tgc::codegen {
namespace arith = mlir::arith;
namespace {

using order::blockElements;
using order::numLanes;
using order::runLength;

/// Blocks whose results meet in a buffer before they enter the tree.
constexpr int64_t bufferBlocks = 64;

/// Depth of a stack for `blocks` results; for an unknown number, 2^33 blocks:
/// tensors have at most 2^40 elements.
int64_t stackDepth(std::optional<int64_t> blocks) {
  int64_t depth = 2;
  while (!blocks ? depth < 35 : (int64_t{1} << (depth - 1)) <= *blocks)
    ++depth;
  return depth;
}

} // namespace

// The tree.

BlockTree::BlockTree(Context &context, Combiner &combiner, int64_t width,
                     std::optional<int64_t> blocks)
    : context(context), combiner(combiner), width(width),
      stack(context.code.scratch(combiner.dtype, stackDepth(blocks) * width)) {}

Value BlockTree::item(Value depth) {
  return context.code.address(
      stack, context.code.mul(depth, context.code.i64(width)), combiner.dtype);
}

Value BlockTree::next(Value depth) { return item(depth); }

void BlockTree::combine(Value into, Value from) {
  Code &code = context.code;
  int64_t lanes = std::min<int64_t>(
      width, context.target.lanes(dtypeBytes(combiner.dtype)));
  code.loop(code.i64(0), code.i64(width), code.i64(lanes), [&](Value i) {
    Value to = code.address(into, i, combiner.dtype);
    Value a = code.load(combiner.dtype, to, lanes);
    Value b =
        code.load(combiner.dtype, code.address(from, i, combiner.dtype), lanes);
    code.store(combiner.dtype, combiner.apply(a, b), to);
  });
}

Value BlockTree::push(Value depth, Value count) {
  Code &code = context.code;
  // Twice as many results meet at every carry of the count.
  Values last = code.repeat(
      {depth, count},
      [&](mlir::ValueRange state) {
        Value odd = code.op<arith::AndIOp>(state[1], code.i64(1));
        return code.equal(odd, code.i64(0));
      },
      [&](mlir::ValueRange state) {
        Value below = code.sub(state[0], code.i64(1));
        combine(item(below), item(state[0]));
        return Values{below, code.div(state[1], code.i64(2))};
      });
  return code.add(last[0], code.i64(1));
}

Value BlockTree::finish(Value depth) {
  Code &code = context.code;
  // Folds from the top: each result has those above it added.
  code.loop(code.i64(1), depth, [&](Value i) {
    Value above = code.sub(depth, i);
    combine(item(code.sub(above, code.i64(1))), item(above));
  });
  return stack;
}

// Rows.

Values RowReduction::fold(const Values &a, const Values &b) {
  Values result;
  for (auto [x, y] : llvm::zip(a, b))
    result.push_back(combiner.apply(x, y));
  return result;
}

Values RowReduction::wholeBlock(Value first) {
  Code &code = context.code;
  if (!unroll)
    return code.loop(code.i64(numLanes), code.i64(blockElements),
                     code.i64(numLanes), whole(first),
                     [&](Value j, mlir::ValueRange acc) {
                       return fold(Values(acc), whole(code.add(first, j)));
                     });
  Values acc = whole(first);
  for (int64_t j = numLanes; j < blockElements; j += numLanes)
    acc = fold(acc, whole(code.add(first, code.i64(j))));
  return acc;
}

Values RowReduction::partBlock(Value first, Value count) {
  Code &code = context.code;
  Values acc(numLanes / lanes, combiner.neutral(lanes));
  Value wholes =
      code.mul(code.div(count, code.i64(numLanes)), code.i64(numLanes));
  acc = code.loop(code.i64(0), wholes, code.i64(numLanes), acc,
                  [&](Value j, mlir::ValueRange acc) {
                    return fold(Values(acc), whole(code.add(first, j)));
                  });
  Value rest = code.sub(count, wholes);
  return code.choose(
      code.less(code.i64(0), rest), mlir::ValueRange(acc).getTypes(),
      [&] { return fold(acc, part(code.add(first, wholes), rest)); },
      [&] { return acc; });
}

void RowReduction::storeItem(const Values &parts, Value pointer) {
  for (auto [i, value] : llvm::enumerate(parts))
    context.code.store(combiner.dtype, value,
                       context.code.address(pointer,
                                            context.code.i64(i * lanes),
                                            combiner.dtype));
}

Values RowReduction::loadItem(Value pointer) {
  Values parts;
  for (int64_t i = 0; i < numLanes; i += lanes)
    parts.push_back(context.code.load(
        combiner.dtype,
        context.code.address(pointer, context.code.i64(i), combiner.dtype),
        lanes));
  return parts;
}

void RowReduction::halveBuffer(Value buffer, Value blocks) {
  Code &code = context.code;
  auto at = [&](Value block) {
    return code.address(buffer, code.mul(block, code.i64(numLanes)),
                        combiner.dtype);
  };
  code.repeat(
      code.i64(1),
      [&](mlir::ValueRange width) { return code.less(width[0], blocks); },
      [&](mlir::ValueRange width) {
        Value step = code.add(width[0], width[0]);
        code.loop(code.i64(0), code.sub(blocks, width[0]), step,
                  [&](Value block) {
                    Values sum = fold(loadItem(at(block)),
                                      loadItem(at(code.add(block, width[0]))));
                    storeItem(sum, at(block));
                  });
        return Values{step};
      });
}

Value RowReduction::emit(Value n) {
  Code &code = context.code;
  std::optional<int64_t> known = Code::known(n);
  if (known == 0)
    return combiner.identity(1);
  if (known && *known < blockElements)
    return combiner.halve(partBlock(code.i64(0), n));
  if (known == blockElements)
    return combiner.halve(wholeBlock(code.i64(0)));

  Value wholes = code.div(n, code.i64(blockElements));
  Value rest = code.rem(n, code.i64(blockElements));
  Value blocks = code.div(code.add(n, code.i64(blockElements - 1)),
                          code.i64(blockElements));
  Value buffer = code.scratch(combiner.dtype, bufferBlocks * numLanes);
  auto fill = [&](Value first, Value end) {
    auto place = [&](Value block) {
      return code.address(buffer,
                          code.mul(code.sub(block, first), code.i64(numLanes)),
                          combiner.dtype);
    };
    Value wholesEnd = code.min(end, wholes);
    code.loop(first, wholesEnd, [&](Value block) {
      storeItem(wholeBlock(code.mul(block, code.i64(blockElements))),
                place(block));
    });
    code.when(code.less(wholesEnd, end), [&] {
      storeItem(partBlock(code.mul(wholes, code.i64(blockElements)), rest),
                place(wholes));
    });
    halveBuffer(buffer, code.sub(end, first));
  };
  Value result;
  if (known && *known <= bufferBlocks * blockElements) {
    fill(code.i64(0), blocks);
    result = combiner.halve(loadItem(buffer));
  } else {
    // A full buffer is a whole subtree.
    BlockTree tree(
        context, combiner, numLanes,
        known ? std::optional(*known / (bufferBlocks * blockElements) + 1)
              : std::nullopt);
    Values depth = code.loop(
        code.i64(0), blocks, code.i64(bufferBlocks), code.i64(0),
        [&](Value first, mlir::ValueRange depth) {
          fill(first,
               code.min(blocks, code.add(first, code.i64(bufferBlocks))));
          storeItem(loadItem(buffer), tree.next(depth[0]));
          Value count =
              code.add(code.div(first, code.i64(bufferBlocks)), code.i64(1));
          return Values{tree.push(depth[0], count)};
        });
    result = combiner.halve(loadItem(tree.finish(depth[0])));
  }
  return code.select(code.equal(n, code.i64(0)), combiner.identity(1), result);
}

// Columns.

Values ColumnReduction::fold(const Values &a, mlir::ValueRange b) {
  Values result;
  for (auto [x, y] : llvm::zip(a, b))
    result.push_back(combiner.apply(x, y));
  return result;
}

/// `first` and elements [begin, end) in any order.
Values ColumnReduction::combineAll(Value begin, Value end,
                                   const Values &first) {
  Values state;
  for (Value value : first)
    state.append(combiner.open(value));
  size_t size = state.size() / vectors;
  auto part = [&](mlir::ValueRange state, int64_t v) {
    return state.slice(v * size, size);
  };
  state = context.code.loop(begin, end, context.code.i64(1), state,
                            [&](Value j, mlir::ValueRange state) {
                              Values next;
                              for (auto [v, x] : llvm::enumerate(at(j)))
                                next.append(combiner.absorb(part(state, v), x));
                              return next;
                            });
  Values results;
  for (int64_t v = 0; v < vectors; ++v)
    results.push_back(combiner.close(part(state, v)));
  return results;
}

Values ColumnReduction::few(int64_t n) {
  if (!combiner.ordered) {
    Code &code = context.code;
    Values results = at(code.i64(0));
    std::vector<Values> states;
    for (Value value : results)
      states.push_back(combiner.open(value));
    for (int64_t l = 1; l < n; ++l)
      for (auto [state, x] : llvm::zip(states, at(code.i64(l))))
        state = combiner.absorb(state, x);
    for (auto [result, state] : llvm::zip(results, states))
      result = combiner.close(state);
    return results;
  }
  std::vector<Values> lane;
  for (int64_t l = 0; l < n; ++l)
    lane.push_back(at(context.code.i64(l)));
  for (int64_t s = numLanes / 2; s > 0; s /= 2)
    for (int64_t l = 0; l < s && l + s < n; ++l)
      lane[l] = fold(lane[l], lane[l + s]);
  return lane[0];
}

Value ColumnReduction::place(Value base, Value number) {
  Code &code = context.code;
  return code.address(base, code.mul(number, code.i64(vectors * lanes)),
                      combiner.dtype);
}

Values ColumnReduction::load(Value place) {
  Code &code = context.code;
  Values values;
  for (int64_t v = 0; v < vectors; ++v)
    values.push_back(code.load(
        combiner.dtype,
        code.address(place, code.i64(v * lanes), combiner.dtype), lanes));
  return values;
}

void ColumnReduction::store(const Values &values, Value place) {
  Code &code = context.code;
  for (auto [v, value] : llvm::enumerate(values))
    code.store(combiner.dtype, value,
               code.address(place, code.i64(v * lanes), combiner.dtype));
}

/// A few rows at a time, into a result per strip; where they are.
Value ColumnReduction::emitUnordered(Value n, int64_t most, EachStrip each) {
  Code &code = context.code;
  Value results = code.scratch(combiner.dtype, most * vectors * lanes);
  Values none(vectors, combiner.identity(lanes));
  auto rows = [&](Value begin, Value end, const Values &acc) {
    return combineAll(begin, end, acc);
  };
  if (most == 1) {
    each([&](Value) { store(rows(code.i64(0), n, none), results); });
    return results;
  }
  code.loop(code.i64(0), code.i64(most),
            [&](Value s) { store(none, place(results, s)); });
  code.loop(code.i64(0), n, code.i64(runLength), [&](Value first) {
    Value end = code.min(n, code.add(first, code.i64(runLength)));
    each([&](Value s) {
      Value to = place(results, s);
      store(rows(first, end, load(to)), to);
    });
  });
  return results;
}

void ColumnReduction::block(Value first, Value count, Value item, int64_t most,
                            EachStrip each) {
  Code &code = context.code;
  code.loop(code.i64(0), code.i64(numLanes), [&](Value l) {
    Value lane = code.mul(l, code.i64(most));
    each([&](Value s) {
      Values acc(vectors, combiner.neutral(lanes));
      acc = code.loop(l, count, code.i64(numLanes), acc,
                      [&](Value j, mlir::ValueRange acc) {
                        return fold(Values(acc), at(code.add(first, j)));
                      });
      store(acc, place(item, code.add(lane, s)));
    });
  });
}

Values ColumnReduction::halveItem(Value item, Value strip, int64_t most) {
  Code &code = context.code;
  std::vector<Values> lane;
  for (int64_t l = 0; l < numLanes; ++l)
    lane.push_back(load(place(item, code.add(code.i64(l * most), strip))));
  for (int64_t s = numLanes / 2; s > 0; s /= 2)
    for (int64_t l = 0; l < s; ++l)
      lane[l] = fold(lane[l], lane[l + s]);
  return lane[0];
}

/// The lanes of all strips, before the halvings; where they are.
Value ColumnReduction::emitOrdered(Value n, int64_t most, EachStrip each) {
  Code &code = context.code;
  std::optional<int64_t> known = Code::known(n);
  Value blocks = code.div(code.add(n, code.i64(blockElements - 1)),
                          code.i64(blockElements));
  BlockTree tree(context, combiner, numLanes * most * vectors * lanes,
                 Code::known(blocks));
  if (known && *known <= blockElements) {
    Value item = tree.next(code.i64(0));
    block(code.i64(0), n, item, most, each);
    return item;
  }
  Values depth = code.loop(
      code.i64(0), blocks, code.i64(1), code.i64(0),
      [&](Value b, mlir::ValueRange depth) {
        Value first = code.mul(b, code.i64(blockElements));
        block(first, code.min(code.sub(n, first), code.i64(blockElements)),
              tree.next(depth[0]), most, each);
        return Values{tree.push(depth[0], code.add(b, code.i64(1)))};
      });
  return tree.finish(depth[0]);
}

int64_t ColumnReduction::mostVectors(const Combiner &combiner, int64_t lanes,
                                     std::optional<int64_t> n) {
  // Of a thread's stack, which may be 256 KiB.
  constexpr int64_t scratchBytes = 128 << 10;
  std::optional<int64_t> blocks;
  if (n)
    blocks = ceilDiv(*n, blockElements).constant();
  int64_t vectorBytes = numLanes * lanes * dtypeBytes(combiner.dtype);
  return std::max<int64_t>(1,
                           scratchBytes / (vectorBytes * stackDepth(blocks)));
}

int64_t ColumnReduction::mostStrips(std::optional<int64_t> n) const {
  constexpr int64_t most = 8;
  if (!combiner.ordered)
    return most;
  return std::clamp<int64_t>(mostVectors(combiner, lanes, n) / vectors, 1,
                             n ? most : 1);
}

void ColumnReduction::emitStrips(
    Value n, Value strips, int64_t most, llvm::function_ref<void(Value)> enter,
    llvm::function_ref<void(const Values &)> leave) {
  Code &code = context.code;
  std::optional<int64_t> known = Code::known(n);
  if (most == 1)
    enter(code.i64(0));
  auto each = [&](llvm::function_ref<void(Value)> body) {
    if (most == 1)
      return body(code.i64(0));
    code.loop(code.i64(0), strips, [&](Value s) {
      enter(s);
      body(s);
    });
  };
  Values none(vectors, combiner.identity(lanes));
  if (known == 0)
    return each([&](Value) { leave(none); });
  if (known && (*known == 1 || (unroll && *known <= numLanes)))
    return each([&](Value) { leave(few(*known)); });
  bool ordered = combiner.ordered;
  Value where =
      ordered ? emitOrdered(n, most, each) : emitUnordered(n, most, each);
  Value empty = code.equal(n, code.i64(0));
  each([&](Value s) {
    Values results =
        ordered ? halveItem(where, s, most) : load(place(where, s));
    for (auto [result, value] : llvm::zip(results, none))
      result = code.select(empty, value, result);
    leave(results);
  });
}

Values ColumnReduction::emit(Value n) {
  Values results;
  emitStrips(
      n, context.code.i64(1), 1, [](Value) {},
      [&](const Values &values) { results = values; });
  return results;
}

} // namespace tgc::codegen
