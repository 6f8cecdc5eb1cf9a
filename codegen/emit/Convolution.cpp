// Groups of kind convolution: one convolution and a map of its result.
#include "tgc/codegen/emit/ConvolutionGroup.h"

#include "tgc/ir/AttrBridge.h"

namespace tgc::codegen {

ConvolutionGroup::ConvolutionGroup(Context &context, mlir::Operation *op)
    : context(context), op(op),
      attrs(std::get<ConvolutionAttrs>(context.analysis.attrsOf(op))),
      lhs(context.analysis.typeOf(op->getOperand(0))),
      rhs(context.analysis.typeOf(op->getOperand(1))),
      result(context.analysis.typeOf(op->getResult(0))) {}

mlir::LogicalResult ConvolutionGroup::analyse() {
  auto x = llvm::dyn_cast<mlir::BlockArgument>(op->getOperand(0));
  auto w = llvm::dyn_cast<mlir::BlockArgument>(op->getOperand(1));
  if (!x || !w)
    return op->emitOpError("has an operand that its group computes");
  size_t rank = lhs.dims.size();
  DimExprs xStrides = rowMajorStrides(lhs.dims);
  DimExprs wStrides = rowMajorStrides(rhs.dims);
  int64_t groups = attrs.feature_group_count * attrs.batch_group_count;

  // Loops: the result's dimensions, the feature dimension as two.
  size_t feature = attrs.out_spec[1];
  auto loopOf = [&](size_t d) -> unsigned { return d + (d > feature); };
  for (size_t d = 0; d < rank; ++d) {
    if (d == feature) {
      plan.groupLoop = plan.loops.size();
      plan.loops.push_back(groups);
      plan.loops.push_back(floor_div(result.dims[d], groups));
    } else {
      plan.loops.push_back(result.dims[d]);
    }
  }
  plan.featureLoop = plan.groupLoop + 1;
  plan.inputs = rhs.dims[attrs.rhs_spec[1]];
  plan.lhsFeature = xStrides[attrs.lhs_spec[1]];
  DimExpr batch = result.dims[attrs.out_spec[0]];
  plan.lhsGroup = attrs.batch_group_count > 1
                      ? batch * xStrides[attrs.lhs_spec[0]]
                      : plan.inputs * plan.lhsFeature;
  plan.rhsFeature = wStrides[attrs.rhs_spec[0]];
  plan.rhsGroup = plan.rhsFeature * plan.loops[plan.featureLoop];
  plan.rhsInput = wStrides[attrs.rhs_spec[1]];
  plan.dtype = lhs.dtype;
  plan.lhs = context.operandPointer(x);
  plan.rhs = context.operandPointer(w);
  for (size_t i = 0; i + 2 < rank; ++i) {
    PatchDim dim{loopOf(attrs.out_spec[i + 2]),
                 rhs.dims[attrs.rhs_spec[i + 2]],
                 attrs.strides[i],
                 attrs.lo[i],
                 attrs.rhs_dilation[i],
                 attrs.lhs_dilation[i],
                 lhs.dims[attrs.lhs_spec[i + 2]],
                 xStrides[attrs.lhs_spec[i + 2]],
                 false};
    dim.checked = dim.lo != 0 || attrs.hi[i] != 0;
    plan.dims.push_back(dim);
    plan.rhsWindow.push_back(wStrides[attrs.rhs_spec[i + 2]]);
  }
  plan.dims.push_back({loopOf(attrs.out_spec[0]), 1, 1, 0, 1, 1, batch,
                       xStrides[attrs.lhs_spec[0]], false});
  plan.rhsWindow.push_back(0);

  // The space: loops, then the kernel's elements and its inputs.
  featuresInside = true;
  for (size_t d = feature + 1; d < rank; ++d)
    featuresInside &= result.dims[d].constant() == 1;
  sizes = plan.loops;
  for (unsigned l = 0; l < plan.loops.size(); ++l) {
    bool isFeature = l == plan.featureLoop;
    if (l == plan.groupLoop)
      roles.push_back(OuterRole);
    else if (featuresInside)
      roles.push_back(isFeature ? ColumnRole : RowRole);
    else
      roles.push_back(isFeature              ? RowRole
                      : l > plan.featureLoop ? ColumnRole
                                             : OuterRole);
  }
  for (const PatchDim &dim : plan.dims) {
    sizes.push_back(dim.window);
    roles.push_back(DepthRole);
  }
  sizes.push_back(plan.inputs);
  roles.push_back(DepthRole);
  return mlir::success();
}

/// Index of every dimension of the result.
IndexMap ConvolutionGroup::identity() const {
  IndexMap map;
  size_t rank = sizes.size();
  for (unsigned l = 0; l < plan.loops.size(); ++l) {
    if (l == plan.featureLoop)
      continue;
    Affine index = Affine::dim(l, rank);
    if (l == plan.groupLoop)
      index = index * plan.loops[plan.featureLoop] +
              Affine::dim(plan.featureLoop, rank);
    map.dims.push_back(index);
  }
  return map;
}

/// Place of the kernel's element at a feature and depth.
Affine ConvolutionGroup::rhsPlace() const {
  Affine place = Affine::constant(0, sizes.size());
  place.strides[plan.groupLoop] = plan.rhsGroup;
  place.strides[plan.featureLoop] = plan.rhsFeature;
  for (size_t d = 0; d < plan.dims.size(); ++d)
    place.strides[plan.loops.size() + d] = plan.rhsWindow[d];
  place.strides.back() = plan.rhsInput;
  return place;
}

/// Place of lhs's element at a position and depth; nothing where padding takes
/// part.
std::optional<Affine> ConvolutionGroup::lhsPlace() const {
  Affine place = Affine::constant(0, sizes.size());
  place.strides[plan.groupLoop] = plan.lhsGroup;
  place.strides.back() = plan.lhsFeature;
  for (auto [d, dim] : llvm::enumerate(plan.dims)) {
    if (dim.checked)
      return std::nullopt;
    place.strides[dim.loop] = dim.lhsStride * dim.stride;
    place.strides[plan.loops.size() + d] = dim.lhsStride * dim.step;
  }
  return place;
}

bool ConvolutionGroup::hasHoles() const {
  return llvm::any_of(plan.dims,
                      [](const PatchDim &dim) { return dim.hasHoles(); });
}

bool ConvolutionGroup::isDepthwise() const {
  return plan.inputs.constant() == 1 &&
         plan.loops[plan.featureLoop].constant() == 1 &&
         (featuresInside || !hasHoles());
}

bool ConvolutionGroup::isPointwise() const {
  return isDepthwise() || hasHoles();
}

mlir::LogicalResult ConvolutionGroup::addResults(Elements &elements) {
  IndexMap map = identity();
  sum = elements.supply(op->getResult(0), map);
  for (auto [number, value] : llvm::enumerate(context.results())) {
    const TensorType &type = context.analysis.typeOf(value);
    if (type.dims.size() != result.dims.size())
      return op->emitOpError("has a group whose results are not of its shape");
    auto root = elements.add(value, map);
    if (mlir::failed(root))
      return mlir::failure();
    roots.push_back(*root);
    targets.push_back(elements.resultTarget(
        number, positionOf(map, type.dims, sizes.size())));
  }
  return mlir::success();
}

mlir::LogicalResult ConvolutionGroup::emitProduct() {
  Elements elements(context, {sizes.data(), sizes.size()}, roles);
  // lhs in place if nothing but its elements takes part; as the right side also
  // only if its columns are contiguous and it has no other rows of depths.
  std::optional<Affine> place = lhsPlace();
  bool single = llvm::all_of(plan.dims, [](const PatchDim &dim) {
    return dim.window.constant() == 1;
  });
  if (place && !featuresInside &&
      !(single && place->stride(plan.loops.size() - 1) == 1))
    place.reset();
  unsigned kernel = elements.target(plan.rhs, plan.dtype, rhsPlace());
  std::optional<unsigned> image;
  if (place)
    image = elements.target(plan.lhs, plan.dtype, *place);
  if (mlir::failed(addResults(elements)))
    return mlir::failure();
  elements.collapse();

  Product product(context, elements, sum, roots, targets);
  Patches patches(context, plan, product, elements.space());
  ProductSide &positions = featuresInside ? product.left : product.right;
  ProductSide &features = featuresInside ? product.right : product.left;
  features.access = kernel;
  if (place)
    positions.access = image;
  else if (featuresInside)
    positions.pack = [&](const ProductBlock &block, Value begin, Value end,
                         Value scratch, int64_t width, int64_t) {
      patches.packRows(block, begin, end, scratch, width);
    };
  else
    positions.pack = [&](const ProductBlock &block, Value begin, Value end,
                         Value scratch, int64_t width, int64_t columns) {
      patches.packColumns(block, begin, end, scratch, width, columns);
    };
  product.operand = lhs.dtype;
  product.accum = attrs.accum.value_or(lhs.dtype);
  product.out = result.dtype;
  product.emit("convolution");
  return mlir::success();
}

mlir::LogicalResult emitConvolution(Context &context) {
  mlir::Operation *op = context.onlyOp([](mlir::Operation *op) {
    return ir::opKindOf(op) == OpKind::Convolution;
  });
  if (!op)
    return context.group.emitOpError("has not exactly one convolution: a group "
                                     "of kind convolution does");
  ConvolutionGroup group(context, op);
  if (mlir::failed(group.analyse()))
    return mlir::failure();
  return group.isPointwise() ? group.emitPointwise() : group.emitProduct();
}

} // namespace tgc::codegen
