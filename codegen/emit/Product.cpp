// Blocks, panels, chunks and tiles of a product.
#include "tgc/codegen/emit/Product.h"

#include "tgc/codegen/emit/Payloads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace tgc::codegen {
namespace {

/// Rows that one iteration computes at most; a right side that is copied to
/// scratch is copied once for them.
constexpr int64_t mostBlockRows = 240;
/// The same where several panels go together.
constexpr int64_t fewBlockRows = 96;
// All scratch is of a thread's stack, which may be 256 KiB: a right side of a
// panel takes 64 KiB of it.
/// Scratch for the sums of several panels.
constexpr int64_t totalsBytes = 64 << 10;
/// Scratch for a left side that is packed.
constexpr int64_t leftBytes = 80 << 10;
/// Iterations that two threads or more share well.
constexpr int64_t blocksWanted = 8;
/// Rows that make copying a right side to scratch worth its while.
constexpr int64_t rowsToPack = 64;
/// Cost of an epilogue that is written once for every vector of a tile.
constexpr int64_t tileEpilogueCost = 12;
/// Floating-point operations of 20 microseconds on one core.
constexpr int64_t grainOperations = 2'000'000;

} // namespace

Product::Product(Context &context, Elements &elements, Elements::Node sum,
                 llvm::ArrayRef<Elements::Node> roots,
                 llvm::ArrayRef<unsigned> targets)
    : context(context), code(context.code), elements(elements), sum(sum),
      roots(roots), targets(targets) {
  auto inner = [&](int role, std::optional<unsigned> &dim) {
    auto dims = elements.space().withRole(role);
    if (!dims.empty())
      dim = dims.pop_back_val();
    outer.append(dims.begin(), dims.end());
  };
  outer = elements.space().withRole(OuterRole);
  inner(RowRole, rowDim);
  inner(ColumnRole, columnDim);
  depthDims = elements.space().withRole(DepthRole);
  depth = 1;
  for (unsigned d : depthDims)
    depth = depth * elements.space().dims[d].size;
}

DimExpr Product::extent(std::optional<unsigned> dim) const {
  return dim ? elements.space().dims[*dim].size : DimExpr(1);
}

Value Product::widen(Value value) {
  return emitConvert(code, operand, accum, value,
                     Code::lanesOf(value.getType()), context.target.hasFma);
}

void Product::chooseTile() {
  const TargetInfo &target = context.target;
  std::optional<int64_t> rows = extent(rowDim).constant();
  std::optional<int64_t> columns = extent(columnDim).constant();
  lanes = columnDim ? target.lanes(std::max<int64_t>(elements.widest(),
                                                     dtypeBytes(accum)))
                    : 1;
  // Sums, a row of the right side, an element of the left one and a register
  // to spare: where all are taken, the allocator spills one in the loop.
  bool wide = target.vectorRegisters >= 32;
  tileVectors = wide ? 4 : target.hasFma ? 2 : 3;
  if (rows && *rows <= 2)
    tileVectors = wide ? 8 : *rows == 1 ? 6 : 4;
  if (!columnDim)
    tileVectors = 1;
  else if (columns)
    tileVectors =
        std::clamp<int64_t>((*columns + lanes - 1) / lanes, 1, tileVectors);
  int64_t forSums = target.vectorRegisters - tileVectors - 2 - !target.hasFma;
  tileRows =
      std::clamp<int64_t>(forSums / tileVectors, 1, tileVectors < 4 ? 8 : 6);
  if (rows)
    tileRows = std::clamp<int64_t>(*rows, 1, tileRows);
  int64_t most = rows ? mostBlockRows : fewBlockRows;
  int64_t slackRows = 16; // better than a small block at the end
  if (left.pack) {
    most =
        std::min(most, leftBytes / (order::chunkProducts *
                                    static_cast<int64_t>(dtypeBytes(operand))));
    slackRows = 0;
  }
  blockRows = rows && *rows <= most + slackRows ? std::max<int64_t>(*rows, 1)
                                                : most / tileRows * tileRows;

  // Panels of one block go through a chunk of depths together, as long as
  // there are blocks for every thread.
  int64_t panelWidth = tileVectors * lanes;
  panelsTogether = std::clamp<int64_t>(
      totalsBytes / (blockRows * panelWidth * dtypeBytes(accum)), 1,
      wide ? 4 : 8);
  if (blockRows > fewBlockRows + 16)
    panelsTogether = 1;
  DimExpr panels = ceilDiv(extent(columnDim), panelWidth) *
                   ceilDiv(extent(rowDim), blockRows);
  for (unsigned d : outer)
    panels = panels * elements.space().dims[d].size;
  if (auto known = panels.constant())
    panelsTogether = std::clamp<int64_t>(
        std::min(*known / blocksWanted,
                 (columns.value_or(0) + panelWidth - 1) / panelWidth),
        1, panelsTogether);

  bool simpleDepth = depthDims.size() <= 1;
  auto depthStride = [&] {
    return depthDims.empty()
               ? std::optional<int64_t>(0)
               : elements.place(*right.access).stride(depthDims.back());
  };
  if (right.pack)
    rightForm = Right::Own;
  else if (simpleDepth &&
           (!columnDim ||
            elements.place(*right.access).stride(*columnDim) == 1))
    rightForm = columnDim && (!rows || *rows >= rowsToPack) ? Right::Rows
                                                            : Right::InPlace;
  else if (simpleDepth && depthStride() == 1)
    rightForm = Right::Transposed;
  else
    rightForm = Right::Gathered;
}

