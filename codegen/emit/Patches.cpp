// Packing what the results of a convolution look at.
#include "tgc/codegen/emit/Patches.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace tgc::codegen {

Values loopIndices(Context &context, const ConvolutionPlan &plan,
                   const Space &space, llvm::ArrayRef<unsigned> dims,
                   mlir::ValueRange indices) {
  Code &code = context.code;
  Values result(plan.loops.size(), code.i64(0));
  for (auto [d, index] : llvm::zip(dims, indices)) {
    const auto &members = space.dims[d].members;
    Values sizes;
    for (unsigned member : members)
      sizes.push_back(context.size(plan.loops[member]));
    for (auto [member, value] :
         llvm::zip(members, code.delinearize(index, sizes)))
      result[member] = value;
  }
  return result;
}

Values Patches::at(const ProductBlock &block, std::optional<unsigned> dim,
                   Value index) {
  llvm::SmallVector<unsigned> dims(product.outerDims());
  llvm::SmallVector<Value> indices(block.outer);
  if (dim) {
    dims.push_back(*dim);
    indices.push_back(index);
  }
  return loopIndices(context, plan, space, dims, indices);
}

/// Where the group's part of lhs starts.
Value Patches::base(mlir::ValueRange indices) {
  return code.address(
      plan.lhs, code.mul(indices[plan.groupLoop], context.size(plan.lhsGroup)),
      plan.dtype);
}

Value Patches::origin(const PatchDim &dim, mlir::ValueRange indices) {
  return code.sub(code.mul(indices[dim.loop], code.i64(dim.stride)),
                  code.i64(dim.lo));
}

/// run(element of the kernel, first input, inputs, depth - begin of the first)
/// for each element of the kernel that depths [begin, end) meet.
void Patches::eachRun(
    Value begin, Value end,
    llvm::function_ref<void(mlir::ValueRange, Value, Value, Value)> run) {
  Value inputs = code.max(context.size(plan.inputs), code.i64(1));
  Values windows;
  for (const PatchDim &dim : plan.dims)
    windows.push_back(context.size(dim.window));
  Value last = code.div(code.add(end, code.sub(inputs, code.i64(1))), inputs);
  code.loop(code.div(begin, inputs), last, [&](Value place) {
    Value depth = code.mul(place, inputs);
    Value first = code.max(code.sub(begin, depth), code.i64(0));
    Value stop = code.min(code.sub(end, depth), inputs);
    run(code.delinearize(place, windows), first, code.sub(stop, first),
        code.sub(code.add(depth, first), begin));
  });
}

void Patches::packRows(const ProductBlock &block, Value begin, Value end,
                       Value scratch, int64_t width) {
  DType dtype = plan.dtype;
  Value featureStride = context.size(plan.lhsFeature);
  bool contiguous = plan.lhsFeature.constant() == 1;
  int64_t lanes = context.target.lanes(dtypeBytes(dtype));
  code.loop(code.i64(0), block.rows, [&](Value row) {
    Values indices = at(block, product.rowDim, code.add(block.row, row));
    Value from = base(indices);
    Values origins;
    for (const PatchDim &dim : plan.dims)
      origins.push_back(origin(dim, indices));
    Value to = code.address(scratch, code.mul(row, code.i64(width)), dtype);
    eachRun(
        begin, end,
        [&](mlir::ValueRange element, Value first, Value count, Value offset) {
          Value inside = code.boolean(true);
          Value source =
              code.address(from, code.mul(first, featureStride), dtype);
          for (auto [d, dim] : llvm::enumerate(plan.dims)) {
            Value place =
                code.add(origins[d], code.mul(element[d], code.i64(dim.step)));
            if (dim.checked) {
              inside = code.both(inside, code.lessEqual(code.i64(0), place));
              inside =
                  code.both(inside, code.less(place, context.size(dim.extent)));
            }
            source = code.address(
                source, code.mul(place, context.size(dim.lhsStride)), dtype);
          }
          Value target = code.address(to, offset, dtype);
          auto each =
              [&](llvm::function_ref<Value(Value, int64_t, Value)> load) {
                // What a masked store would leave out is written over by the
                // next run.
                forLanes(context, code.i64(0), count, contiguous ? lanes : 1, 1,
                         [&](Value i, int64_t lanes, Value mask) {
                           code.store(dtype, load(i, lanes, mask),
                                      code.address(target, i, dtype));
                         });
              };
          code.when(
              inside,
              [&] {
                each([&](Value i, int64_t lanes, Value mask) {
                  Value place =
                      code.address(source, code.mul(i, featureStride), dtype);
                  return mask ? code.loadMasked(dtype, place, mask)
                              : code.load(dtype, place, lanes);
                });
              },
              [&] {
                each([&](Value, int64_t lanes, Value) {
                  return code.bits(dtype, 0, lanes);
                });
              });
        });
  });
}

