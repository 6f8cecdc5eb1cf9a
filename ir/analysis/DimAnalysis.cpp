// Sizes as expressions over the entry's named sizes.
#include "tgc/ir/analysis/DimAnalysis.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/LocationText.h"
#include "tgc/ir/TgcDialect.h"
#include "tgc/ir/TypeBridge.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

#include <map>

namespace tgc::ir {
namespace {

/// The type of argument `number`: its `tgc.dims`, with a symbol "<n>.<d>" for
/// every `?` that has no name.
TensorType argumentType(mlir::func::FuncOp function, unsigned number) {
  auto type =
      llvm::cast<mlir::RankedTensorType>(function.getArgumentTypes()[number]);
  auto names = function.getArgAttrOfType<mlir::ArrayAttr>(number, dimsAttr);
  TensorType result{dtypeOf(type.getElementType()).value_or(DType::str), {}};
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (!type.isDynamicDim(i)) {
      result.dims.push_back(type.getDimSize(i));
      continue;
    }
    std::optional<DimExpr> named;
    if (names)
      if (auto text = llvm::dyn_cast<mlir::StringAttr>(names[i]);
          text && !text.empty())
        named = DimExpr::parse(std::string_view(text.getValue()));
    result.dims.push_back(named ? *named
                                : DimExpr::symbol(std::to_string(number) + "." +
                                                  std::to_string(i)));
  }
  return result;
}

} // namespace

DimAnalysis::DimAnalysis(mlir::func::FuncOp function) : function(function) {
  for (mlir::BlockArgument argument : function.getArguments()) {
    unsigned number = argument.getArgNumber();
    if (llvm::isa<mlir::RankedTensorType>(argument.getType()))
      types[argument] =
          std::make_unique<TensorType>(argumentType(function, number));
    else if (auto text =
                 function.getArgAttrOfType<mlir::StringAttr>(number, valueAttr))
      values[argument] = DimExpr::parse(std::string_view(text.getValue()))
                             .value_or(DimExpr::invalid());
    else
      values[argument] = DimExpr::symbol(std::to_string(number) + ".value");
  }
}

void DimAnalysis::infer(mlir::Operation *op) {
  std::optional<OpKind> kind = opKindOf(op);
  if (kind && *kind != OpKind::Constant) {
    absl::InlinedVector<TensorType, 4> operands;
    for (mlir::Value operand : tensorOperands(op))
      operands.push_back(typeOf(operand));
    auto results = inferTypes(*kind, operands, attrsOf(op));
    if (results.ok()) {
      for (auto [value, type] : llvm::zip(op->getResults(), *results))
        types[value] = std::make_unique<TensorType>(std::move(type));
      return;
    }
  }
  if (auto call = llvm::dyn_cast<mlir::func::CallOp>(op))
    return inferCall(call);
  for (auto [number, value] : llvm::enumerate(op->getResults())) {
    auto type = llvm::dyn_cast<mlir::RankedTensorType>(value.getType());
    if (!type)
      continue;
    TensorType result{dtypeOf(type.getElementType()).value_or(DType::str), {}};
    auto cast = llvm::dyn_cast<mlir::tensor::CastOp>(op);
    for (int64_t i = 0; i < type.getRank(); ++i) {
      if (!type.isDynamicDim(i))
        result.dims.push_back(type.getDimSize(i));
      else if (cast)
        result.dims.push_back(typeOf(cast.getSource()).dims[i]);
      else
        result.dims.push_back(DimExpr::invalid());
    }
    types[value] = std::make_unique<TensorType>(std::move(result));
  }
}

