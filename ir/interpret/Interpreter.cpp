// The interpreter: SSA values in a map, ops through runOp.
#include "tgc/ir/interpret/Interpreter.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/LocationText.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/ir/analysis/DimAnalysis.h"
#include "tgc/runtime/core/IntDivision.h"
#include "tgc/runtime/core/RunControl.h"
#include "tgc/runtime/infer/Inputs.h"
#include "tgc/runtime/kernels/KernelTable.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

namespace tgc::ir {
namespace {

/// One activation of a function.
class Frame {
public:
  Frame(mlir::func::FuncOp function, const InterpretOptions &options,
        RunControl &control)
      : function(function), options(options), control(control) {}

  absl::StatusOr<std::vector<Value>> run(absl::Span<const Value> arguments,
                                         int depth);

private:
  absl::Status step(mlir::Operation *op, int depth);
  absl::Status runPrimitive(mlir::Operation *op);
  absl::Status runCall(mlir::func::CallOp call, int depth);
  absl::Status runScalar(mlir::Operation *op);
  void forgetDead(mlir::Operation *op);
  std::vector<Value> valuesOf(mlir::ValueRange range) {
    std::vector<Value> result;
    for (mlir::Value v : range)
      if (!v.getType().isIndex())
        result.push_back(tensors[v]);
    return result;
  }

