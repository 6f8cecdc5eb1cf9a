// Reads and checks the form that fusion leaves.
#include "tgc/codegen/FusedModule.h"

#include "tgc/ir/Ops.h"
#include "tgc/ir/analysis/ChecksAttr.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

#include <set>

namespace tgc::codegen {
namespace {

namespace func = mlir::func;

absl::Status malformed(const std::string &what) {
  return absl::InternalError("code generation: " + what);
}

std::string str(llvm::StringRef text) { return text.str(); }

mlir::Value throughCasts(mlir::Value value) {
  while (auto cast = value.getDefiningOp<mlir::tensor::CastOp>())
    value = cast.getSource();
  return value;
}

bool isTensor(mlir::Value value) {
  return llvm::isa<mlir::RankedTensorType>(value.getType());
}

/// The one symbol that `size` is; nothing if it is a compound expression.
std::optional<std::string> bareSymbol(const DimExpr &size) {
  std::vector<std::string> names = size.symbols();
  if (names.size() == 1 && size.provablyEqual(DimExpr::symbol(names[0])))
    return names[0];
  return std::nullopt;
}

class Reader {
public:
  explicit Reader(func::FuncOp main)
      : main(main), functions(main->getParentOp()), sizes(main) {}

  absl::StatusOr<FusedModule> read() {
    TGC_RETURN_IF_ERROR(readSignature());
    for (mlir::Operation &op : main.getBody().front()) {
      if (auto constant = llvm::dyn_cast<ir::ConstantOp>(op)) {
        module.constants.push_back(&op);
        TGC_RETURN_IF_ERROR(setType(constant.getResult()));
      } else if (auto call = llvm::dyn_cast<func::CallOp>(op)) {
        TGC_RETURN_IF_ERROR(readCall(call));
      } else if (!llvm::isa<mlir::tensor::DimOp, mlir::tensor::CastOp,
                            func::ReturnOp>(op) &&
                 !(llvm::isa<mlir::arith::ArithDialect>(op.getDialect()) &&
                   op.getResult(0).getType().isIndex())) {
        return malformed("function 'main' holds '" +
                         str(op.getName().getStringRef()) +
                         "'; expected calls of groups, constants and index "
                         "arithmetic");
      }
    }
    return std::move(module);
  }

private:
  absl::Status setType(mlir::Value value) {
    TensorType type = sizes.typeOf(value);
    for (const DimExpr &dim : type.dims)
      if (dim.isInvalid())
        return malformed("a size of a value in 'main' is no expression over "
                         "the named sizes");
    if (byteSize(type).isInvalid())
      return absl::ResourceExhaustedError(absl::StrCat(
          "a value of type ", typeText(type), " has more than 2^63 bytes"));
    for (const DimExpr &dim : type.dims)
      if (!dim.provablyAtLeast(0) && seenChecks.insert(dim.text()).second)
        module.checks.push_back(
            {dim, 0, absl::StrCat("main: a value of type ", typeText(type)),
             SizeRelation::AtLeast});
    module.types[value] = std::move(type);
    return absl::OkStatus();
  }

  absl::Status readSignature() {
    for (mlir::BlockArgument argument : main.getArguments()) {
      if (!isTensor(argument))
        return malformed("argument " + std::to_string(argument.getArgNumber()) +
                         " of 'main' is no tensor");
      auto name = main.getArgAttrOfType<mlir::StringAttr>(
          argument.getArgNumber(), ir::nameAttr);
      TGC_RETURN_IF_ERROR(setType(argument));
      module.arguments.push_back(argument);
      module.inputs.push_back(
          {name ? str(name.getValue())
                : "arg" + std::to_string(argument.getArgNumber()),
           module.types[argument]});
    }
    module.symbols = sizes.symbols();
    TGC_RETURN_IF_ERROR(readChecks());
    std::set<std::string> known;
    for (const auto &symbol : module.symbols)
      known.insert(symbol.name);
    for (const TensorSignature &input : module.inputs)
      for (const DimExpr &dim : input.type.dims)
        for (const std::string &name : dim.symbols())
          if (!known.count(name))
            return absl::InvalidArgumentError(absl::StrCat(
                "main: input '", input.name, "' has size ", dim.text(),
                ", but no input has a dimension of size ", name,
                "\n  fix: name one dimension '", name, "'"));
    for (auto [i, value] : llvm::enumerate(
             main.getBody().front().getTerminator()->getOperands())) {
      module.returned.push_back(throughCasts(value));
      auto name = main.getResultAttrOfType<mlir::StringAttr>(i, ir::nameAttr);
      module.outputs.push_back(
          {name ? str(name.getValue()) : "result" + std::to_string(i),
           sizes.typeOf(value)});
    }
    return absl::OkStatus();
  }

  /// Size checks of the program as it was written, in its order, then those of
  /// what stands in `main` itself: casts and index arithmetic.
  absl::Status readChecks() {
    for (SizeCheck &check : ir::checksOf(main))
      addCheck(std::move(check));
    TGC_ASSIGN_OR_RETURN(std::vector<SizeCheck> own, sizes.checks());
    for (SizeCheck &check : own)
      addCheck(std::move(check));
    return absl::OkStatus();
  }