/// A result has the sizes that the callee returns, over those of the operands.
void DimAnalysis::inferCall(mlir::func::CallOp call) {
  if (!callees) {
    ownCallees = std::make_unique<Callees>();
    callees = ownCallees.get();
  }
  auto callee = callees->tables.lookupNearestSymbolFrom<mlir::func::FuncOp>(
      call, call.getCalleeAttr().getAttr());
  std::unique_ptr<DimAnalysis> &analysis = callees->analyses[callee];
  if (!analysis) {
    analysis = std::make_unique<DimAnalysis>(callee);
    analysis->callees = callees;
  }
  DimAnalysis &inner = *analysis;
  std::map<std::string, DimExpr, std::less<>> bound;
  auto bind = [&](const DimExpr &parameter, const DimExpr &argument) {
    std::vector<std::string> symbols = parameter.symbols();
    if (symbols.size() == 1 &&
        parameter.provablyEqual(DimExpr::symbol(symbols.front())))
      bound.emplace(symbols.front(), argument);
  };
  for (auto [parameter, operand] :
       llvm::zip(callee.getArguments(), call.getOperands())) {
    if (!llvm::isa<mlir::RankedTensorType>(operand.getType())) {
      bind(inner.valueOf(parameter), valueOf(operand));
      continue;
    }
    TensorType argument = typeOf(operand);
    for (auto [p, a] : llvm::zip(inner.typeOf(parameter).dims, argument.dims))
      bind(p, a);
  }
  auto lookup = [&](std::string_view name) -> std::optional<DimExpr> {
    auto it = bound.find(name);
    return it == bound.end() ? std::nullopt : std::optional(it->second);
  };
  mlir::Operation *terminator = callee.getBody().front().getTerminator();
  for (auto [value, returned] :
       llvm::zip(call.getResults(), terminator->getOperands())) {
    TensorType type = inner.typeOf(returned);
    for (DimExpr &dim : type.dims)
      dim = dim.substitute(lookup);
    types[value] = std::make_unique<TensorType>(std::move(type));
  }
}

bool DimAnalysis::isKnown(mlir::Value value) const {
  if (!value.getDefiningOp()) // arguments without an entry are never known
    return true;
  return value.getType().isIndex() ? values.contains(value)
                                   : types.contains(value);
}

/// Operands first, by an explicit stack: programs are deep, threads are not.
void DimAnalysis::resolve(mlir::Value value) {
  llvm::SmallVector<mlir::Value> stack{value};
  while (!stack.empty()) {
    mlir::Value top = stack.back();
    if (isKnown(top)) {
      stack.pop_back();
      continue;
    }
    size_t before = stack.size();
    for (mlir::Value operand : top.getDefiningOp()->getOperands())
      if (!isKnown(operand))
        stack.push_back(operand);
    if (stack.size() > before)
      continue;
    if (top.getType().isIndex())
      values[top] = evaluate(top.getDefiningOp());
    else
      infer(top.getDefiningOp());
    stack.pop_back();
  }
}

const TensorType &DimAnalysis::typeOf(mlir::Value tensor) {
  resolve(tensor);
  return *types[tensor];
}

DimExpr DimAnalysis::valueOf(mlir::Value index) {
  resolve(index);
  auto it = values.find(index);
  return it == values.end() ? DimExpr::invalid() : it->second;
}

DimExpr DimAnalysis::evaluate(mlir::Operation *op) {
  namespace arith = mlir::arith;
  auto operand = [&](unsigned i) { return valueOf(op->getOperand(i)); };
  return llvm::TypeSwitch<mlir::Operation *, DimExpr>(op)
      .Case([&](arith::ConstantIndexOp c) { return DimExpr(c.value()); })
      .Case([&](arith::AddIOp) { return operand(0) + operand(1); })
      .Case([&](arith::SubIOp) { return operand(0) - operand(1); })
      .Case([&](arith::MulIOp) { return operand(0) * operand(1); })
      .Case([&](arith::FloorDivSIOp) {
        return floor_div(operand(0), operand(1));
      })
      .Case([&](arith::MinSIOp) { return min(operand(0), operand(1)); })
      .Case([&](arith::MaxSIOp) { return max(operand(0), operand(1)); })
      .Case([&](mlir::tensor::DimOp dim) {
        std::optional<int64_t> d = operand(1).constant();
        const TensorType &type = typeOf(dim.getSource());
        return d && *d >= 0 && *d < type.rank() ? type.dims[*d]
                                                : DimExpr::invalid();
      })
      .Default([](mlir::Operation *) { return DimExpr::invalid(); });
}

