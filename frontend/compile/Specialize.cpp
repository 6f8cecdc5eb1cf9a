// Inputs with known sizes or values, while a program is loaded.
#include "tgc/frontend/compile/Specialize.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/LocationText.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/ir/analysis/ChecksAttr.h"
#include "tgc/ir/analysis/DimAnalysis.h"
#include "tgc/ir/serialize/Serialize.h"
#include "tgc/passes/Passes.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/core/Nearest.h"
#include "tgc/runtime/io/Elements.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <set>

namespace tgc {
namespace {

using mlir::func::FuncOp;

/// Values of named sizes, and who gave them.
struct KnownSize {
  int64_t value;
  std::string source;
};
using KnownSizes = std::map<std::string, KnownSize, std::less<>>;

/// The name that is the whole of a size; empty if it is none.
std::string wholeName(const Dim &dim) {
  std::vector<std::string> names = dim.expr().symbols();
  return names.size() == 1 &&
                 dim.expr().provablyEqual(DimExpr::symbol(names[0]))
             ? names[0]
             : "";
}

absl::Status learn(KnownSizes &sizes, const std::string &name, int64_t value,
                   std::string source, const std::string &where) {
  auto [it, fresh] = sizes.try_emplace(name, KnownSize{value, source});
  if (fresh || it->second.value == value)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(where, ": size '", name, "' is ", value, " for ", source,
                   "; expected ", it->second.value, ", as for ",
                   it->second.source, "\n  fix: give both the same size"));
}

void substitute(std::vector<TensorSpec> &specs, const KnownSizes &sizes) {
  auto lookup = [&](std::string_view name) -> std::optional<DimExpr> {
    auto it = sizes.find(name);
    return it == sizes.end() ? std::nullopt
                             : std::optional(DimExpr(it->second.value));
  };
  for (TensorSpec &spec : specs) {
    Dims dims;
    for (const Dim &dim : spec.dims)
      dims.push_back(Dim(dim.expr().substitute(lookup)));
    spec.dims = dims;
  }
}

TensorType typeOfSpec(const TensorSpec &spec) {
  TensorType type{spec.dtype, {}};
  for (const Dim &dim : spec.dims)
    type.dims.push_back(dim.expr());
  return type;
}

/// `given` sizes against the declared ones of an input.
absl::Status checkSizes(const TensorSpec &spec, const Shape &given,
                        std::string_view what, const std::string &where) {
  for (size_t d = 0; d < given.size(); ++d)
    if (std::optional<int64_t> size = spec.dims[d].expr().constant();
        size != given[d])
      return absl::InvalidArgumentError(absl::StrCat(
          where, ": input '", spec.name, "': ", std::string(what), " has size ",
          given[d], " in dimension ", d, "; expected ",
          size ? absl::StrCat(*size) : spec.dims[d].expr().text(),
          "\n  fix: give it as ", typeText(typeOfSpec(spec))));
  return absl::OkStatus();
}

/// `given` as sizes of the input: numbers, one per dimension.
absl::StatusOr<Shape> shapeFor(const TensorSpec &spec, const Dims &given,
                               const std::string &where) {
  Shape shape;
  for (const Dim &dim : given)
    if (std::optional<int64_t> size = dim.expr().constant(); size && *size >= 0)
      shape.push_back(*size);
  if (shape.size() == given.size() && shape.size() == spec.dims.size())
    return shape;
  return absl::InvalidArgumentError(
      absl::StrCat(where, ": input '", spec.name, "' was given ", given.size(),
                   " sizes; expected ", spec.dims.size(),
                   " numbers\n  fix: give it as ", typeText(typeOfSpec(spec))));
}

template <class Map>
absl::Status checkAgainst(std::string_view kind, const Map &given,
                          const std::set<std::string> &there,
                          const std::string &where) {
  for (const auto &[name, value] : given)
    if (!there.contains(name))
      return unknownName(kind, name, {there.begin(), there.end()}, where);
  return absl::OkStatus();
}

/// Writes the bodies of calls out, without a word on stderr.
absl::Status inlineCalls(mlir::ModuleOp module) {
  bool any = false;
  module.walk([&](mlir::func::CallOp) { any = true; });
  if (!any)
    return absl::OkStatus();
  mlir::ScopedDiagnosticHandler quiet(
      module.getContext(), [](mlir::Diagnostic &) { return mlir::success(); });
  mlir::PassManager pm(module.getContext());
  pm.enableVerifier(false);
  pm.addPass(passes::createInlineCallsPass());
  pm.addPass(mlir::createSymbolDCEPass());
  return mlir::succeeded(pm.run(module))
             ? absl::OkStatus()
             : absl::InternalError("calls cannot be inlined");
}

/// Result types of an op as its verifier sees it: by its operands' static
/// sizes alone.
absl::StatusOr<TensorTypes> localTypes(OpKind kind, mlir::ValueRange operands,
                                       const OpAttrs &attrs) {
  absl::InlinedVector<TensorType, 4> types;
  for (auto [i, operand] : llvm::enumerate(operands)) {
    auto type = llvm::cast<mlir::RankedTensorType>(operand.getType());
    TensorType local{*ir::dtypeOf(type.getElementType()), {}};
    for (int64_t d = 0; d < type.getRank(); ++d)
      local.dims.push_back(type.isDynamicDim(d)
                               ? DimExpr::symbol(absl::StrCat(i, ".", d))
                               : DimExpr(type.getDimSize(d)));
    types.push_back(std::move(local));
  }
  return inferTypes(kind, types, attrs);
}

/// An op again, with the sizes that are known by now: sizes that were operands
/// become attributes, and results static.
absl::StatusOr<mlir::Operation *> rebuild(mlir::Operation *op, OpKind kind,
                                          ir::DimAnalysis &dims) {
  std::map<std::string, mlir::Value> indices; // by their expression's text
  bool overflows = false;
  OpAttrs attrs = ir::attrsOf(op, [&](mlir::Value index) {
    DimExpr size = dims.valueOf(index);
    overflows |= size.isInvalid();
    indices.emplace(size.text(), index);
    return size;
  });
  if (overflows)
    return ir::withLocation(
        absl::InvalidArgumentError(absl::StrCat(
            op->getName().getStringRef().str(),
            ": a size overflows 64 bits or divides by 0\n  fix: give other "
            "sizes")),
        op->getLoc());
  absl::InlinedVector<TensorType, 4> operands;
  for (mlir::Value operand : ir::tensorOperands(op))
    operands.push_back(dims.typeOf(operand));
  if (auto types = inferTypes(kind, operands, attrs); !types.ok())
    return ir::withLocation(types.status(), op->getLoc());

  // The verifier knows nothing of index operands.
  OpAttrs local = ir::attrsOf(op, [&](mlir::Value index) {
    DimExpr size = dims.valueOf(index);
    return size.isConstant()
               ? size
               : DimExpr::symbol(absl::StrCat("size ", size.text()));
  });
  auto types = localTypes(kind, ir::tensorOperands(op), local);
  if (!types.ok())
    return ir::withLocation(types.status(), op->getLoc());
  mlir::OperationState state(op->getLoc(), op->getName());
  state.addOperands(ir::tensorOperands(op));
  ir::addAttrs(state, kind, attrs,
               [&](const DimExpr &size) { return indices.at(size.text()); });
  for (const TensorType &type : *types)
    state.addTypes(ir::tensorType(op->getContext(), type));
  mlir::OpBuilder builder(op);
  mlir::Operation *made = builder.create(state);
  op->replaceAllUsesWith(made);
  return made;
}

/// The static sizes of a cast's source in its result.
absl::Status refineCast(mlir::tensor::CastOp cast) {
  auto from = llvm::cast<mlir::RankedTensorType>(cast.getSource().getType());
  auto to = llvm::cast<mlir::RankedTensorType>(cast.getType());
  llvm::SmallVector<int64_t> sizes(to.getShape());
  for (int64_t d = 0; d < to.getRank(); ++d) {
    if (from.isDynamicDim(d))
      continue;
    if (!to.isDynamicDim(d) && to.getDimSize(d) != from.getDimSize(d))
      return ir::withLocation(
          absl::InvalidArgumentError(absl::StrCat(
              "tensor.cast: operand 0 has size ", from.getDimSize(d),
              " in dimension ", d, "; expected ", to.getDimSize(d),
              "\n  fix: give that size")),
          cast.getLoc());
    sizes[d] = from.getDimSize(d);
  }
  cast.getResult().setType(to.clone(sizes));
  return absl::OkStatus();
}

/// Carries the sizes of the arguments through the body and to the results.
absl::Status refine(FuncOp function) {
  ir::DimAnalysis dims(function);
  // Ops that were replaced: they keep their addresses, the keys of `dims`.
  llvm::SmallVector<mlir::Operation *> replaced;
  mlir::Block &block = function.getBody().front();
  for (mlir::Operation &op : llvm::make_early_inc_range(block)) {
    std::optional<OpKind> kind = ir::opKindOf(&op);
    if (auto cast = llvm::dyn_cast<mlir::tensor::CastOp>(op))
      TGC_RETURN_IF_ERROR(refineCast(cast));
    if (!kind || *kind == OpKind::Constant)
      continue;
    TGC_RETURN_IF_ERROR(rebuild(&op, *kind, dims).status());
    replaced.push_back(&op);
  }
  mlir::Operation *end = block.getTerminator();
  function.setType(mlir::FunctionType::get(
      function.getContext(), block.getArgumentTypes(), end->getOperandTypes()));
  for (auto [i, result] : llvm::enumerate(end->getOperands())) {
    function.removeResultAttr(
        i, mlir::StringAttr::get(function.getContext(), ir::dimsAttr));
    if (mlir::ArrayAttr names =
            ir::sizeNames(function.getContext(), dims.typeOf(result)))
      function.setResultAttr(i, ir::dimsAttr, names);
  }
  for (mlir::Operation *op : llvm::reverse(replaced))
    op->erase();
  return absl::OkStatus();
}

/// Size checks that a pass has left, with sizes that were open `before` and are
/// known in `after`. Errors: a check that does not hold.
absl::Status refineChecks(FuncOp function,
                          const std::vector<TensorSpec> &before,
                          const std::vector<TensorSpec> &after) {
  std::map<std::string, DimExpr, std::less<>> known;
  for (size_t i = 0; i < before.size(); ++i)
    for (size_t d = 0; d < before[i].dims.size(); ++d)
      if (after[i].dims[d].expr().isConstant())
        known.emplace(wholeName(before[i].dims[d]), after[i].dims[d].expr());
  auto lookup = [&](std::string_view name) -> std::optional<DimExpr> {
    auto it = known.find(name);
    return it == known.end() ? std::nullopt : std::optional(it->second);
  };
  std::vector<SizeCheck> open;
  for (SizeCheck &check : ir::checksOf(function)) {
    check.got = check.got.substitute(lookup);
    check.expected = check.expected.substitute(lookup);
    std::optional<int64_t> got = check.got.constant();
    std::optional<int64_t> expected = check.expected.constant();
    if (!got || !expected)
      open.push_back(std::move(check));
    else if (!check.holds(*got, *expected))
      return sizeCheckError(check, *got, *expected);
  }
  function->removeAttr(ir::checksAttr);
  ir::addChecks(function, open);
  return absl::OkStatus();
}

/// Gives a function its inputs: types of arguments, constants in place of them.
absl::Status apply(FuncOp function, const BakedInputs &inputs) {
  mlir::MLIRContext *context = function.getContext();
  mlir::Block &block = function.getBody().front();
  mlir::OpBuilder builder = mlir::OpBuilder::atBlockBegin(&block);
  for (auto [i, spec] : llvm::enumerate(inputs.specs)) {
    TensorType type = typeOfSpec(spec);
    block.getArgument(i).setType(ir::tensorType(context, type));
    function.removeArgAttr(i, ir::dimsAttr);
    if (mlir::ArrayAttr names = ir::sizeNames(context, type))
      function.setArgAttr(i, ir::dimsAttr, names);
  }
  function.setType(mlir::FunctionType::get(context, block.getArgumentTypes(),
                                           function.getResultTypes()));
  for (size_t i = inputs.specs.size(); i-- > 0;) {
    if (!inputs.constants[i])
      continue;
    const std::string &name = inputs.specs[i].name;
    mlir::ElementsAttr value =
        ir::elementsAttr(context, inputs.constants[i]->impl()->value, name);
    block.getArgument(i).replaceAllUsesWith(ir::ConstantOp::create(
        builder, mlir::NameLoc::get(builder.getStringAttr(name)),
        value.getType(), value));
    (void)function.eraseArgument(i);
  }
  return refine(function);
}

} // namespace

