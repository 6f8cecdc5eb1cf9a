// Groups of kind contract: one dot_general and a map of its result.
#include "tgc/codegen/emit/Product.h"
#include "tgc/ir/AttrBridge.h"

namespace tgc::codegen {
namespace {

/// The dimensions of one operand that are neither batch nor contracted.
llvm::SmallVector<int64_t> freeDims(size_t rank,
                                    const std::vector<int64_t> &batch,
                                    const std::vector<int64_t> &contract) {
  llvm::SmallVector<int64_t> free;
  for (int64_t d = 0; d < static_cast<int64_t>(rank); ++d)
    if (!llvm::is_contained(batch, d) && !llvm::is_contained(contract, d))
      free.push_back(d);
  return free;
}

} // namespace

mlir::LogicalResult emitContract(Context &context) {
  mlir::Operation *op = context.onlyOp([](mlir::Operation *op) {
    return ir::opKindOf(op) == OpKind::DotGeneral;
  });
  if (!op)
    return context.group.emitOpError("has not exactly one dot_general: a group "
                                     "of kind contract does");
  auto attrs = std::get<DotGeneralAttrs>(context.analysis.attrsOf(op));
  const TensorType &lhs = context.analysis.typeOf(op->getOperand(0));
  const TensorType &rhs = context.analysis.typeOf(op->getOperand(1));
  const TensorType &result = context.analysis.typeOf(op->getResult(0));
  auto lhsFree = freeDims(lhs.dims.size(), attrs.lhs_batch, attrs.lhs_contract);
  auto rhsFree = freeDims(rhs.dims.size(), attrs.rhs_batch, attrs.rhs_contract);

  // The space: the result's dimensions, then the contracted ones. Products
  // commute, so a matrix times a vector has the matrix on the right: columns
  // are what vectors run along.
  bool swapped = rhsFree.empty() && !lhsFree.empty();
  DimExprs sizes(result.dims);
  llvm::SmallVector<int> roles(attrs.lhs_batch.size(), OuterRole);
  roles.append(lhsFree.size(), swapped ? ColumnRole : RowRole);
  roles.append(rhsFree.size(), ColumnRole);
  for (int64_t d : attrs.lhs_contract) {
    sizes.push_back(lhs.dims[d]);
    roles.push_back(DepthRole);
  }
  size_t rank = sizes.size(), resultRank = result.dims.size();

  Elements elements(context, {sizes.data(), sizes.size()}, roles);
  IndexMap identity;
  for (size_t d = 0; d < resultRank; ++d)
    identity.dims.push_back(Affine::dim(d, rank));
  auto side =
      [&](unsigned number, const TensorType &type,
          const std::vector<int64_t> &batch, llvm::ArrayRef<int64_t> free,
          size_t firstFree,
          const std::vector<int64_t> &contract) -> mlir::FailureOr<unsigned> {
    IndexMap map;
    map.dims.assign(type.dims.size(), Affine::constant(0, rank));
    for (auto [i, d] : llvm::enumerate(batch))
      map.dims[d] = Affine::dim(i, rank);
    for (auto [i, d] : llvm::enumerate(free))
      map.dims[d] = Affine::dim(firstFree + i, rank);
    for (auto [i, d] : llvm::enumerate(contract))
      map.dims[d] = Affine::dim(resultRank + i, rank);
    auto node = elements.add(op->getOperand(number), map);
    if (mlir::failed(node))
      return mlir::failure();
    if (std::optional<unsigned> access = elements.loadOf(*node))
      return *access;
    return op->emitOpError("has an operand that its group computes");
  };
  size_t numBatch = attrs.lhs_batch.size();
  auto left =
      side(0, lhs, attrs.lhs_batch, lhsFree, numBatch, attrs.lhs_contract);
  auto right = side(1, rhs, attrs.rhs_batch, rhsFree, numBatch + lhsFree.size(),
                    attrs.rhs_contract);
  if (mlir::failed(left) || mlir::failed(right))
    return mlir::failure();
  Elements::Node sum = elements.supply(op->getResult(0), identity);
  llvm::SmallVector<Elements::Node> roots;
  llvm::SmallVector<unsigned> targets;
  for (auto [number, value] : llvm::enumerate(context.results())) {
    const TensorType &type = context.analysis.typeOf(value);
    if (type.dims.size() != resultRank)
      return op->emitOpError("has a group whose results are not of its shape");
    auto root = elements.add(value, identity);
    if (mlir::failed(root))
      return mlir::failure();
    roots.push_back(*root);
    targets.push_back(
        elements.resultTarget(number, positionOf(identity, type.dims, rank)));
  }
  elements.collapse();

  Product product(context, elements, sum, roots, targets);
  product.left.access = swapped ? *right : *left;
  product.right.access = swapped ? *left : *right;
  product.operand = lhs.dtype;
  product.accum = attrs.accum.value_or(lhs.dtype);
  product.out = result.dtype;
  product.emit("contract");
  return mlir::success();
}

} // namespace tgc::codegen
