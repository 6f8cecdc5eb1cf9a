// Convolutions position by position: those with a dilated left operand, and
// those whose groups have one feature each.
#include "tgc/codegen/emit/ConvolutionGroup.h"
#include "tgc/codegen/emit/Payloads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace tgc::codegen {
namespace {

/// Vectors of neighbouring features that are computed together.
constexpr int64_t stripVectors = 4;
/// Most elements of a kernel that are written one after the other.
constexpr int64_t mostUnrolled = 16;
/// Multiply-adds that make a call worth its while.
constexpr int64_t grainProducts = 1'000'000;

/// Sums of one position for a strip of neighbouring features.
class PointwiseSums {
public:
  PointwiseSums(Context &context, const ConvolutionPlan &plan, DType accum,
                int64_t lanes, bool groupsInLanes, Values kernels,
                Values images, Values masks, Values indices)
      : context(context), code(context.code), plan(plan), accum(accum),
        lanes(lanes), groupsInLanes(groupsInLanes), kernels(std::move(kernels)),
        images(std::move(images)), masks(std::move(masks)),
        indices(std::move(indices)) {}

  Values emit();

private:
  Values chunk(Value begin, Value end);
  Values tap(mlir::ValueRange element, Value first, Value end,
             mlir::ValueRange acc);
  Values products(Value image, Value kernel, Value first, Value end,
                  bool present, mlir::ValueRange acc);
  Value multiplyAdd(Value a, Value b, Value c);
  Value load(Value pointer, int64_t width, Value mask);

