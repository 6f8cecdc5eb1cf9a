// Rewrites that keep every bit.
#include "tgc/passes/Passes.h"

#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace tgc::passes {

#define GEN_PASS_DEF_SIMPLIFYPASS
#include "tgc/passes/Passes.h.inc"

namespace {

/// The float that every element of `value` is, through broadcasts.
std::optional<double> splatFloat(mlir::Value value) {
  while (auto broadcast = value.getDefiningOp<ir::BroadcastInDimOp>())
    value = broadcast.getX();
  auto constant = value.getDefiningOp<ir::ConstantOp>();
  if (!constant)
    return std::nullopt;
  auto dense = llvm::dyn_cast<mlir::DenseFPElementsAttr>(constant.getValue());
  if (!dense || !dense.isSplat())
    return std::nullopt;
  return dense.getSplatValue<llvm::APFloat>().convertToDouble();
}

/// x * 1, x / 1, x - (+0), x + (-0): the other operand.
template <class Op> struct DropNeutral : mlir::OpRewritePattern<Op> {
  using mlir::OpRewritePattern<Op>::OpRewritePattern;

  static bool isNeutral(double value) {
    if constexpr (std::is_same_v<Op, ir::AddOp>)
      return value == 0 && std::signbit(value);
    else if constexpr (std::is_same_v<Op, ir::SubtractOp>)
      return value == 0 && !std::signbit(value);
    else
      return value == 1;
  }

  llvm::LogicalResult
  matchAndRewrite(Op op, mlir::PatternRewriter &rewriter) const override {
    constexpr bool commutes =
        std::is_same_v<Op, ir::AddOp> || std::is_same_v<Op, ir::MultiplyOp>;
    for (auto [kept, other] : {std::pair(op.getLhs(), op.getRhs()),
                               std::pair(op.getRhs(), op.getLhs())}) {
      if (!commutes && kept != op.getLhs())
        continue;
      std::optional<double> value = splatFloat(other);
      if (value && isNeutral(*value) && kept.getType() == op.getType()) {
        rewriter.replaceOp(op, kept);
        return mlir::success();
      }
    }
    return mlir::failure();
  }
};

/// transpose(transpose(x)): one permutation.
struct ComposeTransposes : mlir::OpRewritePattern<ir::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  llvm::LogicalResult
  matchAndRewrite(ir::TransposeOp op,
                  mlir::PatternRewriter &rewriter) const override {
    auto inner = op.getX().getDefiningOp<ir::TransposeOp>();
    if (!inner)
      return mlir::failure();
    llvm::SmallVector<int64_t> perm;
    for (int64_t d : op.getPerm())
      perm.push_back(inner.getPerm()[d]);
    rewriter.replaceOpWithNewOp<ir::TransposeOp>(op, op.getType(), inner.getX(),
                                                 perm);
    return mlir::success();
  }
};

/// reshape(reshape(x)): the outer one alone.
struct ComposeReshapes : mlir::OpRewritePattern<ir::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  llvm::LogicalResult
  matchAndRewrite(ir::ReshapeOp op,
                  mlir::PatternRewriter &rewriter) const override {
    auto inner = op.getX().getDefiningOp<ir::ReshapeOp>();
    if (!inner)
      return mlir::failure();
    rewriter.modifyOpInPlace(op,
                             [&] { op.getXMutable().assign(inner.getX()); });
    return mlir::success();
  }
};

/// A convolution with constant weights reads their input features one after
/// the other: with the weights transposed, which folds, those of a kernel
/// position lie together. The order of the sum is that of rhs_spec's entries
/// and stays.
struct InputFeaturesInnermost : mlir::OpRewritePattern<ir::ConvolutionOp> {
  using OpRewritePattern::OpRewritePattern;
  llvm::LogicalResult
  matchAndRewrite(ir::ConvolutionOp op,
                  mlir::PatternRewriter &rewriter) const override {
    mlir::Value weights = op.getRhs();
    auto type = llvm::cast<mlir::RankedTensorType>(weights.getType());
    if (!weights.getDefiningOp<ir::ConstantOp>() || !type.hasStaticShape())
      return mlir::failure();
    llvm::SmallVector<int64_t> spec(op.getRhsSpec());
    if (spec.empty())
      llvm::append_range(spec, llvm::seq<int64_t>(type.getRank()));
    int64_t features = spec[1];
    bool areInnermost = llvm::all_of(type.getShape().drop_front(features + 1),
                                     [](int64_t n) { return n == 1; });
    if (type.getDimSize(features) == 1 || areInnermost)
      return mlir::failure();
    llvm::SmallVector<int64_t> perm, shape, placeOf(type.getRank());
    for (int64_t d = 0; d < type.getRank(); ++d)
      if (d != features)
        perm.push_back(d);
    perm.push_back(features);
    for (auto [place, d] : llvm::enumerate(perm)) {
      shape.push_back(type.getDimSize(d));
      placeOf[d] = static_cast<int64_t>(place);
    }
    for (int64_t &d : spec)
      d = placeOf[d];
    mlir::Value transposed = ir::TransposeOp::create(
        rewriter, weights.getLoc(), type.clone(shape), weights, perm);
    rewriter.modifyOpInPlace(op, [&] {
      op.getRhsMutable().assign(transposed);
      op.setRhsSpec(spec);
    });
    return mlir::success();
  }
};

struct Simplify : impl::SimplifyPassBase<Simplify> {
  void runOnOperation() override {
    mlir::RewritePatternSet patterns(&getContext());
    patterns.add<DropNeutral<ir::AddOp>, DropNeutral<ir::SubtractOp>,
                 DropNeutral<ir::MultiplyOp>, DropNeutral<ir::DivideOp>,
                 ComposeTransposes, ComposeReshapes, InputFeaturesInnermost>(
        &getContext());
    mlir::tensor::DimOp::getCanonicalizationPatterns(patterns, &getContext());
    mlir::GreedyRewriteConfig config;
    config.setMaxIterations(10);
    // Not converging costs speed, never correctness.
    (void)mlir::applyPatternsGreedily(getOperation(), std::move(patterns),
                                      config);
  }
};

} // namespace
} // namespace tgc::passes
