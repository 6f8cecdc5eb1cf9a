// Convolutions position by position: those with a dilated left operand, and
// those whose groups have one input and one feature each.
#include "tgc/codegen/emit/ConvolutionGroup.h"
#include "tgc/codegen/emit/Payloads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace tgc::codegen {
namespace {

/// Vectors of neighbouring features that are computed together.
constexpr int64_t stripVectors = 4;
/// Most elements of a kernel that are written one after the other.
constexpr int64_t mostUnrolled = 16;
/// Multiply-adds that make a call worth its while.
constexpr int64_t grainProducts = 1'000'000;

/// What the lanes of a vector are.
enum class Lanes {
  Features,  // of one group: they share the elements of lhs
  Groups,    // of one feature: each has its own kernel and part of lhs
  Positions, // of the result's last dimension: they share the kernel
};

/// Sums for a strip of neighbouring results. Per vector: where the kernel of
/// its group and feature starts, and where its group's part of lhs; which of
/// its lanes exist (null: all).
class PointwiseSums {
public:
  PointwiseSums(Context &context, const ConvolutionPlan &plan, DType accum,
                Lanes form, int64_t lanes, Values kernels, Values images,
                Values masks, Values counts, Values indices)
      : context(context), code(context.code), plan(plan), accum(accum),
        form(form), lanes(lanes), kernels(std::move(kernels)),
        images(std::move(images)), masks(std::move(masks)),
        counts(std::move(counts)), indices(std::move(indices)) {}

  Values emit();

private:
  Values chunk(Value begin, Value end);
  Values tap(mlir::ValueRange element, Value first, Value end,
             mlir::ValueRange acc);
  Values products(Value image, Value kernel, Value first, Value end,
                  bool present, mlir::ValueRange acc);
  Values positionProducts(Value image, Value kernel, Value inside,
                          Value innerElement, Value first, Value end,
                          mlir::ValueRange acc);
  Value load(Value pointer, int64_t width, Value mask);

  Context &context;
  Code &code;
  const ConvolutionPlan &plan;
  DType accum;
  Lanes form;
  int64_t lanes;
  Values kernels, images, masks, counts;
  Values indices; // of the first result
};

Value PointwiseSums::load(Value pointer, int64_t width, Value mask) {
  Value x = width > 1 && mask ? code.loadMasked(plan.dtype, pointer, mask)
                              : code.load(plan.dtype, pointer, width);
  return emitConvert(code, plan.dtype, accum, x, width, context.target.hasFma);
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
          if (present && (form == Lanes::Groups || !shared)) {
            Value place = code.address(
                images[v], code.add(image, code.mul(c, imageStep)), plan.dtype);
            x = load(place, form == Lanes::Groups ? lanes : 1, masks[v]);
            if (form == Lanes::Features)
              x = shared = code.splat(x, lanes);
          } else if (present) {
            x = shared;
          }
          next.push_back(code.multiplyAdd(x, w, t, context.target.hasFma));
        }
        return next;
      });
}

/// The same where lanes are positions: what lies beside lhs is +0. Which lanes
/// do depends on the kernel's innermost index alone, so that those masks are
/// made once for all its rows; rows beside lhs branch.
Values PointwiseSums::positionProducts(Value image, Value kernel, Value inside,
                                       Value innerElement, Value first,
                                       Value end, mlir::ValueRange acc) {
  const PatchDim &inner = plan.innermost();
  Value imageStep = context.size(plan.lhsFeature);
  Value kernelStep = context.size(plan.rhsInput);
  Value stride = code.i64(inner.stride);
  Value lhsStride = context.size(inner.lhsStride);
  llvm::SmallVector<Code::Run> runs;
  Values places;
  for (size_t v = 0; v < acc.size(); ++v) {
    Value index = code.add(indices[inner.loop], code.i64(v * lanes));
    Value place =
        code.add(code.sub(code.mul(index, stride), code.i64(inner.lo)),
                 code.mul(innerElement, code.i64(inner.step)));
    auto lanesBelow = [&](Value bound) {
      return code.stepsBelow(bound, place, inner.stride);
    };
    Value high = code.min(counts[v], code.i64(lanes)), low = code.i64(0);
    if (inner.checked) {
      high = code.min(high, lanesBelow(context.size(inner.extent)));
      low = lanesBelow(code.i64(0));
    }
    runs.push_back(code.run(code.mul(stride, lhsStride), lanes, low, high));
    places.push_back(code.add(image, code.mul(place, lhsStride)));
  }
  auto chain = [&](bool present) {
    return code.loop(
        first, end, code.i64(1), acc, [&](Value c, mlir::ValueRange acc) {
          Values next;
          Value place = code.address(kernels[0],
                                     code.add(kernel, code.mul(c, kernelStep)),
                                     plan.dtype);
          Value w = code.splat(load(place, 1, {}), lanes);
          for (auto [v, t] : llvm::enumerate(acc)) {
            Value x = code.bits(accum, 0, lanes);
            if (present) {
              Value from = code.address(
                  images[v], code.add(places[v], code.mul(c, imageStep)),
                  plan.dtype);
              x = emitConvert(code, plan.dtype, accum,
                              code.loadRun(plan.dtype, from, runs[v]), lanes,
                              context.target.hasFma);
            }
            next.push_back(code.multiplyAdd(x, w, t, context.target.hasFma));
          }
          return next;
        });
  };
  return code.choose(
      inside, mlir::TypeRange(acc.getTypes()), [&] { return chain(true); },
      [&] { return chain(false); });
}

