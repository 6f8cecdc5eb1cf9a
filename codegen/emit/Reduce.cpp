// Groups of kind reduce: a map, one reduction of it, a map of the result.
#include "tgc/codegen/emit/Elements.h"
#include "tgc/codegen/emit/Payloads.h"
#include "tgc/codegen/emit/ReduceTree.h"
#include "tgc/ir/AttrBridge.h"

namespace tgc::codegen {
namespace {

enum Role { Kept, Reduced };

/// Elements of the operand that make a call worth its while.
constexpr int64_t grainElements = 16384;
/// Vectors of neighbouring results that are reduced together.
constexpr int64_t columnVectors = 4;

class ReduceEmitter {
public:
  ReduceEmitter(Context &context, mlir::Operation *op, Elements &elements)
      : context(context), code(context.code), op(op),
        attrs(std::get<ReduceAttrs>(context.analysis.attrsOf(op))),
        elements(elements),
        from(context.analysis.typeOf(op->getOperand(0)).dtype),
        to(context.analysis.typeOf(op->getResult(0)).dtype),
        combiner(context, attrs.kind, attrs.accum.value_or(from)) {}

  mlir::LogicalResult analyse();
  void emit();

private:
  DimExpr length(llvm::ArrayRef<unsigned> dims) const;
  void setSchedule(const char *form, const DimExpr &iterations,
                   const DimExpr &perIteration);
  Elements::Cursor moveTo(Elements::Cursor cursor,
                          llvm::ArrayRef<unsigned> dims,
                          mlir::ValueRange indices);
  Elements::Cursor atReduced(const Elements::Cursor &cursor, Value j);
  Value operandAt(const Elements::Cursor &cursor, unsigned dim, int64_t width,
                  Value mask, const Elements::Known &known);
  void finish(const Elements::Cursor &cursor, unsigned dim, Value result,
              int64_t width, Value mask);

  void emitRows();
  Value reduceRow(const Elements::Cursor &row);
  Value reduceScattered(const Elements::Cursor &row);
  Value combineRow(Value n,
                   llvm::function_ref<Value(Value, int64_t, Value)> load);
  Values collect(const Elements::Cursor &row, Value j, Value count);
  void emitColumns();
  void emitBlock(const Elements::Cursor &row, Value column, Value columns,
                 int64_t width, int64_t vectors, int64_t strips, bool masked);

