// Transposition whose innermost dimension changes: squares turn in registers.
#include "tgc/codegen/emit/Elements.h"

namespace tgc::codegen {
namespace {

/// Side, in elements, of the blocks that one iteration turns.
constexpr int64_t blockSide = 64;
constexpr int64_t grainElements = 16384;

} // namespace

mlir::LogicalResult emitTranspose(Context &context, mlir::Operation *op) {
  Code &code = context.code;
  const TensorType &type = context.analysis.typeOf(op->getResult(0));
  // Bits move; a bool is a byte.
  DType dtype = type.dtype == DType::i1 ? DType::u8 : type.dtype;
  auto x = llvm::cast<mlir::BlockArgument>(op->getOperand(0));
  auto perm = std::get<TransposeAttrs>(context.analysis.attrsOf(op)).perm;
  size_t rank = perm.size();
  DimExprs xStrides = rowMajorStrides(context.analysis.typeOf(x).dims);
  Affine from = Affine::constant(0, rank);
  for (size_t d = 0; d < rank; ++d)
    from.strides[d] = xStrides[perm[d]];
  Elements elements(context, type.dims);
  unsigned source = elements.target(context.operandPointer(x), dtype, from);
  unsigned target =
      elements.target(context.resultPointer(0), dtype,
                      positionOf(IndexMap::identity(rank), type.dims, rank));
  elements.collapse();
  rank = elements.space().dims.size();
  if (rank < 2 || elements.place(source).stride(rank - 1) == 1)
    return emitMap(context);
  unsigned inner = rank - 1, across = rank;
  for (unsigned d = 0; d < rank; ++d)
    if (elements.place(source).stride(d) == 1)
      across = d;
  if (across == rank)
    return emitMap(context);

  int64_t side = std::min<int64_t>(16, context.target.lanes(dtypeBytes(dtype)));
  llvm::SmallVector<unsigned> outer;
  DimExpr iterations = ceilDiv(elements.space().dims[across].size, blockSide) *
                       ceilDiv(elements.space().dims[inner].size, blockSide);
  for (unsigned d = 0; d < rank; ++d)
    if (d != inner && d != across) {
      outer.push_back(d);
      iterations = iterations * elements.space().dims[d].size;
    }
  context.emitted.iterations = iterations;
  context.emitted.grain =
      std::max<int64_t>(1, grainElements / (blockSide * blockSide));
  context.emitted.schedule = "transpose: squares of " + std::to_string(side) +
                             " in blocks of " + std::to_string(blockSide);

  Value rows = elements.dimSize(across), columns = elements.dimSize(inner);
  Value rowStride = context.size(elements.place(target).strides[across]);
  Value columnStride = context.size(elements.place(source).strides[inner]);
  Values sizes = elements.dimSizes(outer);
  sizes.push_back(
      context.size(ceilDiv(elements.space().dims[across].size, blockSide)));
  sizes.push_back(
      context.size(ceilDiv(elements.space().dims[inner].size, blockSide)));
  code.positions(context.begin, context.end, sizes, [&](mlir::ValueRange at) {
    Elements::Cursor block = elements.start();
    for (auto [d, index] : llvm::zip(outer, at))
      block = elements.move(block, d, index);
    // Element (row, column): contiguous along rows in the source, along
    // columns in the target.
    auto sourceAt = [&](Value row, Value column) {
      return code.address(block.at[source],
                          code.add(row, code.mul(column, columnStride)), dtype);
    };
    auto targetAt = [&](Value row, Value column) {
      return code.address(block.at[target],
                          code.add(code.mul(row, rowStride), column), dtype);
    };
    auto range = [&](Value number, Value size) {
      Value first = code.mul(number, code.i64(blockSide));
      Value end = code.min(size, code.add(first, code.i64(blockSide)));
      Value count = code.div(code.sub(end, first), code.i64(side));
      Value whole = code.add(first, code.mul(count, code.i64(side)));
      return std::array{first, whole, end};
    };
    auto [row, rowWhole, rowEnd] = range(at[outer.size()], rows);
    auto [column, columnWhole, columnEnd] = range(at.back(), columns);
    auto oneByOne = [&](Value row, Value rowEnd, Value column,
                        Value columnEnd) {
      code.loop(row, rowEnd, [&](Value r) {
        code.loop(column, columnEnd, [&](Value c) {
          code.store(dtype, code.load(dtype, sourceAt(r, c)), targetAt(r, c));
        });
      });
    };
    code.loop(row, rowWhole, code.i64(side), [&](Value r) {
      code.loop(column, columnWhole, code.i64(side), [&](Value c) {
        Values square;
        for (int64_t i = 0; i < side; ++i)
          square.push_back(
              code.load(dtype, sourceAt(r, code.add(c, code.i64(i))), side));
        square = code.transpose(square);
        for (int64_t i = 0; i < side; ++i)
          code.store(dtype, square[i], targetAt(code.add(r, code.i64(i)), c));
      });
    });
    oneByOne(row, rowWhole, columnWhole, columnEnd);
    oneByOne(rowWhole, rowEnd, column, columnEnd);
  });
  return mlir::success();
}

} // namespace tgc::codegen