void Patches::packColumns(const ProductBlock &block, Value begin, Value end,
                          Value scratch, int64_t width, int64_t columns) {
  DType dtype = plan.dtype;
  int64_t lanes = context.target.lanes(dtypeBytes(dtype));
  Value featureStride = context.size(plan.lhsFeature);
  // Pieces of at most a vector that lie in one row of the result.
  const auto &members = space.dims[*product.columnDim].members;
  const PatchDim *inner = nullptr;
  for (const PatchDim &dim : plan.dims)
    if (dim.loop == members.back())
      inner = &dim;
  Value rowLength = context.size(plan.loops[inner->loop]);
  Value innerStride = code.i64(inner->stride);
  Value laneStride = code.mul(innerStride, context.size(inner->lhsStride));
  Value count = code.min(block.columns, code.i64(columns));
  code.repeat(
      code.i64(0), [&](mlir::ValueRange j) { return code.less(j[0], count); },
      [&](mlir::ValueRange j) {
        Values indices =
            at(block, product.columnDim, code.add(block.column, j[0]));
        Value rest = code.sub(rowLength, indices[inner->loop]);
        Value length =
            code.min(code.min(rest, code.sub(count, j[0])), code.i64(lanes));
        Value from = base(indices);
        Values origins;
        for (const PatchDim &dim : plan.dims)
          origins.push_back(origin(dim, indices));
        Value to = code.address(scratch, j[0], dtype);
        eachRun(
            begin, end,
            [&](mlir::ValueRange element, Value first, Value inputs,
                Value offset) {
              Value inside = code.boolean(true), innerPlace;
              Value source =
                  code.address(from, code.mul(first, featureStride), dtype);
              for (auto [d, dim] : llvm::enumerate(plan.dims)) {
                Value place = code.add(
                    origins[d], code.mul(element[d], code.i64(dim.step)));
                if (&dim == inner)
                  innerPlace = place;
                else if (dim.checked) {
                  inside =
                      code.both(inside, code.lessEqual(code.i64(0), place));
                  inside = code.both(
                      inside, code.less(place, context.size(dim.extent)));
                }
                source = code.address(
                    source, code.mul(place, context.size(dim.lhsStride)),
                    dtype);
              }
              // Lanes [low, high) look at lhs.
              auto lanesBelow = [&](Value bound) {
                Value distance =
                    code.max(code.sub(bound, innerPlace), code.i64(0));
                return code.div(code.add(distance, code.i64(inner->stride - 1)),
                                innerStride);
              };
              Value high = length, low = code.i64(0);
              if (inner->checked) {
                high = code.min(high, lanesBelow(context.size(inner->extent)));
                low = lanesBelow(code.i64(0));
              }
              high = code.select(inside, high, code.i64(0));
              Value mask = code.mask(high, lanes);
              if (inner->checked) {
                Value below = code.op<mlir::arith::XOrIOp>(
                    code.mask(low, lanes), code.bits(DType::i1, 1, lanes));
                mask = code.op<mlir::arith::AndIOp>(mask, below);
              }
              Value target =
                  code.address(to, code.mul(offset, code.i64(width)), dtype);
              code.loop(code.i64(0), inputs, [&](Value i) {
                Value place =
                    code.address(source, code.mul(i, featureStride), dtype);
                Value x =
                    Code::known(laneStride) == 1
                        ? code.loadMasked(dtype, place, mask)
                        : code.gather(dtype, place, laneStride, lanes, mask);
                code.store(
                    dtype, x,
                    code.address(target, code.mul(i, code.i64(width)), dtype));
              });
            });
        return Values{code.add(j[0], length)};
      });
}

} // namespace tgc::codegen