  Context &context;
  Code &code;
  mlir::Operation *op;
  ReduceAttrs attrs;
  Elements &elements;
  DType from, to;
  Combiner combiner;
  Elements::Node operand, reduced;
  llvm::SmallVector<Elements::Node> roots;
  llvm::SmallVector<unsigned> targets;
  llvm::SmallVector<unsigned, 4> kept, along;
  int64_t lanes = 1;
  bool unroll = true;
};

mlir::LogicalResult ReduceEmitter::analyse() {
  const TensorType &type = context.analysis.typeOf(op->getOperand(0));
  size_t rank = type.dims.size();
  IndexMap keptMap;
  for (size_t d = 0; d < rank; ++d)
    if (!llvm::is_contained(attrs.dims, static_cast<int64_t>(d)))
      keptMap.dims.push_back(Affine::dim(d, rank));
  auto node = elements.add(op->getOperand(0), IndexMap::identity(rank));
  if (mlir::failed(node))
    return mlir::failure();
  operand = *node;
  reduced = elements.supply(op->getResult(0), keptMap);
  unroll = elements.cost(operand) <= 16;
  for (auto [number, result] : llvm::enumerate(context.results())) {
    const TensorType &resultType = context.analysis.typeOf(result);
    if (resultType.dims.size() != keptMap.dims.size())
      return op->emitOpError("has a group whose results are not of its shape");
    auto root = elements.add(result, keptMap);
    if (mlir::failed(root))
      return mlir::failure();
    roots.push_back(*root);
    targets.push_back(elements.resultTarget(
        number, positionOf(keptMap, resultType.dims, rank)));
  }
  elements.collapse();
  kept = elements.space().withRole(Kept);
  along = elements.space().withRole(Reduced);
  lanes = context.target.lanes(
      std::max<int64_t>(elements.widest(), dtypeBytes(combiner.dtype)));
  return mlir::success();
}

DimExpr ReduceEmitter::length(llvm::ArrayRef<unsigned> dims) const {
  DimExpr product = 1;
  for (unsigned d : dims)
    product = product * elements.space().dims[d].size;
  return product;
}

void ReduceEmitter::setSchedule(const char *form, const DimExpr &iterations,
                                const DimExpr &perIteration) {
  context.emitted.iterations = iterations;
  int64_t elementsOfOne =
      std::max<int64_t>(1, perIteration.constant().value_or(1024));
  context.emitted.grain = std::max<int64_t>(1, grainElements / elementsOfOne);
  context.emitted.schedule =
      "reduce: " + std::string(form) + ", " + std::to_string(lanes) + " lanes";
}

Elements::Cursor ReduceEmitter::moveTo(Elements::Cursor cursor,
                                       llvm::ArrayRef<unsigned> dims,
                                       mlir::ValueRange indices) {
  for (auto [d, index] : llvm::zip(dims, indices))
    cursor = elements.move(cursor, d, index);
  return cursor;
}

Elements::Cursor ReduceEmitter::atReduced(const Elements::Cursor &cursor,
                                          Value j) {
  if (along.empty())
    return cursor;
  return moveTo(cursor, along, code.delinearize(j, elements.dimSizes(along)));
}

/// Elements of the operand in the dtype of accumulation.
Value ReduceEmitter::operandAt(const Elements::Cursor &cursor, unsigned dim,
                               int64_t width, Value mask,
                               const Elements::Known &known) {
  Value value = elements.evaluate(operand, cursor, dim, width, mask, known)[0];
  return emitConvert(code, from, combiner.dtype, value, width,
                     context.target.hasFma);
}

/// The map of the result, and its stores.
void ReduceEmitter::finish(const Elements::Cursor &cursor, unsigned dim,
                           Value result, int64_t width, Value mask) {
  Elements::Known known;
  known[reduced] = emitConvert(code, combiner.dtype, to, result, width,
                               context.target.hasFma);
  Values values = elements.evaluate(roots, cursor, dim, width, mask, known);
  for (auto [target, value] : llvm::zip(targets, values))
    elements.store(target, cursor, value, mask);
}

void ReduceEmitter::emit() {
  bool single = along.size() == 1;
  if (single && elements.stridedAlong(along.back()) == 0) {
    emitRows();
  } else if (along.empty() ||
             (!kept.empty() && elements.stridedAlong(kept.back()) == 0)) {
    if (kept.empty() || elements.stridedAlong(kept.back()) != 0)
      lanes = 1;
    emitColumns();
  } else {
    emitRows();
  }
}

// One result after the other: elements follow each other in memory, or are
// taken together from wherever they lie.

void ReduceEmitter::emitRows() {
  bool inOrder = along.size() == 1 && elements.stridedAlong(along.back()) == 0;
  setSchedule(inOrder ? "rows" : "scattered", length(kept), length(along));
  code.positions(context.begin, context.end, elements.dimSizes(kept),
                 [&](mlir::ValueRange at) {
                   Elements::Cursor row = moveTo(elements.start(), kept, at);
                   Value result =
                       inOrder ? reduceRow(row) : reduceScattered(row);
                   finish(row, 0, result, 1, {});
                 });
}

Value ReduceEmitter::reduceRow(const Elements::Cursor &row) {
  unsigned dim = along.back();
  Value n = elements.dimSize(dim);
  Elements::Known known = elements.invariant(operand, row, dim);
  auto load = [&](Value j, int64_t width, Value mask) {
    return operandAt(elements.move(row, dim, j), dim, width, mask, known);
  };
  bool masks = context.target.hasMaskedMemory;
  if (!combiner.ordered)
    return combineRow(n, load);

  int64_t width = std::min<int64_t>(lanes, 16);
  auto whole = [&](Value j) {
    Values parts;
    for (int64_t l = 0; l < 16; l += width)
      parts.push_back(load(code.add(j, code.i64(l)), width, {}));
    return parts;
  };
  auto part = [&](Value j, Value count) {
    if (!masks)
      return collect(row, j, count);
    Values parts;
    for (int64_t l = 0; l < 16; l += width) {
      Value mask = code.mask(code.sub(count, code.i64(l)), width);
      Value x = load(code.add(j, code.i64(l)), width, mask);
      parts.push_back(code.select(mask, x, combiner.neutral(width)));
    }
    return parts;
  };
  return RowReduction{context, combiner, width, unroll, whole, part}.emit(n);
}

/// n contiguous elements in any order: a few vectors at a time.
Value ReduceEmitter::combineRow(
    Value n, llvm::function_ref<Value(Value, int64_t, Value)> load) {
  int64_t chains = unroll ? 4 : 1;
  Value step = code.i64(lanes * chains), first = code.i64(0);
  Value wholes = code.mul(code.div(n, step), step);
  Values state;
  for (int64_t i = 0; i < chains; ++i)
    state.append(combiner.open(combiner.identity(lanes)));
  size_t size = state.size() / chains;
  auto part = [&](mlir::ValueRange state, int64_t i) {
    return state.slice(i * size, size);
  };
  state = code.loop(first, wholes, step, state,
                    [&](Value j, mlir::ValueRange state) {
                      Values next;
                      for (int64_t i = 0; i < chains; ++i)
                        next.append(combiner.absorb(
                            part(state, i),
                            load(code.add(j, code.i64(i * lanes)), lanes, {})));
                      return next;
                    });
  Values results;
  for (int64_t i = 0; i < chains; ++i)
    results.push_back(combiner.close(part(state, i)));
  if (!context.target.hasMaskedMemory)
    return code.loop(wholes, n, code.i64(1), combiner.halve(results),
                     [&](Value j, mlir::ValueRange acc) {
                       return Values{combiner.apply(acc[0], load(j, 1, {}))};
                     })[0];
  results = code.loop(
      wholes, n, code.i64(lanes), results, [&](Value j, mlir::ValueRange acc) {
        Values next(acc);
        Value mask = code.mask(code.sub(n, j), lanes);
        Value x =
            code.select(mask, load(j, lanes, mask), combiner.identity(lanes));
        next[0] = combiner.apply(next[0], x);
        return next;
      });
  return combiner.halve(results);
}

/// Elements j … j + count - 1 one by one, neutral up to 16.
Values ReduceEmitter::collect(const Elements::Cursor &row, Value j,
                              Value count) {
  int64_t width = std::min<int64_t>(lanes, 16);
  Value buffer = code.scratch(combiner.dtype, 16);
  auto place = [&](Value l) { return code.address(buffer, l, combiner.dtype); };
  if (Code::known(count) != 16)
    for (int64_t l = 0; l < 16; l += width)
      code.store(combiner.dtype, combiner.neutral(width), place(code.i64(l)));
  code.loop(code.i64(0), count, [&](Value l) {
    Elements::Cursor at = atReduced(row, code.add(j, l));
    code.store(combiner.dtype, operandAt(at, 0, 1, {}, Elements::Known()),
               place(l));
  });
  Values parts;
  for (int64_t l = 0; l < 16; l += width)
    parts.push_back(code.load(combiner.dtype, place(code.i64(l)), width));
  return parts;
}

Value ReduceEmitter::reduceScattered(const Elements::Cursor &row) {
  int64_t width = std::min<int64_t>(lanes, 16);
  unsigned inner = along.back();
  bool contiguous = elements.stridedAlong(inner) == 0;
  auto whole = [&](Value j) {
    if (!contiguous)
      return collect(row, j, code.i64(16));
    // Mostly all 16 follow each other in memory.
    Values indices = code.delinearize(j, elements.dimSizes(along));
    Value end = code.add(indices.back(), code.i64(16));
    mlir::Type type = code.type(combiner.dtype, width);
    return code.choose(
        code.lessEqual(end, elements.dimSize(inner)),
        llvm::SmallVector<mlir::Type>(16 / width, type),
        [&] {
          Elements::Cursor at = moveTo(row, along, indices);
          Values parts;
          for (int64_t l = 0; l < 16; l += width)
            parts.push_back(operandAt(elements.move(at, inner, code.i64(l)),
                                      inner, width, {}, Elements::Known()));
          return parts;
        },
        [&] { return collect(row, j, code.i64(16)); });
  };
  auto part = [&](Value j, Value count) { return collect(row, j, count); };
  return RowReduction{context, combiner, width, false, whole, part}.emit(
      context.size(length(along)));
}

// Vectors of neighbouring results.

void ReduceEmitter::emitColumns() {
  llvm::SmallVector<unsigned, 4> outer(kept);
  if (kept.empty()) {
    setSchedule("columns", 1, length(along));
    code.loop(context.begin, context.end, [&](Value) {
      emitBlock(elements.start(), code.i64(0), code.i64(1), 1, 1, 1, false);
    });
    return;
  }
  unsigned inner = outer.pop_back_val();
  DimExpr columns = elements.space().dims[inner].size;
  std::optional<int64_t> known = columns.constant();
  std::optional<int64_t> count = length(along).constant();
  int64_t vectors = columnVectors;
  if (combiner.ordered)
    vectors =
        std::min(vectors, ColumnReduction::mostVectors(combiner, lanes, count));
  if (known)
    vectors = std::clamp<int64_t>((*known + lanes - 1) / lanes, 1, vectors);
  int64_t strip = lanes * vectors;
  int64_t strips =
      ColumnReduction{context, combiner, lanes, vectors, unroll, nullptr}
          .mostStrips(count);
  if (known)
    strips = std::clamp<int64_t>(*known / strip / 2, 1, strips);
  int64_t block = strip * strips;
  DimExpr blocks = ceilDiv(columns, block);
  setSchedule("columns", length(outer) * blocks,
              length(along) * DimExpr(block));
  Values sizes = elements.dimSizes(outer);
  sizes.push_back(context.size(blocks));
  Value n = elements.dimSize(inner);
  code.positions(context.begin, context.end, sizes, [&](mlir::ValueRange at) {
    Elements::Cursor row = moveTo(elements.start(), outer, at);
    Value first = code.mul(at.back(), code.i64(block));
    Value left = code.min(code.sub(n, first), code.i64(block));
    auto whole = [&](bool masked) {
      emitBlock(row, first, left, lanes, vectors, strips, masked);
    };
    if (known && *known % strip == 0)
      return whole(false);
    if (context.target.hasMaskedMemory && lanes > 1)
      return whole(true);
    code.when(
        code.equal(left, code.i64(block)), [&] { whole(false); },
        [&] {
          code.loop(first, n, [&](Value column) {
            emitBlock(row, column, code.i64(1), 1, 1, 1, false);
          });
        });
  });
}

/// `columns` neighbouring results, at most `strips` strips of them.
void ReduceEmitter::emitBlock(const Elements::Cursor &row, Value column,
                              Value columns, int64_t width, int64_t vectors,
                              int64_t strips, bool masked) {
  unsigned inner = kept.empty() ? 0 : kept.back();
  Values masks(vectors);
  std::vector<Elements::Cursor> cursors(vectors);
  auto enter = [&](Value strip) {
    Value first = code.mul(strip, code.i64(vectors * width));
    for (int64_t v = 0; v < vectors; ++v) {
      Value offset = code.add(first, code.i64(v * width));
      if (masked)
        masks[v] = code.mask(code.sub(columns, offset), width);
      cursors[v] = kept.empty()
                       ? row
                       : elements.move(row, inner, code.add(column, offset));
    }
  };
  auto at = [&](Value j) {
    Values values;
    for (int64_t v = 0; v < vectors; ++v)
      values.push_back(operandAt(atReduced(cursors[v], j), inner, width,
                                 masks[v], Elements::Known()));
    return values;
  };
  auto leave = [&](const Values &results) {
    for (int64_t v = 0; v < vectors; ++v)
      finish(cursors[v], inner, results[v], width, masks[v]);
  };
  Value count = code.div(code.add(columns, code.i64(vectors * width - 1)),
                         code.i64(vectors * width));
  ColumnReduction{context, combiner, width, vectors, unroll, at}.emitStrips(
      context.size(length(along)), count, strips, enter, leave);
}

} // namespace

mlir::LogicalResult emitReduce(Context &context) {
  mlir::Operation *op = context.onlyOp([](mlir::Operation *op) {
    auto kind = ir::opKindOf(op);
    return kind && opInfo(*kind).family == Family::Reduction;
  });
  if (!op)
    return context.group.emitOpError(
        "has not exactly one reduction: a group of kind reduce does");
  OpKind kind = *ir::opKindOf(op);
  if (kind == OpKind::ArgReduce)
    return emitArgReduce(context, op);
  if (kind == OpKind::ReduceWindow)
    return emitReduceWindow(context, op);
  auto attrs = std::get<ReduceAttrs>(context.analysis.attrsOf(op));
  const DimExprs &dims = context.analysis.typeOf(op->getOperand(0)).dims;
  llvm::SmallVector<int> roles(dims.size(), Kept);
  for (int64_t d : attrs.dims)
    roles[d] = Reduced;
  Elements elements(context, {dims.data(), dims.size()}, roles);
  ReduceEmitter emitter(context, op, elements);
  if (mlir::failed(emitter.analyse()))
    return mlir::failure();
  emitter.emit();
  return mlir::success();
}

} // namespace tgc::codegen
