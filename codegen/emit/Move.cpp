// Groups of kind move: one op whose elements keep their bits.
#include "tgc/codegen/emit/Elements.h"
#include "tgc/ir/AttrBridge.h"

namespace tgc::codegen {
namespace {

/// Bytes of a row in one iteration of the parallel space.
constexpr int64_t blockBytes = 64 << 10;
/// Bytes that make a call worth its while.
constexpr int64_t grainBytes = 64 << 10;

/// A dimension of the result into which a source is put: its element i goes to
/// first + i * step.
struct PlacedDim {
  DimExpr size;  // of the result
  DimExpr count; // of the source
  DimExpr first, step;

  bool isWhole() const {
    return step.constant() == 1 && first.constant() == 0 &&
           count.provablyEqual(size);
  }
};

/// Joins a dimension that the source fills with the one around it.
void joinWholeDims(std::vector<PlacedDim> &dims) {
  for (size_t d = dims.size(); d-- > 1;) {
    PlacedDim &outer = dims[d - 1];
    const DimExpr &size = dims[d].size;
    if (!dims[d].isWhole() || outer.step.constant() != 1)
      continue;
    outer.size = outer.size * size;
    outer.count = outer.count * size;
    outer.first = outer.first * size;
    dims.erase(dims.begin() + d);
  }
}

/// Writes a result row by row: what is not of the source first, or `background`
/// under it, then the source.
class Placement {
public:
  Placement(Context &context, DType dtype, std::vector<PlacedDim> dims)
      : context(context), code(context.code), dtype(dtype),
        dims(std::move(dims)) {
    if (this->dims.empty())
      this->dims.push_back({1, 1, 0, 1});
    joinWholeDims(this->dims);
  }

  /// `background(from, to, row)` writes elements [from, to) of the row that
  /// starts at element `row` of the result.
  void emit(const char *name, mlir::BlockArgument source,
            llvm::function_ref<void(Value, Value, Value)> background);

private:
  void emitRow(Value source, mlir::ValueRange outer, Value from, Value to,
               llvm::function_ref<void(Value, Value, Value)> background);

