// What a module from outside may hold, beyond what its verifiers ask: the rest
// of tgc relies on it.
#include "tgc/ir/LocationText.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/ir/analysis/DimAnalysis.h"
#include "tgc/ir/serialize/Serialize.h"
#include "tgc/runtime/core/CheckedSize.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"

#include <set>

namespace tgc::ir {
namespace {

using mlir::func::FuncOp;

absl::Status refuse(mlir::Location loc, const std::string &message) {
  return withLocation(absl::InvalidArgumentError(message), loc);
}

/// Only these ops can be in a file: nothing upstream that could loop, trap or
/// call.
bool isAllowed(mlir::Operation *op) {
  namespace arith = mlir::arith;
  if (llvm::isa<mlir::ModuleOp>(op))
    return !op->getParentOp();
  if (llvm::isa<FuncOp, mlir::func::CallOp, mlir::func::ReturnOp,
                mlir::tensor::DimOp, mlir::tensor::CastOp>(op))
    return true;
  if (llvm::isa_and_nonnull<TgcDialect>(op->getDialect()))
    return true;
  return llvm::isa<arith::ConstantOp, arith::AddIOp, arith::SubIOp,
                   arith::MulIOp, arith::FloorDivSIOp, arith::MinSIOp,
                   arith::MaxSIOp>(op) &&
         op->getNumResults() == 1 && op->getResult(0).getType().isIndex();
}

std::string textOf(mlir::Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// A dense tensor of a dtype with storage, or an index where sizes may stand;
/// its static sizes within the limit. `what`: "argument 0 of function 'main'".
absl::Status checkType(mlir::Type type, bool indexToo, mlir::Location loc,
                       const Limits &limits,
                       llvm::function_ref<std::string()> what) {
  if (indexToo && type.isIndex())
    return absl::OkStatus();
  auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
  std::optional<DType> dtype;
  if (tensor && !tensor.getEncoding())
    dtype = dtypeOf(tensor.getElementType());
  if (!dtype)
    return refuse(loc, absl::StrCat(what(), " has type ", textOf(type),
                                    "; expected a tensor such as "
                                    "tensor<2x?xf32>\n  fix: use tensors of "
                                    "fixed rank, without an encoding"));
  if (tensor.getRank() > Limits{}.rank)
    return withLocation(
        absl::ResourceExhaustedError(absl::StrCat(
            what(), " has rank ", tensor.getRank(), "; expected at most ",
            Limits{}.rank, " (Limits::rank)\n  fix: merge dimensions")),
        loc);
  if (!isStored(*dtype))
    return refuse(
        loc, absl::StrCat(what(), " has dtype ", std::string(dtypeName(*dtype)),
                          ", which this release does not store; expected ",
                          std::string(dtypeClassText(DTypeClass::Any)),
                          "\n  fix: convert the program to one of these"));
  std::optional<int64_t> elements = 1;
  for (int64_t size : tensor.getShape())
    if (elements && !mlir::ShapedType::isDynamic(size))
      elements = checkedMul(*elements, std::max<int64_t>(size, 1));
  if (elements && *elements <= limits.elements)
    return absl::OkStatus();
  return withLocation(
      absl::ResourceExhaustedError(
          absl::StrCat(what(), " has type ", textOf(type),
                       ", of more elements than the limit of ", limits.elements,
                       " (Limits::elements)\n  fix: use smaller sizes, or "
                       "raise the limit")),
      loc);
}

std::string nameOf(FuncOp function) {
  return absl::StrCat("function '", function.getName().str(), "'");
}

/// `op` may be of any form: verifiers run later.
absl::Status checkAllowed(mlir::Operation *op) {
  std::string name = op->getName().getStringRef().str();
  if (!isAllowed(op))
    return refuse(op->getLoc(),
                  absl::StrCat("op '", name,
                               "' cannot stand in a tgc program; expected "
                               "func, tgc, tensor.dim, tensor.cast or arith on "
                               "index\n  fix: write it with tgc ops"));
  mlir::Operation *parent = op->getParentOp();
  if (!parent || (llvm::isa<FuncOp>(op) ? llvm::isa<mlir::ModuleOp>(parent)
                                        : llvm::isa<FuncOp>(parent)))
    return absl::OkStatus();
  return refuse(op->getLoc(),
                absl::StrCat("op '", name, "' stands in op '",
                             parent->getName().getStringRef().str(),
                             "'; expected functions in a module and other ops "
                             "in a function\n  fix: move it into a function"));
}

absl::Status checkOp(mlir::Operation *op, const Limits &limits) {
  std::string name = op->getName().getStringRef().str();
  for (mlir::OpResult result : op->getResults())
    TGC_RETURN_IF_ERROR(checkType(
        result.getType(), /*indexToo=*/true, op->getLoc(), limits, [&] {
          return absl::StrCat("result ", result.getResultNumber(), " of op '",
                              name, "'");
        }));
  auto dim = llvm::dyn_cast<mlir::tensor::DimOp>(op);
  if (!dim)
    return absl::OkStatus();
  auto tensor =
      llvm::dyn_cast<mlir::RankedTensorType>(dim.getSource().getType());
  llvm::APInt position;
  if (tensor &&
      mlir::matchPattern(dim.getIndex(), mlir::m_ConstantInt(&position)) &&
      position.sge(0) && position.slt(tensor.getRank()))
    return absl::OkStatus();
  return refuse(op->getLoc(),
                absl::StrCat("tensor.dim: the dimension is not a constant in "
                             "[0, ",
                             tensor ? tensor.getRank() : 0, "), the rank of ",
                             textOf(dim.getSource().getType()),
                             "\n  fix: name a dimension that exists"));
}

/// Every name in the size of an argument is the whole size of a dimension, or
/// the value of an index, somewhere among the arguments.
absl::Status checkNames(FuncOp function, DimAnalysis &sizes) {
  std::set<std::string> given;
  for (const DimAnalysis::Symbol &symbol : sizes.symbols())
    given.insert(symbol.name);
  for (mlir::BlockArgument argument : function.getArguments())
    if (argument.getType().isIndex()) {
      DimExpr value = sizes.valueOf(argument);
      std::vector<std::string> names = value.symbols();
      if (names.size() == 1 && value.provablyEqual(DimExpr::symbol(names[0])))
        given.insert(names[0]);
    }
  for (mlir::BlockArgument argument : function.getArguments()) {
    if (argument.getType().isIndex())
      continue;
    for (const DimExpr &size : sizes.typeOf(argument).dims)
      for (const std::string &name : size.symbols())
        if (!given.count(name))
          return refuse(
              function.getLoc(),
              absl::StrCat(nameOf(function), ": argument ",
                           argument.getArgNumber(), " has size ", size.text(),
                           ", but no argument has a dimension of size ", name,
                           "\n  fix: name one dimension '", name, "'"));
  }
  return absl::OkStatus();
}

/// Sizes are numbers or expressions over names: index arithmetic that overflows
/// would be folded to a wrapped value. Ops take the sizes that they get.
absl::Status checkSizes(FuncOp function, DimAnalysis &sizes) {
  for (mlir::Operation &op : function.getBody().front())
    for (mlir::Value result : op.getResults())
      if (result.getType().isIndex() && sizes.valueOf(result).isInvalid())
        return refuse(op.getLoc(),
                      absl::StrCat(op.getName().getStringRef().str(),
                                   ": the size overflows 64 bits, divides by 0 "
                                   "or is too long an expression\n  fix: "
                                   "compute it from smaller numbers"));
  return sizes.checks().status();
}

/// A body of one block; arguments and results of types that tgc has.
absl::Status checkForm(FuncOp function, const Limits &limits) {
  if (function.isExternal())
    return refuse(function.getLoc(),
                  absl::StrCat(nameOf(function), " has no body\n  fix: give it "
                                                 "one, or remove it"));
  if (!llvm::hasSingleElement(function.getBody()))
    return refuse(function.getLoc(),
                  absl::StrCat(nameOf(function), " has ",
                               function.getBody().getBlocks().size(),
                               " blocks; expected 1\n  fix: write it without "
                               "branches"));
  // Sizes pass between functions of a program, not into it.
  bool indexToo = function.isPrivate();
  for (mlir::BlockArgument argument : function.getArguments())
    TGC_RETURN_IF_ERROR(
        checkType(argument.getType(), indexToo, function.getLoc(), limits, [&] {
          return absl::StrCat("argument ", argument.getArgNumber(), " of ",
                              nameOf(function));
        }));
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    TGC_RETURN_IF_ERROR(
        checkType(type, /*indexToo=*/false, function.getLoc(), limits, [&] {
          return absl::StrCat("result ", i, " of ", nameOf(function));
        }));
  return absl::OkStatus();
}

/// Calls end, nest no deeper than the interpreter goes, and written out are no
/// more ops than the limit: a function that calls another twice, and that a
/// third twice, soon is. Functions whose callees are done are taken away until
/// none is left.
absl::Status checkCalls(mlir::ModuleOp module, const Limits &limits) {
  constexpr int64_t maxDepth = 100;
  struct Calls {
    llvm::SmallVector<FuncOp> callers;
    int64_t open = 0;  // calls of functions that are not done
    int64_t depth = 1; // of the calls, this function included
    int64_t ops = 0;   // with those of its callees
  };
  mlir::SymbolTable table(module);
  llvm::DenseMap<mlir::Operation *, Calls> calls;
  llvm::SmallVector<FuncOp> done;
  for (auto function : module.getOps<FuncOp>()) {
    calls.try_emplace(function);
    function.walk([&](mlir::Operation *op) {
      ++calls[function].ops;
      if (auto call = llvm::dyn_cast<mlir::func::CallOp>(op)) {
        ++calls[function].open;
        calls[table.lookup(call.getCallee())].callers.push_back(function);
      }
    });
    if (calls[function].open == 0)
      done.push_back(function);
  }
  auto exceeds = [](FuncOp function, const std::string &what) {
    return withLocation(
        absl::ResourceExhaustedError(absl::StrCat(nameOf(function), what)),
        function.getLoc());
  };
  while (!done.empty()) {
    FuncOp function = done.pop_back_val();
    const Calls &own = calls.find(function)->second;
    if (own.depth > maxDepth)
      return exceeds(function,
                     absl::StrCat(" calls deeper than the limit of ", maxDepth,
                                  "\n  fix: write out some of the calls"));
    if (own.ops > limits.ops)
      return exceeds(function,
                     absl::StrCat(" has more ops, calls written out, than the "
                                  "limit of ",
                                  limits.ops,
                                  " (Limits::ops)\n  fix: split the program, "
                                  "or raise the limit"));
    for (FuncOp caller : own.callers) {
      Calls &outer = calls.find(caller)->second;
      outer.depth = std::max(outer.depth, own.depth + 1);
      outer.ops += own.ops; // both at most the limit
      if (--outer.open == 0)
        done.push_back(caller);
      else if (outer.ops > limits.ops)
        outer.ops = limits.ops + 1;
    }
  }
  for (auto function : module.getOps<FuncOp>())
    if (calls[function].open > 0)
      return refuse(function.getLoc(),
                    absl::StrCat("the calls of ", nameOf(function),
                                 " form a circle; expected calls that end\n  "
                                 "fix: write out the repetition"));
  return absl::OkStatus();
}

/// The first error of `check`, ops in their order.
absl::Status
forEachOp(mlir::ModuleOp module,
          llvm::function_ref<absl::Status(mlir::Operation *)> check) {
  absl::Status status;
  module.walk<mlir::WalkOrder::PreOrder>([&](mlir::Operation *op) {
    status = check(op);
    return status.ok() ? mlir::WalkResult::advance()
                       : mlir::WalkResult::interrupt();
  });
  return status;
}

} // namespace

absl::Status checkOps(mlir::ModuleOp module) {
  return forEachOp(module, checkAllowed);
}

absl::Status checkContents(mlir::ModuleOp module, const Limits &limits) {
  TGC_RETURN_IF_ERROR(forEachOp(
      module, [&](mlir::Operation *op) { return checkOp(op, limits); }));
  // The sizes of a call are those that the body of its function gives.
  for (auto function : module.getOps<FuncOp>())
    TGC_RETURN_IF_ERROR(checkForm(function, limits));
  TGC_RETURN_IF_ERROR(checkCalls(module, limits));
  for (auto function : module.getOps<FuncOp>()) {
    DimAnalysis sizes(function);
    TGC_RETURN_IF_ERROR(checkNames(function, sizes));
    TGC_RETURN_IF_ERROR(checkSizes(function, sizes));
  }
  return absl::OkStatus();
}

} // namespace tgc::ir