std::vector<TensorSpec> BakedInputs::arguments() const {
  std::vector<TensorSpec> result;
  for (size_t i = 0; i < specs.size(); ++i)
    if (!constants[i])
      result.push_back(specs[i]);
  return result;
}

absl::Status unknownName(std::string_view kind, const std::string &name,
                         std::vector<std::string> there,
                         const std::string &where) {
  for (std::string &each : there)
    each = printable(each);
  return withErrorId(
      absl::InvalidArgumentError(
          absl::StrCat(where, ": ", noSuchName(kind, printable(name), there))),
      "TGC-E0202");
}

absl::StatusOr<BakedInputs> bakeInputs(std::vector<TensorSpec> specs,
                                       const InputConstants &inputs,
                                       const std::string &where) {
  BakedInputs result{std::move(specs), {}};
  result.constants.resize(result.specs.size());
  std::map<size_t, Shape> shapes;
  KnownSizes sizes;
  for (size_t i = 0; i < result.specs.size(); ++i) {
    const TensorSpec &spec = result.specs[i];
    auto it = inputs.find(spec.name);
    if (it == inputs.end())
      continue;
    TGC_ASSIGN_OR_RETURN(Tensor tensor, it->second(spec));
    Value value = valueOf(tensor, "Program::load", {});
    if (value.dtype != spec.dtype || value.shape.size() != spec.dims.size())
      return absl::InvalidArgumentError(absl::StrCat(
          where, ": input '", spec.name, "': the constant is ",
          typeText(value.dtype, value.shape), "; expected ",
          typeText(typeOfSpec(spec)), "\n  fix: give it that dtype and rank"));
    for (size_t d = 0; d < value.shape.size(); ++d)
      if (std::string name = wholeName(spec.dims[d]); !name.empty())
        TGC_RETURN_IF_ERROR(
            learn(sizes, name, value.shape[d],
                  absl::StrCat("the constant '", spec.name, "'"), where));
    shapes[i] = value.shape;
    result.constants[i] = fromValue(std::move(value));
  }
  substitute(result.specs, sizes);
  for (const auto &[i, shape] : shapes)
    TGC_RETURN_IF_ERROR(
        checkSizes(result.specs[i], shape, "the constant", where));
  return result;
}