OpAttrs DimAnalysis::attrsOf(mlir::Operation *op) {
  return ir::attrsOf(op, [&](mlir::Value index) { return valueOf(index); });
}

/// got = expected, or got >= expected: an error where that is false, a check
/// where it is open.
static absl::Status require(SizeCheck check, std::vector<SizeCheck> &checks) {
  bool equal = check.relation == SizeRelation::Equal;
  if (equal ? check.got.provablyEqual(check.expected)
            : check.got.provablyAtLeast(check.expected))
    return absl::OkStatus();
  if (check.got.isInvalid())
    return absl::InvalidArgumentError(absl::StrCat(
        check.what, " has a size that overflows 64 bits, divides by 0 or is "
                    "too long an expression\n  fix: compute it from smaller "
                    "numbers"));
  if (equal ? check.got.provablyDifferent(check.expected)
            : check.expected.provablyAtLeast(check.got + 1))
    return absl::InvalidArgumentError(
        absl::StrCat(check.what, " has size ", check.got.text(), "; expected ",
                     equal ? "" : "at least ", check.expected.text(),
                     "\n  fix: use other sizes"));
  checks.push_back(std::move(check));
  return absl::OkStatus();
}

absl::Status DimAnalysis::check(mlir::Operation *op,
                                std::vector<SizeCheck> &checks) {
  if (auto cast = llvm::dyn_cast<mlir::tensor::CastOp>(op)) {
    auto type = llvm::cast<mlir::RankedTensorType>(cast.getType());
    for (int64_t i = 0; i < type.getRank(); ++i)
      if (!type.isDynamicDim(i))
        TGC_RETURN_IF_ERROR(
            require({typeOf(cast.getSource()).dims[i], type.getDimSize(i),
                     absl::StrCat("tensor.cast: operand 0 in dimension ", i)},
                    checks));
  }
  if (auto division = llvm::dyn_cast<mlir::arith::FloorDivSIOp>(op)) {
    DimExpr divisor = valueOf(division.getRhs());
    return require({max(divisor, 0 - divisor), 1,
                    "arith.floordivsi: the absolute divisor",
                    SizeRelation::AtLeast},
                   checks);
  }
  std::optional<OpKind> kind = opKindOf(op);
  if (!kind || *kind == OpKind::Constant)
    return absl::OkStatus();
  absl::InlinedVector<TensorType, 4> operands;
  for (mlir::Value operand : tensorOperands(op))
    operands.push_back(typeOf(operand));
  return inferTypes(*kind, operands, attrsOf(op), &checks).status();
}

absl::StatusOr<std::vector<SizeCheck>> DimAnalysis::checks() {
  std::vector<SizeCheck> result;
  absl::Status status;
  function.walk([&](mlir::Operation *op) {
    status = check(op, result);
    if (!status.ok())
      status = withLocation(status, op->getLoc());
    return status.ok() ? mlir::WalkResult::advance()
                       : mlir::WalkResult::interrupt();
  });
  if (!status.ok())
    return status;
  return result;
}

std::vector<DimAnalysis::Symbol> DimAnalysis::symbols() {
  std::map<std::string, Symbol> found;
  for (mlir::BlockArgument argument : function.getArguments()) {
    if (!llvm::isa<mlir::RankedTensorType>(argument.getType()))
      continue;
    const TensorType &type = typeOf(argument);
    for (auto [i, dim] : llvm::enumerate(type.dims)) {
      std::vector<std::string> names = dim.symbols();
      if (names.size() == 1 && dim.provablyEqual(DimExpr::symbol(names[0])))
        found.try_emplace(names[0], Symbol{names[0], argument.getArgNumber(),
                                           static_cast<unsigned>(i)});
    }
  }
  std::vector<Symbol> result;
  for (auto &[name, symbol] : found)
    result.push_back(symbol);
  return result;
}

} // namespace tgc::ir
