// Groups of kind map: every result element from one point of the operands.
#include "tgc/codegen/emit/Elements.h"

#include "llvm/ADT/StringExtras.h"

namespace tgc::codegen {

/// Elements of the innermost dimension in one iteration of the parallel space.
constexpr int64_t blockElements = 4096;
/// Elements that make a call from another thread worth its while.
constexpr int64_t grainElements = 16384;

mlir::LogicalResult emitMap(Context &context) {
  Code &code = context.code;
  const DimExprs &sizes = context.analysis.typeOf(context.results()[0]).dims;
  Elements elements(context, sizes);
  IndexMap identity = IndexMap::identity(sizes.size());
  llvm::SmallVector<Elements::Node> roots;
  llvm::SmallVector<unsigned> targets;
  for (auto [number, result] : llvm::enumerate(context.results())) {
    auto root = elements.add(result, identity);
    if (mlir::failed(root))
      return mlir::failure();
    roots.push_back(*root);
    targets.push_back(elements.resultTarget(
        number, positionOf(identity, sizes, sizes.size())));
  }
  elements.collapse();

  int64_t rank = elements.space().dims.size();
  unsigned inner = rank - 1;
  DimExpr length = rank ? elements.space().dims[inner].size : DimExpr(1);
  bool whole = length.constant() && *length.constant() <= 2 * blockElements;
  DimExpr blocks = whole ? min(length, 1) : ceilDiv(length, blockElements);
  int64_t lanes = rank ? context.target.lanes(elements.widest()) : 1;
  int64_t cost = elements.cost(roots);
  int64_t unroll = cost <= 16 ? 4 : cost <= 64 ? 2 : 1;

  context.emitted.iterations = blocks;
  llvm::SmallVector<unsigned> outer;
  for (unsigned d = 0; d + 1 < rank; ++d) {
    outer.push_back(d);
    context.emitted.iterations =
        context.emitted.iterations * elements.space().dims[d].size;
  }
  int64_t perIteration = std::min(length.constant().value_or(blockElements),
                                  whole ? 2 * blockElements : blockElements);
  context.emitted.grain =
      std::max<int64_t>(1, grainElements / (std::max<int64_t>(perIteration, 1) *
                                            std::max<int64_t>(1, cost / 16)));
  context.emitted.schedule = "map: " + std::to_string(rank) + " loops, " +
                             std::to_string(lanes) + " lanes x " +
                             std::to_string(unroll);

  Values outerSizes = elements.dimSizes(outer);
  outerSizes.push_back(context.size(blocks));
  code.positions(
      context.begin, context.end, outerSizes, [&](mlir::ValueRange at) {
        Elements::Cursor row = elements.start();
        for (unsigned d : outer)
          row = elements.move(row, d, at[d]);
        auto step = [&](Elements::Cursor cursor, const Elements::Known &known,
                        int64_t width, Value mask) {
          Values values =
              elements.evaluate(roots, cursor, inner, width, mask, known);
          for (auto [target, value] : llvm::zip(targets, values))
            elements.store(target, cursor, value, mask);
        };
        if (rank == 0)
          return step(row, Elements::Known(), 1, {});
        Value n = context.size(length), first = code.i64(0), last = n;
        if (!whole) {
          first = code.mul(at.back(), code.i64(blockElements));
          last = code.min(n, code.add(first, code.i64(blockElements)));
        }
        Elements::Known known = elements.invariant(roots, row, inner);
        forLanes(context, first, last, lanes, unroll,
                 [&](Value i, int64_t width, Value mask) {
                   step(elements.move(row, inner, i), known, width, mask);
                 });
      });
  return mlir::success();
}

} // namespace tgc::codegen