/// Elements beyond a packed panel that its owner may write.
int64_t Product::slack() const {
  return rightForm == Right::Own ? context.target.lanes(dtypeBytes(operand))
                                 : 0;
}

void Product::emit(const char *name) {
  chooseTile();
  std::optional<int64_t> k = depth.constant();
  oneChunk = k && *k <= order::chunkProducts;
  lateFinish = elements.cost(roots) > tileEpilogueCost;
  int64_t panelWidth = tileVectors * lanes;
  int64_t blockWidth = panelsTogether * panelWidth;
  DimExpr rowBlocks = ceilDiv(extent(rowDim), blockRows);
  DimExpr columnBlocks = ceilDiv(extent(columnDim), blockWidth);
  DimExpr iterations = rowBlocks * columnBlocks;
  for (unsigned d : outer)
    iterations = iterations * elements.space().dims[d].size;
  context.emitted.iterations = iterations;
  int64_t operations = 2 * blockRows * blockWidth *
                       std::max<int64_t>(1, k.value_or(order::chunkProducts));
  context.emitted.grain = std::max<int64_t>(1, grainOperations / operations);
  constexpr const char *forms[] = {"in place", "copied", "transposed",
                                   "gathered", "patches"};
  context.emitted.schedule =
      std::string(name) + ": tile " + std::to_string(tileRows) + "x" +
      std::to_string(panelWidth) + ", blocks " + std::to_string(blockRows) +
      "x" + std::to_string(blockWidth) + ", left side " +
      (left.pack ? "patches" : "in place") + ", right side " +
      forms[static_cast<int>(rightForm)];

  if (!oneChunk || lateFinish)
    totals = code.scratch(accum, blockRows * blockWidth);
  if (left.pack)
    leftScratch = code.scratch(operand, blockRows * order::chunkProducts +
                                            context.target.vectorBytes);
  if (rightForm != Right::InPlace)
    rightScratch =
        code.scratch(operand, order::chunkProducts * (panelWidth + slack()));

  Values sizes = elements.dimSizes(outer);
  sizes.push_back(context.size(rowBlocks));
  sizes.push_back(context.size(columnBlocks));
  Value rows = context.size(extent(rowDim));
  Value columns = context.size(extent(columnDim));
  code.positions(context.begin, context.end, sizes, [&](mlir::ValueRange at) {
    ProductBlock block{elements.start(), {}, {}, {}, {}, {}};
    for (auto [d, index] : llvm::zip(outer, at)) {
      block.cursor = elements.move(block.cursor, d, index);
      block.outer.push_back(index);
    }
    auto first = [&](Value number, Value size, int64_t width) {
      std::optional<int64_t> all = Code::known(size);
      return all && *all <= width ? code.i64(0)
                                  : code.mul(number, code.i64(width));
    };
    block.row = first(at[outer.size()], rows, blockRows);
    block.rows = code.min(code.sub(rows, block.row), code.i64(blockRows));
    block.column = first(at.back(), columns, blockWidth);
    block.columns = code.sub(columns, block.column);
    emitBlock(block);
  });
}