  Context &context;
  Code &code;
  const ConvolutionPlan &plan;
  DType accum;
  int64_t lanes;
  bool groupsInLanes;
  Values kernels, images; // per vector: where the group and feature start
  Values masks, indices;
};

Value PointwiseSums::load(Value pointer, int64_t width, Value mask) {
  Value x = width > 1 && mask ? code.loadMasked(plan.dtype, pointer, mask)
                              : code.load(plan.dtype, pointer, width);
  return emitConvert(code, plan.dtype, accum, x, width, context.target.hasFma);
}

Value PointwiseSums::multiplyAdd(Value a, Value b, Value c) {
  namespace arith = mlir::arith;
  if (!isFloat(accum))
    return code.op<arith::AddIOp>(code.op<arith::MulIOp>(a, b), c);
  if (context.target.hasFma)
    return code.op<mlir::math::FmaOp>(a, b, c);
  return code.op<arith::AddFOp>(code.op<arith::MulFOp>(a, b), c);
}

/// Inputs [first, end) at one element of the kernel; offsets of both operands
/// in elements. Not `present`: padding, +0.
Values PointwiseSums::products(Value image, Value kernel, Value first,
                               Value end, bool present, mlir::ValueRange acc) {
  Value imageStep = context.size(plan.lhsFeature);
  Value kernelStep = context.size(plan.rhsInput);
  return code.loop(
      first, end, code.i64(1), acc, [&](Value c, mlir::ValueRange acc) {
        Values next;
        Value shared;
        for (auto [v, t] : llvm::enumerate(acc)) {
          Value w = load(code.address(kernels[v],
                                      code.add(kernel, code.mul(c, kernelStep)),
                                      plan.dtype),
                         lanes, masks[v]);
          Value x = code.bits(accum, 0, lanes);
          if (present && (groupsInLanes || !shared)) {
            Value place = code.address(
                images[v], code.add(image, code.mul(c, imageStep)), plan.dtype);
            x = load(place, groupsInLanes ? lanes : 1, masks[v]);
            if (!groupsInLanes)
              x = shared = code.splat(x, lanes);
          } else if (present) {
            x = shared;
          }
          next.push_back(multiplyAdd(x, w, t));
        }
        return next;
      });
}

Values PointwiseSums::tap(mlir::ValueRange element, Value first, Value end,
                          mlir::ValueRange acc) {
  Value inside = code.boolean(true), found = code.boolean(true);
  Value image = code.i64(0), kernel = code.i64(0);
  for (auto [d, dim] : llvm::enumerate(plan.dims)) {
    Value place =
        code.add(code.sub(code.mul(indices[dim.loop], code.i64(dim.stride)),
                          code.i64(dim.lo)),
                 code.mul(element[d], code.i64(dim.step)));
    kernel =
        code.add(kernel, code.mul(element[d], context.size(plan.rhsWindow[d])));
    bool dilated = dim.hasHoles();
    if (dim.checked || dilated) {
      Value extent = context.size(dim.extent);
      Value last = code.mul(code.sub(extent, code.i64(1)),
                            code.i64(dilated ? dim.dilation : 1));
      inside = code.both(inside, code.lessEqual(code.i64(0), place));
      inside = code.both(inside, code.lessEqual(place, last));
      inside = code.both(inside, code.less(code.i64(0), extent));
    }
    if (dilated) {
      Value number =
          code.div(code.max(place, code.i64(0)), code.i64(dim.dilation));
      found = code.both(
          found, code.equal(code.mul(number, code.i64(dim.dilation)), place));
      place = number;
    }
    image = code.add(image, code.mul(place, context.size(dim.lhsStride)));
  }
  mlir::TypeRange types(acc.getTypes());
  return code.choose(
      inside, types,
      [&] {
        return code.choose(
            found, types,
            [&] { return products(image, kernel, first, end, true, acc); },
            [&] { return Values(acc); }); // a hole takes no part
      },
      [&] { return products(image, kernel, first, end, false, acc); });
}

/// The chain of depths [begin, end) from +0.
Values PointwiseSums::chunk(Value begin, Value end) {
  Values acc(kernels.size(), code.bits(accum, 0, lanes));
  Value inputs = code.max(context.size(plan.inputs), code.i64(1));
  Values windows;
  for (const PatchDim &dim : plan.dims)
    windows.push_back(context.size(dim.window));
  Value lastPlace =
      code.div(code.add(end, code.sub(inputs, code.i64(1))), inputs);
  auto at = [&](Value place, mlir::ValueRange acc) {
    Value depth = code.mul(place, inputs);
    Value first = code.max(code.sub(begin, depth), code.i64(0));
    Value stop = code.min(code.sub(end, depth), inputs);
    return tap(code.delinearize(place, windows), first, stop, acc);
  };
  std::optional<int64_t> count = Code::known(lastPlace);
  if (count && *count <= mostUnrolled && Code::known(begin) == 0) {
    for (int64_t place = 0; place < *count; ++place)
      acc = at(code.i64(place), acc);
    return acc;
  }
  return code.loop(code.div(begin, inputs), lastPlace, code.i64(1), acc, at);
}

Values PointwiseSums::emit() {
  DimExpr depth = plan.inputs;
  for (const PatchDim &dim : plan.dims)
    depth = depth * dim.window;
  Value k = context.size(depth);
  if (auto known = Code::known(k); known && *known <= productChunk)
    return chunk(code.i64(0), k);
  Combiner add(context, ReduceKind::add, accum);
  Values sums(kernels.size(), add.neutral(lanes));
  return code.loop(
      code.i64(0), code.max(k, code.i64(1)), code.i64(productChunk), sums,
      [&](Value begin, mlir::ValueRange sums) {
        Value end = code.min(k, code.add(begin, code.i64(productChunk)));
        Values next;
        for (auto [sum, total] : llvm::zip(sums, chunk(begin, end)))
          next.push_back(add.apply(sum, total));
        return next;
      });
}

} // namespace