  Context &context;
  Code &code;
  DType dtype;
  std::vector<PlacedDim> dims;
};

void Placement::emit(const char *name, mlir::BlockArgument source,
                     llvm::function_ref<void(Value, Value, Value)> background) {
  const PlacedDim &last = dims.back();
  int64_t bytes = dtypeBytes(dtype), block = blockBytes / bytes;
  DimExpr blocks = ceilDiv(last.size, block), iterations = blocks;
  Values sizes;
  for (size_t d = 0; d + 1 < dims.size(); ++d) {
    iterations = iterations * dims[d].size;
    sizes.push_back(context.size(dims[d].size));
  }
  sizes.push_back(context.size(blocks));
  context.emitted.iterations = iterations;
  int64_t row = std::min(last.size.constant().value_or(block), block) * bytes;
  context.emitted.grain =
      std::max<int64_t>(1, grainBytes / std::max<int64_t>(1, row));
  context.emitted.schedule =
      std::string(name) + ": " + std::to_string(dims.size()) + " loops";
  Value pointer = context.operandPointer(source);
  Value length = context.size(last.size);
  code.positions(context.begin, context.end, sizes, [&](mlir::ValueRange at) {
    Value from = code.mul(at.back(), code.i64(block));
    Value to = code.min(length, code.add(from, code.i64(block)));
    emitRow(pointer, at.drop_back(), from, to, background);
  });
}

void Placement::emitRow(
    Value source, mlir::ValueRange outer, Value from, Value to,
    llvm::function_ref<void(Value, Value, Value)> background) {
  // Where the row lies in the result and in the source, if it is in it.
  Value row = code.i64(0), inside = code.boolean(true), offset = code.i64(0);
  auto element = [&](const PlacedDim &dim, Value index, bool up) {
    Value step = code.max(context.size(dim.step), code.i64(1));
    Value distance =
        code.max(code.sub(index, context.size(dim.first)), code.i64(0));
    if (up)
      distance = code.add(distance, code.sub(step, code.i64(1)));
    return code.div(distance, step);
  };
  for (auto [dim, index] : llvm::zip(dims, outer)) {
    row = code.add(code.mul(row, context.size(dim.size)), index);
    Value i = element(dim, index, false);
    Value place =
        code.add(context.size(dim.first), code.mul(i, context.size(dim.step)));
    inside = code.both(inside, code.equal(place, index));
    inside = code.both(inside, code.less(i, context.size(dim.count)));
    offset = code.add(code.mul(offset, context.size(dim.count)), i);
  }
  const PlacedDim &last = dims.back();
  row = code.mul(row, context.size(last.size));
  offset = code.mul(offset, context.size(last.count));
  // Elements [first, end) of the source's row fall into [from, to).
  Value count = context.size(last.count);
  Value first = code.min(element(last, from, true), count);
  Value end = code.max(first, code.min(element(last, to, true), count));
  end = code.select(inside, end, first);
  source = code.address(source, code.add(offset, first), dtype);
  Value amount = code.sub(end, first);
  Value start = code.add(context.size(last.first),
                         code.mul(first, context.size(last.step)));
  Value result = context.resultPointer(0);
  if (last.step.constant() == 1) {
    start = code.max(from, code.min(start, to));
    Value rest = code.add(start, amount);
    background(from, start, row);
    code.copy(dtype, code.address(result, code.add(row, start), dtype), source,
              amount);
    background(rest, to, row);
    return;
  }
  background(from, to, row);
  code.loop(code.i64(0), amount, [&](Value i) {
    Value x = code.load(dtype, code.address(source, i, dtype));
    Value place =
        code.add(code.add(row, start), code.mul(i, context.size(last.step)));
    code.store(dtype, x, code.address(result, place, dtype));
  });
}

mlir::BlockArgument argumentOf(mlir::Operation *op, unsigned number) {
  return llvm::dyn_cast<mlir::BlockArgument>(op->getOperand(number));
}

mlir::LogicalResult emitPad(Context &context, mlir::Operation *op) {
  const TensorType &x = context.analysis.typeOf(op->getOperand(0));
  const TensorType &y = context.analysis.typeOf(op->getResult(0));
  auto attrs = std::get<PadAttrs>(context.analysis.attrsOf(op));
  std::vector<PlacedDim> dims;
  for (size_t d = 0; d < x.dims.size(); ++d)
    dims.push_back({y.dims[d], x.dims[d], attrs.lo[d], 1 + attrs.interior[d]});
  Elements elements(context, DimExprs());
  auto node = elements.add(op->getOperand(1), IndexMap());
  if (mlir::failed(node))
    return mlir::failure();
  Code &code = context.code;
  Value value, result = context.resultPointer(0);
  int64_t lanes = context.target.lanes(dtypeBytes(x.dtype));
  auto fill = [&](Value from, Value to, Value row) {
    if (!value)
      value = code.atEntry([&] {
        return elements.evaluate(*node, elements.start(), 0, 1, {})[0];
      });
    Value start = code.address(result, row, x.dtype);
    forLanes(context, from, to, lanes, 4,
             [&](Value i, int64_t width, Value mask) {
               Value at = code.address(start, i, x.dtype);
               if (mask)
                 code.storeMasked(x.dtype, code.splat(value, width), at, mask);
               else
                 code.store(x.dtype, code.splat(value, width), at);
             });
  };
  Placement(context, x.dtype, dims).emit("pad", argumentOf(op, 0), fill);
  return mlir::success();
}

mlir::LogicalResult emitUpdateSlice(Context &context, mlir::Operation *op) {
  mlir::BlockArgument x = argumentOf(op, 0);
  if (!x)
    return op->emitOpError("has an operand that its group computes");
  const TensorType &type = context.analysis.typeOf(x);
  const TensorType &update = context.analysis.typeOf(op->getOperand(1));
  auto attrs = std::get<UpdateSliceAttrs>(context.analysis.attrsOf(op));
  std::vector<PlacedDim> dims;
  for (size_t d = 0; d < type.dims.size(); ++d)
    dims.push_back(
        {type.dims[d], update.dims[d], attrs.offsets[d], attrs.strides[d]});
  Code &code = context.code;
  Value from = context.operandPointer(x), to = context.resultPointer(0);
  auto keep = [&](Value first, Value end, Value row) {
    Value offset = code.add(row, first);
    code.copy(type.dtype, code.address(to, offset, type.dtype),
              code.address(from, offset, type.dtype), code.sub(end, first));
  };
  Placement(context, type.dtype, dims)
      .emit("update_slice", argumentOf(op, 1), keep);
  return mlir::success();
}

mlir::LogicalResult emitConcatenate(Context &context, mlir::Operation *op) {
  Code &code = context.code;
  const TensorType &y = context.analysis.typeOf(op->getResult(0));
  int64_t dim = std::get<ConcatenateAttrs>(context.analysis.attrsOf(op)).dim;
  DimExpr outer = 1, inner = 1;
  for (int64_t d = 0; d < static_cast<int64_t>(y.dims.size()); ++d)
    if (d != dim)
      (d < dim ? outer : inner) = (d < dim ? outer : inner) * y.dims[d];
  // Few rows: each operand's share of a row is cut into pieces.
  int64_t pieces = outer.constant() && *outer.constant() < 8 ? 8 : 1;
  context.emitted.iterations = outer * DimExpr(pieces);
  DimExpr row = y.dims[dim] * inner;
  int64_t bytes = row.constant().value_or(1024) * dtypeBytes(y.dtype) / pieces;
  context.emitted.grain =
      std::max<int64_t>(1, grainBytes / std::max<int64_t>(1, bytes));
  context.emitted.schedule = "concatenate: rows in " + std::to_string(pieces);
  Value result = context.resultPointer(0);
  Values sizes{context.size(outer), code.i64(pieces)};
  code.positions(context.begin, context.end, sizes, [&](mlir::ValueRange at) {
    Value to =
        code.address(result, code.mul(at[0], context.size(row)), y.dtype);
    for (mlir::Value operand : op->getOperands()) {
      auto x = llvm::cast<mlir::BlockArgument>(operand);
      Value share = context.size(context.analysis.typeOf(x).dims[dim] * inner);
      auto cut = [&](Value piece) {
        return code.div(code.mul(share, piece), code.i64(pieces));
      };
      Value first = pieces == 1 ? code.i64(0) : cut(at[1]);
      Value end = pieces == 1 ? share : cut(code.add(at[1], code.i64(1)));
      Value from =
          code.address(context.operandPointer(x),
                       code.add(code.mul(at[0], share), first), y.dtype);
      code.copy(y.dtype, code.address(to, first, y.dtype), from,
                code.sub(end, first));
      to = code.address(to, share, y.dtype);
    }
  });
  return mlir::success();
}

} // namespace

mlir::LogicalResult emitMove(Context &context) {
  mlir::Operation *op = context.onlyOp([](mlir::Operation *op) {
    auto kind = ir::opKindOf(op);
    return kind == OpKind::Concatenate || kind == OpKind::Gather ||
           kind == OpKind::Pad || kind == OpKind::Transpose ||
           kind == OpKind::UpdateSlice;
  });
  // The rest are affine maps.
  if (!op || context.results().size() != 1 ||
      context.results()[0] != op->getResult(0))
    return emitMap(context);
  OpKind kind = *ir::opKindOf(op);
  bool ready = llvm::all_of(op->getOperands(), [](mlir::Value operand) {
    return llvm::isa<mlir::BlockArgument>(operand) ||
           !llvm::isa<mlir::RankedTensorType>(operand.getType());
  });
  if (kind == OpKind::Transpose)
    return ready ? emitTranspose(context, op) : emitMap(context);
  if (!ready && !(kind == OpKind::Pad && argumentOf(op, 0)))
    return op->emitOpError("has an operand that its group computes");
  switch (kind) {
  case OpKind::Concatenate:
    return emitConcatenate(context, op);
  case OpKind::Gather:
    return emitGather(context, op);
  case OpKind::Pad:
    return emitPad(context, op);
  default:
    return emitUpdateSlice(context, op);
  }
}

} // namespace tgc::codegen
