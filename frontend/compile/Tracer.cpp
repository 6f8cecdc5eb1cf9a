// Appends ops to a function under construction.
#include "tgc/frontend/compile/Tracer.h"

#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"

#include "absl/strings/str_cat.h"

#include <atomic>

namespace tgc {
namespace {

uint64_t nextTraceId() {
  static std::atomic<uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

TensorType typeOfSpec(const TensorSpec &spec) {
  TensorType type{spec.dtype, {}};
  for (const Dim &dim : spec.dims)
    type.dims.push_back(dim.expr());
  return type;
}

} // namespace

std::string argumentName(const TensorSpec &spec, size_t number) {
  return spec.name.empty() ? absl::StrCat("x", number) : spec.name;
}

Tracer::Tracer(mlir::ModuleOp module, std::string_view name,
               std::span<const TensorSpec> specs, std::source_location where)
    : id(nextTraceId()), builder(module.getContext()) {
  mlir::MLIRContext *context = module.getContext();
  std::vector<TensorType> types;
  llvm::SmallVector<mlir::Type> mlirTypes;
  for (const TensorSpec &spec : specs) {
    types.push_back(typeOfSpec(spec));
    mlirTypes.push_back(ir::tensorType(context, types.back()));
  }
  builder.setInsertionPointToEnd(module.getBody());
  func = mlir::func::FuncOp::create(builder, locationOf(where), name,
                                    builder.getFunctionType(mlirTypes, {}));
  mlir::Block *block = func.addEntryBlock();
  builder.setInsertionPointToStart(block);
  for (size_t i = 0; i < specs.size(); ++i) {
    func.setArgAttr(i, ir::nameAttr,
                    builder.getStringAttr(argumentName(specs[i], i)));
    if (mlir::ArrayAttr names = ir::sizeNames(context, types[i]))
      func.setArgAttr(i, ir::dimsAttr, names);
    declared.push_back(tracedTensor(types[i], block->getArgument(i)));
  }
  writer.emplace(builder, func);
}

mlir::Location Tracer::locationOf(std::source_location where) {
  if (const LocationScope *scope = LocationScope::current())
    return mlir::NameLoc::get(
        builder.getStringAttr(scope->name),
        mlir::FileLineColLoc::get(builder.getStringAttr(scope->file),
                                  scope->line, 0));
  if (where.line() == 0)
    return builder.getUnknownLoc();
  return mlir::FileLineColLoc::get(builder.getStringAttr(where.file_name()),
                                   where.line(), where.column());
}

Tensor Tracer::tracedTensor(TensorType type, mlir::Value value) {
  auto impl = std::make_shared<TensorImpl>();
  impl->type = std::move(type);
  impl->trace = id;
  impl->traced = value.getAsOpaquePointer();
  return Tensor(std::move(impl));
}

mlir::Value Tracer::valueFor(const Tensor &x, mlir::Location loc) {
  const TensorImpl *impl = x.impl().get();
  if (!impl->isConcrete())
    return mlir::Value::getFromOpaquePointer(impl->traced);
  auto [it, fresh] = known.try_emplace(impl);
  if (!fresh)
    return it->second;
  alive.push_back(x);
  if (impl->trace == id) { // a literal of the function
    auto attr = ir::elementsAttr(builder.getContext(), impl->value, "weight");
    it->second = ir::ConstantOp::create(builder, loc, attr.getType(), attr);
  } else {
    captured.push_back(x);
    it->second = func.getBody().front().addArgument(
        ir::tensorType(builder.getContext(), impl->type), loc);
  }
  return it->second;
}

absl::Status Tracer::checkSizes(const OpCall &call) const {
  absl::Status status;
  forEachSize(call.attrs, [&](const DimExpr &size) {
    for (const std::string &name : size.symbols())
      if (!writer->knows(name))
        status = absl::InvalidArgumentError(absl::StrCat(
            "tgc.", std::string(opInfo(call.kind).mnemonic), ": size '", name,
            "' is that of no argument of the traced function\n  fix: name it "
            "in a TensorSpec, or give a number"));
  });
  return status;
}

absl::StatusOr<Tensors> Tracer::process(const OpCall &call) {
  TGC_RETURN_IF_ERROR(checkSizes(call));
  mlir::Location loc = locationOf(call.where);
  llvm::SmallVector<mlir::Value> operands;
  for (const Tensor &operand : call.operands)
    operands.push_back(valueFor(operand, loc));
  auto values =
      writer->write(call.kind, operands, call.attrs, call.results, loc);
  Tensors results;
  for (auto [type, value] : llvm::zip(call.results, values))
    results.push_back(tracedTensor(type, value));
  return results;
}

absl::StatusOr<std::vector<Tensor>>
Tracer::finish(std::span<const Tensor> results,
               std::span<const std::string> resultNames) {
  mlir::Location loc = func.getLoc();
  llvm::SmallVector<mlir::Value> values;
  llvm::SmallVector<mlir::Type> types;
  for (const Tensor &result : results) {
    if (!result.impl() ||
        (!result.impl()->isConcrete() && result.impl()->trace != id))
      return absl::InvalidArgumentError(absl::StrCat(
          "the traced function's result ", values.size(),
          !result.impl() ? " is an empty tensor"
                         : " belongs to another trace that is finished"));
    values.push_back(valueFor(result, loc));
    types.push_back(values.back().getType());
  }
  mlir::func::ReturnOp::create(builder, loc, values);
  llvm::SmallVector<mlir::DictionaryAttr> argAttrs;
  for (unsigned i = 0; i < declared.size(); ++i)
    argAttrs.push_back(func.getArgAttrDict(i));
  for (size_t i = 0; i < captured.size(); ++i)
    argAttrs.push_back(builder.getDictionaryAttr(builder.getNamedAttr(
        ir::nameAttr, builder.getStringAttr(absl::StrCat("capture", i)))));
  func.setFunctionType(builder.getFunctionType(
      func.getBody().front().getArgumentTypes(), types));
  // All at once: addArgument on the block leaves the list of attributes short.
  func.setAllArgAttrs(argAttrs);
  for (size_t i = 0; i < results.size(); ++i) {
    std::string name = i < resultNames.size() && !resultNames[i].empty()
                           ? resultNames[i]
                           : absl::StrCat("y", i);
    func.setResultAttr(i, ir::nameAttr, builder.getStringAttr(name));
    if (mlir::ArrayAttr names =
            ir::sizeNames(builder.getContext(), results[i].impl()->type))
      func.setResultAttr(i, ir::dimsAttr, names);
  }
  return captured;
}

void Tracer::bakeCaptures(std::span<const Tensor> captures) {
  mlir::Block &block = func.getBody().front();
  builder.setInsertionPointToStart(&block);
  for (size_t i = captures.size(); i-- > 0;) {
    unsigned number = declared.size() + i;
    auto attr = ir::elementsAttr(builder.getContext(),
                                 captures[i].impl()->value, "capture");
    mlir::Value constant =
        ir::ConstantOp::create(builder, func.getLoc(), attr.getType(), attr);
    block.getArgument(number).replaceAllUsesWith(constant);
    (void)func.eraseArgument(number);
  }
}

} // namespace tgc
