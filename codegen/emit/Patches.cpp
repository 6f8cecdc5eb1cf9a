// Packing what the results of a convolution look at.
#include "tgc/codegen/emit/Patches.h"

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

/// True if the elements of lhs under one row of the kernel, all inputs of each,
/// lie next to each other.
bool Patches::rowsJoin() const {
  if (plan.dims.size() < 2 || plan.lhsFeature.constant() != 1)
    return false;
  const PatchDim &inner = plan.dims[plan.dims.size() - 2];
  return inner.step == 1 && inner.window.constant() != 1 &&
         inner.lhsStride.provablyEqual(plan.inputs);
}

/// run(element of the kernel, first input, inputs, depth - begin of the first)
/// for each element of the kernel that depths [begin, end) meet. `joined`: for
/// each row of the kernel, its elements' inputs counted through.
void Patches::eachRun(
    Value begin, Value end, bool joined,
    llvm::function_ref<void(mlir::ValueRange, Value, Value, Value)> run) {
  DimExpr length = plan.inputs;
  Values windows;
  for (auto [d, dim] : llvm::enumerate(plan.dims)) {
    bool inside = joined && d + 2 == plan.dims.size();
    windows.push_back(inside ? code.i64(1) : context.size(dim.window));
    if (inside)
      length = length * dim.window;
  }
  Value inputs = code.max(context.size(length), code.i64(1));
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
  code.loop(code.i64(0), block.rows, [&](Value row) {
    Values indices = at(block, product.rowDim, code.add(block.row, row));
    Value to =
        code.address(scratch, code.mul(row, code.i64(width)), plan.dtype);
    if (!rowsJoin())
      return packRow(indices, begin, end, to, false);
    const PatchDim &inner = plan.dims[plan.dims.size() - 2];
    Value inside = code.boolean(true);
    if (inner.checked) {
      Value first = origin(inner, indices);
      Value last = code.add(first, context.size(inner.window));
      inside = code.both(code.lessEqual(code.i64(0), first),
                         code.lessEqual(last, context.size(inner.extent)));
    }
    code.when(
        inside, [&] { packRow(indices, begin, end, to, true); },
        [&] { packRow(indices, begin, end, to, false); });
  });
}

void Patches::packRow(mlir::ValueRange indices, Value begin, Value end,
                      Value to, bool joined) {
  DType dtype = plan.dtype;
  Value featureStride = context.size(plan.lhsFeature);
  int64_t lanes = plan.lhsFeature.constant() == 1
                      ? context.target.lanes(dtypeBytes(dtype))
                      : 1;
  Value from = base(indices);
  Values origins;
  for (const PatchDim &dim : plan.dims)
    origins.push_back(origin(dim, indices));
  eachRun(
      begin, end, joined,
      [&](mlir::ValueRange element, Value first, Value count, Value offset) {
        Value inside = code.boolean(true);
        Value source =
            code.address(from, code.mul(first, featureStride), dtype);
        for (auto [d, dim] : llvm::enumerate(plan.dims)) {
          Value place =
              code.add(origins[d], code.mul(element[d], code.i64(dim.step)));
          if (dim.checked && !(joined && d + 2 == plan.dims.size())) {
            inside = code.both(inside, code.lessEqual(code.i64(0), place));
            inside =
                code.both(inside, code.less(place, context.size(dim.extent)));
          }
          source = code.address(
              source, code.mul(place, context.size(dim.lhsStride)), dtype);
        }
        Value target = code.address(to, offset, dtype);
        auto each = [&](llvm::function_ref<Value(Value, int64_t, Value)> load) {
          // What a masked store would leave out is written over by the next
          // run.
          forLanes(context, code.i64(0), count, lanes, 1,
                   [&](Value i, int64_t width, Value mask) {
                     code.store(dtype, load(i, width, mask),
                                code.address(target, i, dtype));
                   });
        };
        code.when(
            inside,
            [&] {
              each([&](Value i, int64_t width, Value mask) {
                Value place =
                    code.address(source, code.mul(i, featureStride), dtype);
                return mask ? code.loadMasked(dtype, place, mask)
                            : code.load(dtype, place, width);
              });
            },
            [&] {
              each([&](Value, int64_t width, Value) {
                return code.bits(dtype, 0, width);
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
            begin, end, false,
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
                return code.stepsBelow(bound, innerPlace, inner->stride);
              };
              Value high = length, low = code.i64(0);
              if (inner->checked) {
                high = code.min(high, lanesBelow(context.size(inner->extent)));
                low = lanesBelow(code.i64(0));
              }
              high = code.select(inside, high, code.i64(0));
              Code::Run run = code.run(laneStride, lanes, low, high);
              Value target =
                  code.address(to, code.mul(offset, code.i64(width)), dtype);
              code.loop(code.i64(0), inputs, [&](Value i) {
                Value place =
                    code.address(source, code.mul(i, featureStride), dtype);
                Value x = code.loadRun(dtype, place, run);
                code.store(
                    dtype, x,
                    code.address(target, code.mul(i, code.i64(width)), dtype));
              });
            });
        return Values{code.add(j[0], length)};
      });
}

} // namespace tgc::codegen