void Product::emitBlock(const ProductBlock &whole) {
  Value k = context.size(depth);
  auto chunk = [&](Value begin) {
    Value end =
        oneChunk ? k
                 : code.min(k, code.add(begin, code.i64(order::chunkProducts)));
    if (left.pack)
      left.pack(whole, begin, end, leftScratch, order::chunkProducts, 0);
    eachPanel(whole, [&] {
      packRight(begin, end);
      emitTiles(begin, end);
    });
  };
  // A sum of no products still has a result.
  if (oneChunk)
    chunk(code.i64(0));
  else
    code.loop(code.i64(0), code.max(k, code.i64(1)),
              code.i64(order::chunkProducts), chunk);
  if (lateFinish)
    eachPanel(whole, [&] { finishBlock(); });
}

/// Sets `block` to each panel of a block in turn; the body is written for full
/// panels, and for the last one where it may be narrower.
void Product::eachPanel(const ProductBlock &whole,
                        llvm::function_ref<void()> body) {
  int64_t panelWidth = tileVectors * lanes;
  std::optional<int64_t> columns = extent(columnDim).constant();
  auto full = [&] { emitPanel(tileVectors, false, body); };
  auto masked = [&] {
    if (!columns)
      return emitPanel(tileVectors, true, body);
    int64_t tail = *columns % panelWidth;
    block.columns = code.i64(tail);
    emitPanel((tail + lanes - 1) / lanes, true, body);
  };
  Value end = code.min(whole.columns, code.i64(panelsTogether * panelWidth));
  code.loop(code.i64(0), end, code.i64(panelWidth), [&](Value offset) {
    block = whole;
    block.column = code.add(whole.column, offset);
    block.columns = code.sub(whole.columns, offset);
    panelTotals =
        totals
            ? code.address(totals, code.mul(offset, code.i64(blockRows)), accum)
            : Value();
    if (!columnDim || (columns && *columns % panelWidth == 0))
      return full();
    if (columns ? *columns < panelWidth : context.target.hasMaskedMemory)
      return masked();
    code.when(code.lessEqual(code.i64(panelWidth), block.columns), full,
              masked);
  });
}

void Product::emitPanel(int64_t panelVectors, bool masked,
                        llvm::function_ref<void()> body) {
  vectors = panelVectors;
  masks.assign(vectors, Value());
  std::optional<int64_t> columns = Code::known(block.columns);
  for (int64_t v = 0; masked && v < vectors; ++v)
    if (!columns || *columns < (v + 1) * lanes)
      masks[v] = code.mask(code.sub(block.columns, code.i64(v * lanes)), lanes);
  body();
}

// One chunk of depths.

