// Groups of kind reduce whose reduction is an arg_reduce.
#include "tgc/codegen/emit/Elements.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace tgc::codegen {
namespace {

enum Role { Kept, Reduced };

/// Elements of the operand that make a call worth its while.
constexpr int64_t grainElements = 16384;

class ArgReduceEmitter {
public:
  ArgReduceEmitter(Context &context, mlir::Operation *op, Elements &elements,
                   const ArgReduceAttrs &attrs)
      : context(context), code(context.code), op(op), attrs(attrs),
        elements(elements),
        dtype(context.analysis.typeOf(op->getOperand(0)).dtype) {}

  mlir::LogicalResult analyse();
  void emit();

private:
  Value better(Value best, Value candidate);
  Value load(const Elements::Cursor &cursor, Value j, unsigned dim,
             int64_t width, Value mask);
  Values offer(const Values &best, Value candidate, Value position);
  Value inRow(const Elements::Cursor &row, Value n);
  Value inColumns(const Elements::Cursor &cursor, Value n, unsigned dim,
                  int64_t width, Value mask);
  void finish(const Elements::Cursor &cursor, unsigned dim, Value position,
              int64_t width, Value mask);

  Context &context;
  Code &code;
  mlir::Operation *op;
  ArgReduceAttrs attrs;
  Elements &elements;
  DType dtype;
  Elements::Node operand, reduced;
  llvm::SmallVector<Elements::Node> roots;
  llvm::SmallVector<unsigned> targets;
  llvm::SmallVector<unsigned, 4> kept;
  std::optional<unsigned> along;
  int64_t lanes = 1;
};

mlir::LogicalResult ArgReduceEmitter::analyse() {
  size_t rank = context.analysis.typeOf(op->getOperand(0)).dims.size();
  IndexMap keptMap;
  for (size_t d = 0; d < rank; ++d)
    if (static_cast<int64_t>(d) != attrs.dim)
      keptMap.dims.push_back(Affine::dim(d, rank));
  auto node = elements.add(op->getOperand(0), IndexMap::identity(rank));
  if (mlir::failed(node))
    return mlir::failure();
  operand = *node;
  reduced = elements.supply(op->getResult(0), keptMap);
  for (auto [number, result] : llvm::enumerate(context.results())) {
    const TensorType &type = context.analysis.typeOf(result);
    if (type.dims.size() + 1 != rank)
      return op->emitOpError("has a group whose results are not of its shape");
    auto root = elements.add(result, keptMap);
    if (mlir::failed(root))
      return mlir::failure();
    roots.push_back(*root);
    targets.push_back(
        elements.resultTarget(number, positionOf(keptMap, type.dims, rank)));
  }
  elements.collapse();
  kept = elements.space().withRole(Kept);
  auto reducedDims = elements.space().withRole(Reduced);
  if (!reducedDims.empty())
    along = reducedDims.front();
  lanes = context.target.lanes(elements.widest());
  return mlir::success();
}

/// Whether a candidate at a higher position replaces the best: it is NaN and
/// the best is not, or it is more extreme.
Value ArgReduceEmitter::better(Value best, Value candidate) {
  namespace arith = mlir::arith;
  bool max = attrs.kind == ArgReduceKind::max;
  if (!isFloat(dtype))
    return code.op<arith::CmpIOp>(max ? arith::CmpIPredicate::sgt
                                      : arith::CmpIPredicate::slt,
                                  candidate, best);
  Value beyond = code.op<arith::CmpFOp>(max ? arith::CmpFPredicate::OGT
                                            : arith::CmpFPredicate::OLT,
                                        candidate, best);
  Value nan =
      code.op<arith::CmpFOp>(arith::CmpFPredicate::UNO, candidate, candidate);
  Value number = code.op<arith::CmpFOp>(arith::CmpFPredicate::ORD, best, best);
  return code.op<arith::OrIOp>(beyond, code.op<arith::AndIOp>(nan, number));
}

Value ArgReduceEmitter::load(const Elements::Cursor &cursor, Value j,
                             unsigned dim, int64_t width, Value mask) {
  return elements.evaluate(operand,
                           along ? elements.move(cursor, *along, j) : cursor,
                           dim, width, mask)[0];
}

/// Value and position of the best, and of a candidate from anywhere.
Values ArgReduceEmitter::offer(const Values &best, Value candidate,
                               Value position) {
  namespace arith = mlir::arith;
  Value tie =
      code.both(code.op<arith::XOrIOp>(code.either(better(best[0], candidate),
                                                   better(candidate, best[0])),
                                       code.boolean(true)),
                code.less(position, best[1]));
  Value wins = code.either(better(best[0], candidate), tie);
  return {code.select(wins, candidate, best[0]),
          code.select(wins, position, best[1])};
}

/// Along contiguous elements: interleaved sequences, one in each lane, then
/// the best of them and of the rest.
Value ArgReduceEmitter::inRow(const Elements::Cursor &row, Value n) {
  Values best{load(row, code.i64(0), 0, 1, {}), code.i64(0)};
  Value wholes = code.mul(code.div(n, code.i64(lanes)), code.i64(lanes));
  Value values = code.scratch(dtype, lanes);
  Value positions = code.scratch(DType::i64, lanes);
  best = code.choose(
      code.lessEqual(code.i64(lanes), n), mlir::ValueRange(best).getTypes(),
      [&] {
        Value steps = code.steps(code.builder.getI64Type(), lanes);
        Values state{load(row, code.i64(0), *along, lanes, {}), steps};
        state = code.loop(code.i64(lanes), wholes, code.i64(lanes), state,
                          [&](Value j, mlir::ValueRange state) {
                            Value x = load(row, j, *along, lanes, {});
                            Value wins = better(state[0], x);
                            Value at = code.op<mlir::arith::AddIOp>(
                                steps, code.splat(j, lanes));
                            return Values{code.select(wins, x, state[0]),
                                          code.select(wins, at, state[1])};
                          });
        code.store(dtype, state[0], values);
        code.store(DType::i64, state[1], positions);
        return code.loop(
            code.i64(0), code.i64(lanes), code.i64(1), best,
            [&](Value l, mlir::ValueRange best) {
              return offer(Values(best),
                           code.load(dtype, code.address(values, l, dtype)),
                           code.load(DType::i64,
                                     code.address(positions, l, DType::i64)));
            });
      },
      [&] { return best; });
  return code.loop(wholes, n, code.i64(1), best,
                   [&](Value j, mlir::ValueRange best) {
                     return offer(Values(best), load(row, j, 0, 1, {}), j);
                   })[1];
}

/// In neighbouring results at once.
Value ArgReduceEmitter::inColumns(const Elements::Cursor &cursor, Value n,
                                  unsigned dim, int64_t width, Value mask) {
  Values best{load(cursor, code.i64(0), dim, width, mask),
              code.bits(DType::i64, 0, width)};
  return code.loop(
      code.i64(1), n, code.i64(1), best, [&](Value j, mlir::ValueRange best) {
        Value x = load(cursor, j, dim, width, mask);
        Value wins = better(best[0], x);
        return Values{code.select(wins, x, best[0]),
                      code.select(wins, code.splat(j, width), best[1])};
      })[1];
}

void ArgReduceEmitter::finish(const Elements::Cursor &cursor, unsigned dim,
                              Value position, int64_t width, Value mask) {
  Elements::Known known;
  known[reduced] = position;
  Values values = elements.evaluate(roots, cursor, dim, width, mask, known);
  for (auto [target, value] : llvm::zip(targets, values))
    elements.store(target, cursor, value, mask);
}

void ArgReduceEmitter::emit() {
  Value n = along ? elements.dimSize(*along) : code.i64(1);
  DimExpr length = along ? elements.space().dims[*along].size : DimExpr(1);
  bool row = along && elements.stridedAlong(*along) == 0;
  bool columns =
      !row && !kept.empty() && elements.stridedAlong(kept.back()) == 0;
  llvm::SmallVector<unsigned, 4> outer(kept);
  DimExpr iterations = 1, strip = 1;
  std::optional<unsigned> inner;
  if (columns)
    inner = outer.pop_back_val();
  for (unsigned d : outer)
    iterations = iterations * elements.space().dims[d].size;
  if (inner) {
    strip = lanes;
    iterations =
        iterations * ceilDiv(elements.space().dims[*inner].size, lanes);
  }
  context.emitted.iterations = iterations;
  context.emitted.grain = std::max<int64_t>(
      1, grainElements /
             std::max<int64_t>(1, (length * strip).constant().value_or(1024)));
  context.emitted.schedule = std::string("arg_reduce: ") +
                             (row       ? "rows, "
                              : columns ? "columns, "
                                        : "scattered, ") +
                             std::to_string(row || columns ? lanes : 1) +
                             " lanes";

  // A tensor without elements along the dimension is refused before; nothing
  // is read here either.
  auto unlessEmpty = [&](int64_t width, llvm::function_ref<Value()> find) {
    Value none = code.bits(DType::i64, 0, width);
    return code.choose(
        code.less(code.i64(0), n), none.getType(),
        [&] { return Values{find()}; }, [&] { return Values{none}; })[0];
  };
  Values sizes = elements.dimSizes(outer);
  if (inner)
    sizes.push_back(
        context.size(ceilDiv(elements.space().dims[*inner].size, lanes)));
  code.positions(context.begin, context.end, sizes, [&](mlir::ValueRange at) {
    Elements::Cursor cursor = elements.start();
    for (auto [d, index] : llvm::zip(outer, at))
      cursor = elements.move(cursor, d, index);
    if (!inner) {
      Value found = unlessEmpty(1, [&] {
        return row ? inRow(cursor, n) : inColumns(cursor, n, 0, 1, {});
      });
      return finish(cursor, 0, found, 1, {});
    }
    Value end = elements.dimSize(*inner);
    Value first = code.mul(at.back(), code.i64(lanes));
    Value last = code.min(end, code.add(first, code.i64(lanes)));
    forLanes(context, first, last, lanes, 1,
             [&](Value column, int64_t width, Value mask) {
               Elements::Cursor here = elements.move(cursor, *inner, column);
               Value found = unlessEmpty(width, [&] {
                 return inColumns(here, n, *inner, width, mask);
               });
               finish(here, *inner, found, width, mask);
             });
  });
}

} // namespace

mlir::LogicalResult emitArgReduce(Context &context, mlir::Operation *op) {
  auto attrs = std::get<ArgReduceAttrs>(context.analysis.attrsOf(op));
  const DimExprs &dims = context.analysis.typeOf(op->getOperand(0)).dims;
  llvm::SmallVector<int> roles(dims.size(), Kept);
  roles[attrs.dim] = Reduced;
  Elements elements(context, {dims.data(), dims.size()}, roles);
  ArgReduceEmitter emitter(context, op, elements, attrs);
  if (mlir::failed(emitter.analyse()))
    return mlir::failure();
  emitter.emit();
  return mlir::success();
}

} // namespace tgc::codegen