  mlir::func::FuncOp function;
  const InterpretOptions &options;
  RunControl &control;
  llvm::DenseMap<mlir::Value, Value> tensors;
  llvm::DenseMap<mlir::Value, int64_t> indices;
  llvm::DenseMap<mlir::Value, unsigned> uses; // not yet executed
};

absl::Status atLocation(const absl::Status &status, mlir::Location loc) {
  return status.ok() ? status : withLocation(status, loc);
}

absl::Status Frame::runPrimitive(mlir::Operation *op) {
  std::vector<Value> operands = valuesOf(tensorOperands(op));
  if (options.checkIntDivision)
    TGC_RETURN_IF_ERROR(
        atLocation(checkIntDivision(*opKindOf(op), operands), op->getLoc()));
  auto results = evaluate(
      op, operands, [&](mlir::Value index) { return DimExpr(indices[index]); });
  if (!results.ok())
    return atLocation(results.status(), op->getLoc());
  if (options.owner && llvm::isa<ConstantOp>(op)) {
    std::shared_ptr<Buffer> &buffer = (*results)[0].buffer;
    buffer = Buffer::wrap(buffer->data(), buffer->size(),
                          [owner = options.owner, buffer] {});
  }
  if (options.observe)
    options.observe(op, *results);
  for (auto [value, result] : llvm::zip(op->getResults(), *results))
    tensors[value] = std::move(result);
  return absl::OkStatus();
}

absl::Status Frame::runCall(mlir::func::CallOp call, int depth) {
  auto callee = function->getParentOfType<mlir::ModuleOp>()
                    .lookupSymbol<mlir::func::FuncOp>(call.getCallee());
  Frame inner(callee, options, control);
  std::vector<Value> arguments;
  for (auto [argument, operand] :
       llvm::zip(callee.getArguments(), call.getOperands())) {
    if (operand.getType().isIndex())
      inner.indices[argument] = indices[operand];
    else
      arguments.push_back(tensors[operand]);
  }
  TGC_ASSIGN_OR_RETURN(auto results, inner.run(arguments, depth + 1));
  for (auto [value, result] : llvm::zip(call.getResults(), results))
    tensors[value] = std::move(result);
  return absl::OkStatus();
}

/// Index arithmetic, tensor.dim and tensor.cast.
absl::Status Frame::runScalar(mlir::Operation *op) {
  namespace arith = mlir::arith;
  auto binary = [&](auto fold) -> absl::Status {
    std::optional<DimExpr> result = fold(DimExpr(indices[op->getOperand(0)]),
                                         DimExpr(indices[op->getOperand(1)]));
    std::optional<int64_t> value =
        result && !result->isInvalid() ? result->constant() : std::nullopt;
    if (!value)
      return atLocation(
          absl::InvalidArgumentError(
              absl::StrCat(op->getName().getStringRef().str(),
                           ": the size does not fit 64 bits, or divides by 0")),
          op->getLoc());
    indices[op->getResult(0)] = *value;
    return absl::OkStatus();
  };
  return llvm::TypeSwitch<mlir::Operation *, absl::Status>(op)
      .Case([&](arith::ConstantIndexOp c) {
        indices[c.getResult()] = c.value();
        return absl::OkStatus();
      })
      .Case([&](arith::AddIOp) { return binary(std::plus<>()); })
      .Case([&](arith::SubIOp) { return binary(std::minus<>()); })
      .Case([&](arith::MulIOp) { return binary(std::multiplies<>()); })
      .Case([&](arith::FloorDivSIOp) {
        return binary(
            [](const DimExpr &a, const DimExpr &b) { return floor_div(a, b); });
      })
      .Case([&](arith::MinSIOp) {
        return binary(
            [](const DimExpr &a, const DimExpr &b) { return min(a, b); });
      })
      .Case([&](arith::MaxSIOp) {
        return binary(
            [](const DimExpr &a, const DimExpr &b) { return max(a, b); });
      })
      .Case([&](mlir::tensor::DimOp dim) {
        const Shape &shape = tensors[dim.getSource()].shape;
        int64_t d = indices[dim.getIndex()];
        if (d < 0 || d >= static_cast<int64_t>(shape.size()))
          return atLocation(absl::InvalidArgumentError(absl::StrCat(
                                "tensor.dim: dimension ", d, " is outside [0, ",
                                shape.size(), ")")),
                            op->getLoc());
        indices[dim.getResult()] = shape[d];
        return absl::OkStatus();
      })
      .Case([&](mlir::tensor::CastOp cast) {
        Value value = tensors[cast.getSource()];
        auto type = llvm::cast<mlir::RankedTensorType>(cast.getType());
        for (int64_t i = 0; i < type.getRank(); ++i)
          if (!type.isDynamicDim(i) && type.getDimSize(i) != value.shape[i])
            return atLocation(
                sizeCheckError(
                    {value.shape[i], type.getDimSize(i),
                     absl::StrCat("tensor.cast: operand 0 in dimension ", i)},
                    value.shape[i], type.getDimSize(i)),
                op->getLoc());
        tensors[cast.getResult()] = std::move(value);
        return absl::OkStatus();
      })
      .Default([&](mlir::Operation *) {
        return atLocation(absl::UnimplementedError(absl::StrCat(
                              "the interpreter has no op '",
                              op->getName().getStringRef().str(), "'")),
                          op->getLoc());
      });
}

absl::Status Frame::step(mlir::Operation *op, int depth) {
  if (control.stopped())
    return control.status(function.getName().str());
  if (opKindOf(op))
    return runPrimitive(op);
  if (auto call = llvm::dyn_cast<mlir::func::CallOp>(op))
    return runCall(call, depth);
  return runScalar(op);
}

/// Frees operands whose last user was `op`: peak memory is that of the live
/// values.
void Frame::forgetDead(mlir::Operation *op) {
  for (mlir::Value operand : op->getOperands())
    if (--uses[operand] == 0)
      tensors.erase(operand);
  for (mlir::Value result : op->getResults())
    if (result.use_empty())
      tensors.erase(result);
}

absl::StatusOr<std::vector<Value>> Frame::run(absl::Span<const Value> arguments,
                                              int depth) {
  constexpr int maxDepth = 100;
  if (depth > maxDepth)
    return absl::ResourceExhaustedError(
        absl::StrCat("calls nest deeper than the limit of ", maxDepth));
  size_t next = 0;
  for (mlir::BlockArgument argument : function.getArguments()) {
    uses[argument] = std::distance(argument.use_begin(), argument.use_end());
    if (!argument.getType().isIndex())
      tensors[argument] = arguments[next++];
  }
  for (mlir::Operation &op : function.getBody().front()) {
    if (op.hasTrait<mlir::OpTrait::IsTerminator>())
      return valuesOf(op.getOperands());
    for (mlir::Value result : op.getResults())
      uses[result] = std::distance(result.use_begin(), result.use_end());
    TGC_RETURN_IF_ERROR(step(&op, depth));
    forgetDead(&op);
  }
  return absl::InternalError("function without return");
}

} // namespace

absl::StatusOr<std::vector<Value>>
evaluate(mlir::Operation *op, absl::Span<const Value> operands,
         llvm::function_ref<DimExpr(mlir::Value)> indexValue) {
  OpAttrs attrs = attrsOf(op, indexValue);
  if (const auto *constant = std::get_if<ConstantAttrs>(&attrs))
    return std::vector<Value>{constant->value};
  return runOp(*opKindOf(op), operands, attrs);
}

absl::Status checkArguments(mlir::func::FuncOp function,
                            absl::Span<const Value> arguments) {
  DimAnalysis dims(function);
  std::vector<TensorSignature> declared;
  for (mlir::BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    auto name = function.getArgAttrOfType<mlir::StringAttr>(i, nameAttr);
    declared.push_back(
        {name ? name.str() : absl::StrCat("x", i), dims.typeOf(argument)});
  }
  return checkInputs(std::string_view(function.getName()), declared, arguments);
}

absl::StatusOr<std::vector<Value>> interpret(mlir::func::FuncOp function,
                                             absl::Span<const Value> arguments,
                                             const InterpretOptions &options) {
  TGC_RETURN_IF_ERROR(checkArguments(function, arguments));
  RunControl control(options.cancel, options.limits);
  ThreadsScope threads(options.threads);
  MemoryScope memory(options.limits.memory);
  return Frame(function, options, control).run(arguments, 0);
}

} // namespace tgc::ir