/// Sets where the chunk's right side lies: depth k at rightBase + k *
/// rightStride, the panel's columns after it.
void Product::packRight(Value begin, Value end) {
  int64_t panelWidth = tileVectors * lanes, packedWidth = panelWidth + slack();
  Value packedBase, packedStride = code.i64(packedWidth);
  if (rightForm != Right::InPlace)
    packedBase = code.address(
        rightScratch, code.sub(code.i64(0), code.mul(begin, packedStride)),
        operand);
  Value inPlace, stride;
  if (right.access) {
    Elements::Cursor cursor =
        columnDim ? elements.move(block.cursor, *columnDim, block.column)
                  : block.cursor;
    inPlace = cursor.at[*right.access];
    stride = depthDims.empty()
                 ? code.i64(0)
                 : context.size(
                       elements.place(*right.access).strides[depthDims.back()]);
  }
  rightBase = packedBase;
  rightStride = packedStride;
  switch (rightForm) {
  case Right::InPlace:
    rightBase = inPlace;
    rightStride = stride;
    break;
  case Right::Rows: {
    rightBase = inPlace;
    rightStride = stride;
    Value worth = code.lessEqual(code.i64(rowsToPack), block.rows);
    code.when(worth, [&] { packRows(begin, end); });
    rightBase = code.select(worth, packedBase, inPlace);
    rightStride = code.select(worth, packedStride, stride);
    break;
  }
  case Right::Transposed:
    packTransposed(begin, end);
    break;
  case Right::Gathered:
    packGathered(begin, end);
    break;
  case Right::Own:
    right.pack(block, begin, end, rightScratch, packedWidth, panelWidth);
    break;
  }
}

void Product::packRows(Value begin, Value end) {
  int64_t panelWidth = tileVectors * lanes;
  code.loop(begin, end, [&](Value k) {
    Value from = code.address(rightBase, code.mul(k, rightStride), operand);
    Value to = code.address(rightScratch,
                            code.mul(code.sub(k, begin), code.i64(panelWidth)),
                            operand);
    for (int64_t v = 0; v < vectors; ++v) {
      Value offset = code.i64(v * lanes);
      Value place = code.address(from, offset, operand);
      Value x = masks[v] ? code.loadMasked(operand, place, masks[v])
                         : code.load(operand, place, lanes);
      code.store(operand, x, code.address(to, offset, operand));
    }
  });
}

/// Depths lie next to each other: squares of lanes x lanes elements turn in
/// registers. Columns that do not exist are copies of the last one.
void Product::packTransposed(Value begin, Value end) {
  int64_t panelWidth = tileVectors * lanes;
  const Affine &place = elements.place(*right.access);
  Value columnStride = context.size(place.strides[*columnDim]);
  Value lastColumn = code.sub(block.columns, code.i64(1));
  Value from =
      elements.move(block.cursor, *columnDim, block.column).at[*right.access];
  bool checked = llvm::any_of(masks, [](Value mask) { return mask; });
  std::optional<int64_t> known = depth.constant();
  bool exact = known && *known % lanes == 0;
  // Few columns at a time: each is a stream of memory.
  code.loop(
      code.i64(0), code.i64(vectors * lanes), code.i64(lanes),
      [&](Value first) {
        Values streams;
        for (int64_t i = 0; i < lanes; ++i) {
          Value column = code.add(first, code.i64(i));
          if (checked)
            column = code.min(column, lastColumn);
          streams.push_back(
              code.address(from, code.mul(column, columnStride), operand));
        }
        Value to = code.address(rightScratch, first, operand);
        code.loop(begin, end, code.i64(lanes), [&](Value k) {
          Value mask = exact ? Value() : code.mask(code.sub(end, k), lanes);
          Values rows;
          for (Value stream : streams) {
            Value at = code.address(stream, k, operand);
            rows.push_back(mask ? code.loadMasked(operand, at, mask)
                                : code.load(operand, at, lanes));
          }
          Value target = code.address(
              to, code.mul(code.sub(k, begin), code.i64(panelWidth)), operand);
          for (auto [i, row] : llvm::enumerate(code.transpose(rows)))
            code.store(operand, row,
                       code.address(target, code.i64(i * panelWidth), operand));
        });
      });
}