mlir::LogicalResult ConvolutionGroup::emitPointwise() {
  Code &code = context.code;
  // Vectors run along features, or along groups of one feature, where both the
  // kernel and the result are contiguous.
  bool oneEach = plan.loops[plan.featureLoop].constant() == 1;
  bool contiguous =
      featuresInside && (oneEach ? plan.rhsGroup.constant() == 1
                                 : plan.rhsFeature.constant() == 1);
  bool groupsInLanes = contiguous && oneEach && plan.lhsGroup.constant() == 1;
  contiguous &= groupsInLanes || !oneEach;
  unsigned vectorLoop = groupsInLanes ? plan.groupLoop : plan.featureLoop;
  for (unsigned l = 0; l < plan.loops.size(); ++l)
    roles[l] = l == vectorLoop ? ColumnRole : OuterRole;

  Elements elements(context, {sizes.data(), sizes.size()}, roles);
  unsigned kernel = elements.target(plan.rhs, plan.dtype, rhsPlace());
  Affine groupPlace = Affine::constant(0, sizes.size());
  groupPlace.strides[plan.groupLoop] = plan.lhsGroup;
  unsigned image = elements.target(plan.lhs, plan.dtype, groupPlace);
  if (mlir::failed(addResults(elements)))
    return mlir::failure();
  elements.collapse();

  DType accum = attrs.accum.value_or(lhs.dtype);
  auto outerDims = elements.space().withRole(OuterRole);
  auto columnDims = elements.space().withRole(ColumnRole);
  std::optional<unsigned> columnDim;
  if (!columnDims.empty())
    columnDim = columnDims.front();
  DimExpr columns =
      columnDim ? elements.space().dims[*columnDim].size : DimExpr(1);
  int64_t lanes = contiguous && columnDim
                      ? context.target.lanes(std::max<int64_t>(
                            elements.widest(), dtypeBytes(accum)))
                      : 1;
  int64_t vectors = lanes == 1 ? 1 : stripVectors;
  if (auto known = columns.constant())
    vectors = std::clamp<int64_t>((*known + lanes - 1) / lanes, 1, vectors);
  int64_t strip = lanes * vectors;

  DimExpr iterations = ceilDiv(columns, strip), depth = plan.inputs;
  for (unsigned d : outerDims)
    iterations = iterations * elements.space().dims[d].size;
  for (const PatchDim &dim : plan.dims)
    depth = depth * dim.window;
  context.emitted.iterations = iterations;
  context.emitted.grain = std::max<int64_t>(
      1, grainProducts /
             (strip * std::max<int64_t>(1, depth.constant().value_or(256))));
  context.emitted.schedule = "convolution: one position at a time, " +
                             std::to_string(lanes) + " lanes x " +
                             std::to_string(vectors);

  Values outerSizes = elements.dimSizes(outerDims);
  outerSizes.push_back(context.size(ceilDiv(columns, strip)));
  Value n = context.size(columns);
  auto emitStrip = [&](const Elements::Cursor &row, Values indices,
                       Value column, Value left, int64_t width, int64_t count,
                       bool masked) {
    Values kernels, images, masks(count);
    std::vector<Elements::Cursor> cursors;
    for (int64_t v = 0; v < count; ++v) {
      Value offset = code.i64(v * width);
      if (masked)
        masks[v] = code.mask(code.sub(left, offset), width);
      cursors.push_back(
          columnDim ? elements.move(row, *columnDim, code.add(column, offset))
                    : row);
      kernels.push_back(cursors[v].at[kernel]);
      images.push_back(cursors[v].at[image]);
    }
    Values sums = PointwiseSums(context, plan, accum, width, groupsInLanes,
                                kernels, images, masks, indices)
                      .emit();
    for (int64_t v = 0; v < count; ++v) {
      Elements::Known known;
      known[sum] = emitConvert(code, accum, result.dtype, sums[v], width,
                               context.target.hasFma);
      Values values = elements.evaluate(
          roots, cursors[v], columnDim.value_or(0), width, masks[v], known);
      for (auto [target, value] : llvm::zip(targets, values))
        elements.store(target, cursors[v], value, masks[v]);
    }
  };
  code.positions(
      context.begin, context.end, outerSizes, [&](mlir::ValueRange at) {
        Elements::Cursor row = elements.start();
        for (auto [d, index] : llvm::zip(outerDims, at))
          row = elements.move(row, d, index);
        Values indices = loopIndices(context, plan, elements.space(), outerDims,
                                     at.drop_back());
        Value first = code.mul(at.back(), code.i64(strip));
        Value left = code.sub(n, first);
        auto whole = [&] {
          emitStrip(row, indices, first, left, lanes, vectors, false);
        };
        if (auto known = Code::known(n); known && *known % strip == 0)
          return whole();
        if (context.target.hasMaskedMemory && lanes > 1)
          return emitStrip(row, indices, first, left, lanes, vectors, true);
        code.when(code.lessEqual(code.i64(strip), left), whole, [&] {
          code.loop(first, n, [&](Value column) {
            emitStrip(row, indices, column, code.i64(1), 1, 1, false);
          });
        });
      });
  return mlir::success();
}

} // namespace tgc::codegen