Values PointwiseSums::tap(mlir::ValueRange element, Value first, Value end,
                          mlir::ValueRange acc) {
  Value inside = code.boolean(true), found = code.boolean(true);
  Value image = code.i64(0), kernel = code.i64(0);
  Value innerElement;
  for (auto [d, dim] : llvm::enumerate(plan.dims)) {
    if (form == Lanes::Positions && &dim == &plan.innermost()) {
      innerElement = element[d];
      kernel = code.add(
          kernel, code.mul(innerElement, context.size(plan.rhsWindow[d])));
      continue;
    }
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
  if (form == Lanes::Positions)
    return positionProducts(image, kernel, inside, innerElement, first, end,
                            acc);
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
  if (auto known = Code::known(k); known && *known <= order::chunkProducts)
    return chunk(code.i64(0), k);
  Combiner add(context, ReduceKind::add, accum);
  Values sums(kernels.size(), add.neutral(lanes));
  return code.loop(
      code.i64(0), code.max(k, code.i64(1)), code.i64(order::chunkProducts),
      sums, [&](Value begin, mlir::ValueRange sums) {
        Value end =
            code.min(k, code.add(begin, code.i64(order::chunkProducts)));
        Values next;
        for (auto [sum, total] : llvm::zip(sums, chunk(begin, end)))
          next.push_back(add.apply(sum, total));
        return next;
      });
}

} // namespace

mlir::LogicalResult ConvolutionGroup::emitPointwise() {
  Code &code = context.code;
  Lanes form = Lanes::Features;
  bool contiguous = featuresInside && plan.rhsFeature.constant() == 1;
  unsigned vectorLoop = plan.featureLoop;
  if (isDepthwise()) {
    form = featuresInside ? Lanes::Groups : Lanes::Positions;
    vectorLoop = featuresInside ? plan.groupLoop : plan.innermost().loop;
    contiguous = !featuresInside || (plan.rhsGroup.constant() == 1 &&
                                     plan.lhsGroup.constant() == 1);
  }
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
             (strip * std::max<int64_t>(
                          1, depth.constant().value_or(order::chunkProducts))));
  context.emitted.schedule = "convolution: one position at a time, " +
                             std::to_string(lanes) + " lanes x " +
                             std::to_string(vectors);

  Values outerSizes = elements.dimSizes(outerDims);
  outerSizes.push_back(context.size(ceilDiv(columns, strip)));
  Value n = context.size(columns);
  auto emitStrip = [&](const Elements::Cursor &row, Values indices,
                       Value column, Value left, int64_t width, int64_t count,
                       bool masked) {
    Values kernels, images, masks(count), counts(count);
    std::vector<Elements::Cursor> cursors;
    for (int64_t v = 0; v < count; ++v) {
      Value offset = code.i64(v * width);
      if (masked) {
        counts[v] = code.sub(left, offset);
        masks[v] = code.mask(counts[v], width);
      }
      cursors.push_back(
          columnDim ? elements.move(row, *columnDim, code.add(column, offset))
                    : row);
      kernels.push_back(cursors[v].at[kernel]);
      images.push_back(cursors[v].at[image]);
    }
    if (columnDim)
      indices[vectorLoop] = column;
    Values sums =
        PointwiseSums(context, plan, accum, width > 1 ? form : Lanes::Features,
                      width, kernels, images, masks, counts, indices)
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
        std::optional<int64_t> all = Code::known(n);
        Value first = all && *all <= strip
                          ? code.i64(0)
                          : code.mul(at.back(), code.i64(strip));
        Value left = code.sub(n, first);
        auto whole = [&](bool masked) {
          emitStrip(row, indices, first, left, lanes, vectors, masked);
        };
        // Positions are masked anyhow, at the borders.
        if (form == Lanes::Positions && lanes > 1)
          return whole(true);
        if (all && *all % strip == 0)
          return whole(false);
        if (context.target.hasMaskedMemory && lanes > 1)
          return whole(true);
        code.when(
            code.lessEqual(code.i64(strip), left), [&] { whole(false); },
            [&] {
              code.loop(first, n, [&](Value column) {
                emitStrip(row, indices, column, code.i64(1), 1, 1, false);
              });
            });
      });
  return mlir::success();
}

} // namespace tgc::codegen