void Product::packGathered(Value begin, Value end) {
  int64_t panelWidth = tileVectors * lanes;
  const Affine &place = elements.place(*right.access);
  Value columnStride =
      columnDim ? context.size(place.strides[*columnDim]) : code.i64(0);
  Values depthSizes = elements.dimSizes(depthDims);
  Value base = columnDim ? elements.move(block.cursor, *columnDim, block.column)
                               .at[*right.access]
                         : block.cursor.at[*right.access];
  code.positions(begin, end, depthSizes, [&](mlir::ValueRange at) {
    Value from = base, k = code.i64(0);
    for (auto [d, index, size] : llvm::zip(depthDims, at, depthSizes)) {
      from = code.address(from, code.mul(index, context.size(place.strides[d])),
                          operand);
      k = code.add(code.mul(k, size), index);
    }
    Value to = code.address(rightScratch,
                            code.mul(code.sub(k, begin), code.i64(panelWidth)),
                            operand);
    for (int64_t v = 0; v < vectors; ++v) {
      Value offset = code.i64(v * lanes);
      Value first = code.address(from, code.mul(offset, columnStride), operand);
      Value x;
      if (lanes > 1 && Code::known(columnStride) != 1)
        x = code.gather(operand, first, columnStride, lanes, masks[v]);
      else
        x = masks[v] ? code.loadMasked(operand, first, masks[v])
                     : code.load(operand, first, lanes);
      code.store(operand, x, code.address(to, offset, operand));
    }
  });
}

// Tiles.

void Product::emitTiles(Value begin, Value end) {
  if (auto known = Code::known(block.rows)) {
    // Tiles of nearly equal height.
    int64_t count = (*known + tileRows - 1) / tileRows;
    if (count == 0)
      return;
    int64_t height = (*known + count - 1) / count;
    int64_t high = (*known - (height - 1) * count) * height;
    code.loop(code.i64(0), code.i64(high), code.i64(height),
              [&](Value row) { emitTile(height, row, begin, end); });
    if (height > 1)
      code.loop(code.i64(high), block.rows, code.i64(height - 1),
                [&](Value row) { emitTile(height - 1, row, begin, end); });
    return;
  }
  Value whole =
      code.mul(code.div(block.rows, code.i64(tileRows)), code.i64(tileRows));
  code.loop(code.i64(0), whole, code.i64(tileRows),
            [&](Value row) { emitTile(tileRows, row, begin, end); });
  Value rest = code.sub(block.rows, whole), row = whole;
  for (int64_t height = 4; height > 0; height /= 2) {
    if (height >= tileRows)
      continue;
    Value bit = code.op<mlir::arith::AndIOp>(rest, code.i64(height));
    code.when(code.less(code.i64(0), bit),
              [&] { emitTile(height, row, begin, end); });
    row = code.add(row, bit);
  }
}

Value Product::totalPlace(Value row, int64_t vector) {
  return code.address(panelTotals,
                      code.add(code.mul(row, code.i64(tileVectors * lanes)),
                               code.i64(vector * lanes)),
                      accum);
}

void Product::emitTile(int64_t rows, Value row, Value begin, Value end) {
  Values pointers;
  for (int64_t r = 0; r < rows; ++r) {
    Value i = code.add(row, code.i64(r));
    if (left.pack) {
      pointers.push_back(code.address(
          leftScratch,
          code.sub(code.mul(i, code.i64(order::chunkProducts)), begin),
          operand));
      continue;
    }
    Elements::Cursor cursor =
        rowDim ? elements.move(block.cursor, *rowDim, code.add(block.row, i))
               : block.cursor;
    pointers.push_back(cursor.at[*left.access]);
  }
  Values acc = chains(pointers, begin, end);
  auto each = [&](llvm::function_ref<void(Value, int64_t, Value &)> body) {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t v = 0; v < vectors; ++v)
        body(code.add(row, code.i64(r)), v, acc[r * vectors + v]);
  };
  auto finishAll = [&] {
    each([&](Value i, int64_t v, Value &total) { finish(i, v, total); });
  };
  auto storeAll = [&] {
    each([&](Value i, int64_t v, Value &total) {
      code.store(accum, total, totalPlace(i, v));
    });
  };
  if (!oneChunk) {
    Combiner add(context, ReduceKind::add, accum);
    Value first = code.equal(begin, code.i64(0));
    each([&](Value i, int64_t v, Value &total) {
      Value before = code.load(accum, totalPlace(i, v), lanes);
      total = add.apply(code.select(first, add.neutral(lanes), before), total);
    });
  }
  if (lateFinish)
    storeAll();
  else
    code.when(code.equal(end, context.size(depth)), finishAll, storeAll);
}

