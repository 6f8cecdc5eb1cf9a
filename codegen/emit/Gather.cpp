// gather: slices of a tensor at positions that another one gives.
#include "tgc/codegen/emit/Elements.h"
#include "tgc/codegen/emit/Payloads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace tgc::codegen {
namespace {

constexpr int64_t grainBytes = 64 << 10;

class GatherEmitter {
public:
  GatherEmitter(Context &context, mlir::Operation *op)
      : context(context), code(context.code), op(op),
        attrs(std::get<GatherAttrs>(context.analysis.attrsOf(op))),
        x(context.analysis.typeOf(op->getOperand(0))),
        indices(context.analysis.typeOf(op->getOperand(1))),
        y(context.analysis.typeOf(op->getResult(0))),
        xPointer(context.operandPointer(
            llvm::cast<mlir::BlockArgument>(op->getOperand(0)))),
        indexPointer(context.operandPointer(
            llvm::cast<mlir::BlockArgument>(op->getOperand(1)))),
        xStrides(rowMajorStrides(x.dims)) {}

  void emit();

private:
  void planPositions();
  void planSlice();
  Value start(Value index, Value &inside);
  void copySlice(Value to, Value from);
  void fillSlice(Value to);
  void walkSlice(llvm::function_ref<void(Value, Value, Value)> run);

  Context &context;
  Code &code;
  mlir::Operation *op;
  GatherAttrs attrs;
  const TensorType &x, &indices, &y;
  Value xPointer, indexPointer;
  DimExprs xStrides;