absl::Status checkNames(std::span<const TensorSpec> specs,
                        const LoadOptions &options,
                        const InputConstants &inputs,
                        const std::string &where) {
  std::set<std::string> names, sizes;
  for (const TensorSpec &spec : specs) {
    names.insert(spec.name);
    for (const Dim &dim : spec.dims)
      for (const std::string &name : dim.expr().symbols())
        sizes.insert(name);
  }
  TGC_RETURN_IF_ERROR(checkAgainst("input", inputs, names, where));
  TGC_RETURN_IF_ERROR(checkAgainst("input", options.shapes, names, where));
  return checkAgainst("size", options.dims, sizes, where);
}

absl::StatusOr<std::vector<TensorSpec>> giveSizes(std::vector<TensorSpec> specs,
                                                  const LoadOptions &options,
                                                  const std::string &where) {
  KnownSizes sizes;
  for (const auto &[name, size] : options.dims) {
    if (size < 0)
      return absl::InvalidArgumentError(
          absl::StrCat(where, ": size '", name, "' is ", size,
                       "; expected 0 or more\n  fix: give another size"));
    sizes.emplace(name, KnownSize{size, "itself"});
  }
  std::map<size_t, Shape> shapes;
  for (size_t i = 0; i < specs.size(); ++i) {
    auto given = options.shapes.find(specs[i].name);
    if (given == options.shapes.end())
      continue;
    TGC_ASSIGN_OR_RETURN(shapes[i], shapeFor(specs[i], given->second, where));
    for (size_t d = 0; d < shapes[i].size(); ++d)
      if (std::string name = wholeName(specs[i].dims[d]); !name.empty())
        TGC_RETURN_IF_ERROR(
            learn(sizes, name, shapes[i][d],
                  absl::StrCat("the shape of '", specs[i].name, "'"), where));
  }
  substitute(specs, sizes);
  for (const auto &[i, shape] : shapes)
    TGC_RETURN_IF_ERROR(checkSizes(specs[i], shape, "the shape given", where));
  return specs;
}