/// One chain of multiply-adds from +0 for each of the tile's sums.
Values Product::chains(llvm::ArrayRef<Value> rows, Value begin, Value end) {
  Values acc(rows.size() * vectors, code.bits(accum, 0, lanes));
  if (left.pack || depthDims.size() <= 1) {
    Value stride = code.i64(left.pack ? 1 : 0);
    if (!left.pack && !depthDims.empty())
      stride =
          context.size(elements.place(*left.access).strides[depthDims.back()]);
    return code.loop(begin, end, code.i64(1), acc,
                     [&](Value k, mlir::ValueRange acc) {
                       return step(rows, code.mul(k, stride), k, acc);
                     });
  }
  // The left side's depth has several dimensions: run by run of the innermost.
  const Affine &place = elements.place(*left.access);
  llvm::ArrayRef<unsigned> above(depthDims);
  above = above.drop_back();
  Value length = code.max(elements.dimSize(depthDims.back()), code.i64(1));
  Value stride = context.size(place.strides[depthDims.back()]);
  Value lastRun =
      code.div(code.add(end, code.sub(length, code.i64(1))), length);
  return code.loop(
      code.div(begin, length), lastRun, code.i64(1), acc,
      [&](Value run, mlir::ValueRange acc) {
        Value base = code.mul(run, length), offset = code.i64(0);
        Values indices = code.delinearize(run, elements.dimSizes(above));
        for (auto [d, index] : llvm::zip(above, indices))
          offset =
              code.add(offset, code.mul(index, context.size(place.strides[d])));
        Value from = code.max(code.sub(begin, base), code.i64(0));
        Value to = code.min(code.sub(end, base), length);
        return code.loop(
            from, to, code.i64(1), acc, [&](Value i, mlir::ValueRange acc) {
              return step(rows, code.add(offset, code.mul(i, stride)),
                          code.add(base, i), acc);
            });
      });
}

Values Product::step(llvm::ArrayRef<Value> rowPointers, Value leftOffset,
                     Value k, mlir::ValueRange acc) {
  Value from = code.address(rightBase, code.mul(k, rightStride), operand);
  Values b, next;
  for (int64_t v = 0; v < vectors; ++v) {
    Value place = code.address(from, code.i64(v * lanes), operand);
    b.push_back(widen(masks[v] ? code.loadMasked(operand, place, masks[v])
                               : code.load(operand, place, lanes)));
  }
  for (auto [r, pointer] : llvm::enumerate(rowPointers)) {
    Value a =
        widen(code.load(operand, code.address(pointer, leftOffset, operand)));
    a = code.splat(a, lanes);
    for (int64_t v = 0; v < vectors; ++v)
      next.push_back(code.multiplyAdd(a, b[v], acc[r * vectors + v],
                                      context.target.hasFma));
  }
  return next;
}

// Results.

void Product::finish(Value row, int64_t vector, Value total) {
  Elements::Cursor cursor = block.cursor;
  if (rowDim)
    cursor = elements.move(cursor, *rowDim, code.add(block.row, row));
  if (columnDim)
    cursor = elements.move(cursor, *columnDim,
                           code.add(block.column, code.i64(vector * lanes)));
  Elements::Known known;
  known[sum] =
      emitConvert(code, accum, out, total, lanes, context.target.hasFma);
  Values values = elements.evaluate(roots, cursor, columnDim.value_or(0), lanes,
                                    masks[vector], known);
  for (auto [target, value] : llvm::zip(targets, values))
    elements.store(target, cursor, value, masks[vector]);
}

void Product::finishBlock() {
  code.loop(code.i64(0), block.rows, [&](Value row) {
    for (int64_t v = 0; v < vectors; ++v)
      finish(row, v, code.load(accum, totalPlace(row, v), lanes));
  });
}

} // namespace tgc::codegen
