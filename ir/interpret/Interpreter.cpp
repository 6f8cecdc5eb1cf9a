// The interpreter: SSA values in a map, ops through runOp.
#include "tgc/ir/interpret/Interpreter.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/LocationText.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/ir/analysis/DimAnalysis.h"
#include "tgc/runtime/kernels/KernelTable.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

#include <map>

namespace tgc::ir {
namespace {

/// One activation of a function.
class Frame {
public:
  Frame(mlir::func::FuncOp function, const InterpretOptions &options)
      : function(function), options(options) {}

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
  llvm::DenseMap<mlir::Value, Value> tensors;
  llvm::DenseMap<mlir::Value, int64_t> indices;
  llvm::DenseMap<mlir::Value, unsigned> uses; // not yet executed
};

absl::Status atLocation(const absl::Status &status, mlir::Location loc) {
  return status.ok() ? status : withLocation(status, loc);
}

absl::Status Frame::runPrimitive(mlir::Operation *op) {
  auto results =
      evaluate(op, valuesOf(tensorOperands(op)),
               [&](mlir::Value index) { return DimExpr(indices[index]); });
  if (!results.ok())
    return atLocation(results.status(), op->getLoc());
  if (options.observe)
    options.observe(op, *results);
  for (auto [value, result] : llvm::zip(op->getResults(), *results))
    tensors[value] = std::move(result);
  return absl::OkStatus();
}

absl::Status Frame::runCall(mlir::func::CallOp call, int depth) {
  auto callee = function->getParentOfType<mlir::ModuleOp>()
                    .lookupSymbol<mlir::func::FuncOp>(call.getCallee());
  Frame inner(callee, options);
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

/// Index arithmetic, tensor.dim, tensor.cast and cf.assert.
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
                absl::InvalidArgumentError(absl::StrCat(
                    "tensor.cast: operand 0 has size ", value.shape[i],
                    " in dimension ", i, "; expected ", type.getDimSize(i))),
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
  if (options.cancelled && options.cancelled())
    return absl::CancelledError("the run was cancelled");
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
  auto label = [&](unsigned i) {
    auto named = function.getArgAttrOfType<mlir::StringAttr>(i, nameAttr);
    return absl::StrCat("input ", i,
                        named ? absl::StrCat(" ('", named.str(), "')") : "");
  };
  std::string name = function.getName().str();
  if (function.getNumArguments() != arguments.size()) {
    std::string wanted;
    for (mlir::BlockArgument argument : function.getArguments())
      absl::StrAppend(&wanted, wanted.empty() ? "" : ", ",
                      label(argument.getArgNumber()), " ",
                      typeText(dims.typeOf(argument)));
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": got ", arguments.size(), " inputs; expected ",
                     function.getNumArguments(), "\n  fix: pass, in this ",
                     "order: ", wanted));
  }
  // Names first: a size such as n + 1 may come before n.
  std::map<std::string, std::pair<int64_t, std::string>, std::less<>> sizes;
  for (auto [i, argument] : llvm::enumerate(function.getArguments())) {
    const TensorType &type = dims.typeOf(argument);
    const Value &value = arguments[i];
    if (value.dtype != type.dtype ||
        static_cast<int64_t>(value.shape.size()) != type.rank())
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": ", label(i), " has type ",
                       typeText(value.dtype, value.shape), "; expected ",
                       typeText(type), "\n  fix: give it that dtype and rank"));
    for (int64_t d = 0; d < type.rank(); ++d) {
      std::vector<std::string> names = type.dims[d].symbols();
      if (names.size() == 1 &&
          type.dims[d].provablyEqual(DimExpr::symbol(names[0])))
        sizes.try_emplace(names[0], value.shape[d],
                          absl::StrCat("dimension ", d, " of ", label(i)));
    }
  }
  for (auto [i, argument] : llvm::enumerate(function.getArguments())) {
    const TensorType &type = dims.typeOf(argument);
    for (int64_t d = 0; d < type.rank(); ++d) {
      std::string source;
      std::optional<int64_t> expected = type.dims[d].evaluate(
          [&](std::string_view symbol) -> std::optional<int64_t> {
            auto it = sizes.find(symbol);
            if (it == sizes.end())
              return std::nullopt;
            absl::StrAppend(&source, source.empty() ? ", as '" : " and '",
                            it->first, "' is ", it->second.first, " in ",
                            it->second.second);
            return it->second.first;
          });
      if (expected && *expected != arguments[i].shape[d])
        return absl::InvalidArgumentError(absl::StrCat(
            name, ": ", label(i), " has size ", arguments[i].shape[d],
            " in dimension ", d, "; expected ", *expected, source,
            "\n  fix: give it as ", typeText(type)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Value>> interpret(mlir::func::FuncOp function,
                                             absl::Span<const Value> arguments,
                                             const InterpretOptions &options) {
  TGC_RETURN_IF_ERROR(checkArguments(function, arguments));
  return Frame(function, options).run(arguments, 0);
}

} // namespace tgc::ir