absl::Status specialize(mlir::ModuleOp module, const LoadOptions &options,
                        const InputConstants &inputs,
                        const std::string &where) {
  if (options.dims.empty() && options.shapes.empty() && inputs.empty())
    return absl::OkStatus();
  std::vector<TensorSpec> all;
  for (auto function : module.getOps<FuncOp>())
    if (!function.isPrivate())
      for (TensorSpec &spec : signatureOf(function).inputs)
        all.push_back(std::move(spec));
  TGC_RETURN_IF_ERROR(checkNames(all, options, inputs, where));
  TGC_RETURN_IF_ERROR(inlineCalls(module));
  for (auto function : module.getOps<FuncOp>()) {
    if (function.isPrivate())
      continue;
    std::vector<TensorSpec> declared = signatureOf(function).inputs;
    TGC_ASSIGN_OR_RETURN(std::vector<TensorSpec> specs,
                         giveSizes(declared, options, where));
    TGC_ASSIGN_OR_RETURN(BakedInputs baked,
                         bakeInputs(std::move(specs), inputs, where));
    TGC_RETURN_IF_ERROR(refineChecks(function, declared, baked.specs));
    TGC_RETURN_IF_ERROR(apply(function, baked));
  }
  ir::stamp(module, "import");
  mlir::ScopedDiagnosticHandler quiet(
      module.getContext(), [](mlir::Diagnostic &) { return mlir::success(); });
  return mlir::succeeded(mlir::verify(module))
             ? absl::OkStatus()
             : absl::InternalError(absl::StrCat(
                   where, ": the program with these sizes does not verify"));
}

} // namespace tgc