  // The positions, and the slice at one: places in y, then in the indices, and
  // in x (of positions: from batching dimensions).
  Space positions, slice;
  Affine yPosition, indexPosition, xPosition, ySlice, xSlice;
};

void GatherEmitter::planPositions() {
  DimExprs yStrides = rowMajorStrides(y.dims);
  DimExprs indexStrides = rowMajorStrides(indices.dims);
  int64_t yDim = 0;
  for (int64_t d = 0; d < indices.rank(); ++d) {
    if (d == attrs.index_vector_dim)
      continue;
    while (llvm::is_contained(attrs.offset_dims, yDim))
      ++yDim;
    positions.dims.push_back({indices.dims[d], 0, {}});
    yPosition.strides.push_back(yStrides[yDim++]);
    indexPosition.strides.push_back(indexStrides[d]);
    xPosition.strides.push_back(0);
    for (auto [own, other] :
         llvm::zip(attrs.indices_batching_dims, attrs.operand_batching_dims))
      if (own == d)
        xPosition.strides.back() = xStrides[other];
  }
  positions.collapse({&yPosition, &indexPosition, &xPosition});
}

void GatherEmitter::planSlice() {
  DimExprs yStrides = rowMajorStrides(y.dims);
  size_t offsetDim = 0;
  for (int64_t d = 0; d < x.rank(); ++d) {
    if (llvm::is_contained(attrs.collapsed_dims, d) ||
        llvm::is_contained(attrs.operand_batching_dims, d))
      continue;
    int64_t at = attrs.offset_dims[offsetDim++];
    slice.dims.push_back({y.dims[at], 0, {}});
    ySlice.strides.push_back(yStrides[at]);
    xSlice.strides.push_back(xStrides[d]);
  }
  slice.collapse({&ySlice, &xSlice});
}

/// Where the slice of an index vector starts in x, moved inside; `inside` says
/// whether it was.
Value GatherEmitter::start(Value index, Value &inside) {
  Value offset = code.i64(0);
  inside = code.boolean(true);
  DimExpr stride = 0;
  if (attrs.index_vector_dim < indices.rank())
    stride = rowMajorStrides(indices.dims)[attrs.index_vector_dim];
  for (auto [i, d] : llvm::enumerate(attrs.start_index_map)) {
    Value place = code.address(
        index, code.mul(code.i64(i), context.size(stride)), indices.dtype);
    Value at =
        emitConvert(code, indices.dtype, DType::i64,
                    code.load(indices.dtype, place), 1, context.target.hasFma);
    Value limit = context.size(x.dims[d] - attrs.slice_sizes[d]);
    inside = code.both(inside, code.lessEqual(code.i64(0), at));
    inside = code.both(inside, code.lessEqual(at, limit));
    at = code.max(code.i64(0), code.min(at, limit));
    offset = code.add(offset, code.mul(at, context.size(xStrides[d])));
  }
  return offset;
}

/// run(offset in y, offset in x, elements) for the innermost dimension at
/// every point of the others.
void GatherEmitter::walkSlice(
    llvm::function_ref<void(Value, Value, Value)> run) {
  Values outer;
  DimExpr turns = 1;
  size_t last = slice.dims.empty() ? 0 : slice.dims.size() - 1;
  for (size_t d = 0; d < last; ++d) {
    outer.push_back(context.size(slice.dims[d].size));
    turns = turns * slice.dims[d].size;
  }
  Value length =
      slice.dims.empty() ? code.i64(1) : context.size(slice.dims[last].size);
  code.positions(
      code.i64(0), context.size(turns), outer, [&](mlir::ValueRange at) {
        Value inY = code.i64(0), inX = code.i64(0);
        for (auto [d, index] : llvm::enumerate(at)) {
          inY = code.add(inY, code.mul(index, context.size(ySlice.strides[d])));
          inX = code.add(inX, code.mul(index, context.size(xSlice.strides[d])));
        }
        run(inY, inX, length);
      });
}

void GatherEmitter::copySlice(Value to, Value from) {
  size_t last = slice.dims.size() - 1;
  bool contiguous = slice.dims.empty() ||
                    (ySlice.stride(last) == 1 && xSlice.stride(last) == 1);
  walkSlice([&](Value inY, Value inX, Value length) {
    Value target = code.address(to, inY, y.dtype);
    Value source = code.address(from, inX, y.dtype);
    if (slice.dims.empty())
      return code.store(y.dtype, code.load(y.dtype, source), target);
    if (contiguous)
      return code.copy(y.dtype, target, source, length);
    Value yStep = context.size(ySlice.strides[last]);
    Value xStep = context.size(xSlice.strides[last]);
    code.loop(code.i64(0), length, [&](Value i) {
      Value element =
          code.load(y.dtype, code.address(source, code.mul(i, xStep), y.dtype));
      code.store(y.dtype, element,
                 code.address(target, code.mul(i, yStep), y.dtype));
    });
  });
}

void GatherEmitter::fillSlice(Value to) {
  Value fill = code.atEntry([&] {
    return emitConvert(
        code, DType::f64, y.dtype,
        code.bits(DType::f64, llvm::bit_cast<uint64_t>(attrs.fill)), 1,
        context.target.hasFma);
  });
  walkSlice([&](Value inY, Value, Value length) {
    Value target = code.address(to, inY, y.dtype);
    Value step =
        slice.dims.empty() ? code.i64(1) : context.size(ySlice.strides.back());
    code.loop(code.i64(0), length, [&](Value i) {
      code.store(y.dtype, fill,
                 code.address(target, code.mul(i, step), y.dtype));
    });
  });
}

void GatherEmitter::emit() {
  planPositions();
  planSlice();
  DimExpr count = 1, sliceElements = 1;
  Values sizes;
  for (const Space::Dim &dim : positions.dims) {
    count = count * dim.size;
    sizes.push_back(context.size(dim.size));
  }
  for (const Space::Dim &dim : slice.dims)
    sliceElements = sliceElements * dim.size;
  context.emitted.iterations = count;
  int64_t bytes = 32 + sliceElements.constant().value_or(256) *
                           static_cast<int64_t>(dtypeBytes(y.dtype));
  context.emitted.grain = std::max<int64_t>(1, grainBytes / bytes);
  context.emitted.schedule =
      "gather: slices of " + std::to_string(slice.dims.size()) + " loops";
  Value yPointer = context.resultPointer(0);
  code.positions(context.begin, context.end, sizes, [&](mlir::ValueRange at) {
    auto placed = [&](Value pointer, const Affine &place, DType dtype) {
      Value offset = code.i64(0);
      for (auto [d, index] : llvm::enumerate(at))
        offset =
            code.add(offset, code.mul(index, context.size(place.strides[d])));
      return code.address(pointer, offset, dtype);
    };
    Value inside;
    Value offset =
        start(placed(indexPointer, indexPosition, indices.dtype), inside);
    Value from =
        code.address(placed(xPointer, xPosition, x.dtype), offset, x.dtype);
    Value to = placed(yPointer, yPosition, y.dtype);
    if (attrs.oob == OobMode::fill)
      return code.when(
          inside, [&] { copySlice(to, from); }, [&] { fillSlice(to); });
    if (attrs.oob == OobMode::error)
      code.when(
          inside, [] {},
          [&] {
            Value position = code.i64(0);
            for (auto [index, size] : llvm::zip(at, sizes))
              position = code.add(code.mul(position, size), index);
            mlir::LLVM::AtomicRMWOp::create(
                code.builder, code.loc, mlir::LLVM::AtomicBinOp::min,
                context.oobSlot(op), position,
                mlir::LLVM::AtomicOrdering::monotonic);
          });
    copySlice(to, from);
  });
}

} // namespace

mlir::LogicalResult emitGather(Context &context, mlir::Operation *op) {
  GatherEmitter(context, op).emit();
  return mlir::success();
}

} // namespace tgc::codegen