  absl::Status readCall(func::CallOp op) {
    llvm::StringRef callee = op.getCallee();
    auto [entry, isNew] = groupNumber.try_emplace(callee, module.groups.size());
    if (isNew) {
      auto function = functions.lookup<func::FuncOp>(callee);
      auto kind = function
                      ? function->getAttrOfType<mlir::StringAttr>(ir::groupAttr)
                      : mlir::StringAttr();
      if (!kind || function.isExternal() ||
          !llvm::hasSingleElement(function.getBody()))
        return malformed("function '" + str(callee) +
                         "', called in 'main', is no group");
      module.groups.push_back({function, str(kind.getValue())});
      analyses.push_back(std::make_unique<ir::DimAnalysis>(function));
      TGC_ASSIGN_OR_RETURN(groupChecks.emplace_back(),
                           checksOf(function, *analyses.back()));
    }
    GroupCall call{entry->second, op, {}, {}};
    for (mlir::Value operand : op.getOperands())
      if (isTensor(operand))
        call.operands.push_back(throughCasts(operand));
    TGC_RETURN_IF_ERROR(bindSizes(op, call));
    TGC_RETURN_IF_ERROR(addChecks(call));
    for (mlir::Value result : op.getResults())
      TGC_RETURN_IF_ERROR(setType(result));
    module.calls.push_back(std::move(call));
    return absl::OkStatus();
  }

  /// Calls fn(size of the group's argument, size at the call) for every
  /// dimension of a tensor argument and every index argument.
  template <class Fn> void forEachSize(func::CallOp op, size_t group, Fn fn) {
    auto function = llvm::cast<func::FuncOp>(module.groups[group].function);
    ir::DimAnalysis &inner = *analyses[group];
    for (auto [argument, operand] :
         llvm::zip(function.getArguments(), op.getOperands())) {
      if (!isTensor(operand)) {
        fn(inner.valueOf(argument), sizes.valueOf(operand));
        continue;
      }
      const TensorType &declared = inner.typeOf(argument);
      const TensorType &given = sizes.typeOf(operand);
      for (auto [d, g] : llvm::zip(declared.dims, given.dims))
        fn(d, g);
    }
  }

  absl::Status bindSizes(func::CallOp op, GroupCall &call) {
    forEachSize(op, call.group, [&](const DimExpr &inner, const DimExpr &size) {
      if (std::optional<std::string> name = bareSymbol(inner))
        call.sizes.emplace(*name, size);
    });
    absl::Status status;
    forEachSize(op, call.group, [&](const DimExpr &inner, const DimExpr &size) {
      if (status.ok() && !substitute(inner, call.sizes).provablyEqual(size))
        status = malformed(absl::StrCat("group '", str(op.getCallee()),
                                        "' is called with a size ", size.text(),
                                        " where it expects ", inner.text()));
    });
    return status;
  }

  /// Conditions of a group's ops, over the group's names.
  static absl::StatusOr<std::vector<SizeCheck>>
  checksOf(func::FuncOp function, ir::DimAnalysis &inner) {
    TGC_ASSIGN_OR_RETURN(std::vector<SizeCheck> result, inner.checks());
    function.walk([&](mlir::Operation *op) {
      for (mlir::Value value : op->getResults()) {
        if (!isTensor(value))
          continue;
        const TensorType &type = inner.typeOf(value);
        for (const DimExpr &dim : type.dims)
          if (!dim.provablyAtLeast(0))
            result.push_back({dim, 0,
                              absl::StrCat(str(op->getName().getStringRef()),
                                           ": result of type ", typeText(type)),
                              SizeRelation::AtLeast});
      }
    });
    return result;
  }

  absl::Status addChecks(const GroupCall &call) {
    for (const SizeCheck &check : groupChecks[call.group]) {
      DimExpr got = substitute(check.got, call.sizes);
      DimExpr expected = substitute(check.expected, call.sizes);
      bool equal = check.relation == SizeRelation::Equal;
      if (equal ? got.provablyEqual(expected) : got.provablyAtLeast(expected))
        continue;
      if (equal && got.provablyDifferent(expected))
        return absl::InvalidArgumentError(absl::StrCat(
            check.what, " has size ", got.text(), "; expected ",
            expected.text(), "\n  fix: give the inputs equal sizes there"));
      addCheck(
          {std::move(got), std::move(expected), check.what, check.relation});
    }
    return absl::OkStatus();
  }

  void addCheck(SizeCheck check) {
    std::string key =
        absl::StrCat(check.got.text(),
                     check.relation == SizeRelation::AtLeast ? " >= " : " == ",
                     check.expected.text());
    if (seenChecks.insert(std::move(key)).second)
      module.checks.push_back(std::move(check));
  }

  func::FuncOp main;
  mlir::SymbolTable functions;
  ir::DimAnalysis sizes;
  FusedModule module;
  llvm::StringMap<size_t> groupNumber;
  std::vector<std::unique_ptr<ir::DimAnalysis>> analyses; // one per group
  std::vector<std::vector<SizeCheck>> groupChecks;        // one per group
  std::set<std::string> seenChecks;
};

} // namespace

DimExpr substitute(const DimExpr &size, const SizeMap &sizes) {
  return size.substitute([&](std::string_view name) -> std::optional<DimExpr> {
    auto it = sizes.find(name);
    return it == sizes.end() ? std::nullopt : std::optional(it->second);
  });
}

DimExpr byteSize(const TensorType &type) {
  DimExpr bytes = static_cast<int64_t>(dtypeBytes(type.dtype));
  for (const DimExpr &dim : type.dims)
    bytes = bytes * dim;
  return bytes;
}

absl::StatusOr<FusedModule> readFusedModule(mlir::ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal() || !llvm::hasSingleElement(main.getBody()))
    return malformed("there is no function 'main' of one block");
  return Reader(main).read();
}

} // namespace tgc::codegen
