// Appends ops to a function under construction.
#include "tgc/frontend/compile/Tracer.h"

#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"

#include "absl/strings/str_cat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

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

mlir::ArrayAttr dimsAttrOf(mlir::Builder &builder, const TensorType &type) {
  llvm::SmallVector<mlir::Attribute> names;
  for (const DimExpr &dim : type.dims)
    names.push_back(builder.getStringAttr(dim.isConstant() ? "" : dim.text()));
  return builder.getArrayAttr(names);
}

bool isSymbolic(const TensorType &type) {
  return llvm::any_of(type.dims,
                      [](const DimExpr &d) { return !d.isConstant(); });
}

} // namespace

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
    std::string argName =
        specs[i].name.empty() ? absl::StrCat("x", i) : specs[i].name;
    func.setArgAttr(i, ir::nameAttr, builder.getStringAttr(argName));
    if (isSymbolic(types[i]))
      func.setArgAttr(i, ir::dimsAttr, dimsAttrOf(builder, types[i]));
    for (size_t d = 0; d < types[i].dims.size(); ++d) {
      const DimExpr &dim = types[i].dims[d];
      std::vector<std::string> names = dim.symbols();
      if (names.size() == 1 && dim.provablyEqual(DimExpr::symbol(names[0])))
        symbols.try_emplace(names[0], i, d);
    }
    declared.push_back(tracedTensor(types[i], block->getArgument(i)));
  }
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

mlir::Value Tracer::materialize(const DimExpr &size, mlir::Location loc) {
  namespace arith = mlir::arith;
  auto constant = [&](int64_t value) -> mlir::Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  auto binary = [&]<class Op>() {
    return [&](mlir::Value a, mlir::Value b) -> mlir::Value {
      return Op::create(builder, loc, a, b);
    };
  };
  auto [it, fresh] = sizes.try_emplace(size.text());
  if (!fresh)
    return it->second;
  DimExpr::Builder<mlir::Value> table;
  table.constant = constant;
  table.symbol = [&](std::string_view name) -> mlir::Value {
    auto found = symbols.find(name);
    assert(found != symbols.end() && "symbols come from arguments");
    auto [argument, dimension] = found->second;
    return mlir::tensor::DimOp::create(
        builder, loc, func.getBody().front().getArgument(argument), dimension);
  };
  table.add = binary.operator()<arith::AddIOp>();
  table.mul = binary.operator()<arith::MulIOp>();
  table.floorDiv = binary.operator()<arith::FloorDivSIOp>();
  table.min = binary.operator()<arith::MinSIOp>();
  table.max = binary.operator()<arith::MaxSIOp>();
  table.mod = [&](mlir::Value a, mlir::Value b) -> mlir::Value {
    mlir::Value q = arith::FloorDivSIOp::create(builder, loc, a, b);
    mlir::Value p = arith::MulIOp::create(builder, loc, q, b);
    return arith::SubIOp::create(builder, loc, a, p);
  };
  it->second = size.build(table);
  return it->second;
}

absl::StatusOr<Tensors> Tracer::process(const OpCall &call) {
  mlir::Location loc = locationOf(call.where);
  mlir::OperationState state(loc, ir::opName(call.kind));
  for (const Tensor &operand : call.operands)
    state.addOperands(valueFor(operand, loc));
  ir::addAttrs(state, call.kind, call.attrs,
               [&](const DimExpr &size) { return materialize(size, loc); });
  for (const TensorType &type : call.results)
    state.addTypes(ir::tensorType(builder.getContext(), type));
  mlir::Operation *op = builder.create(state);
  Tensors results;
  for (size_t i = 0; i < call.results.size(); ++i)
    results.push_back(tracedTensor(call.results[i], op->getResult(i)));
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
    const TensorType &type = results[i].impl()->type;
    if (isSymbolic(type))
      func.setResultAttr(i, ir::dimsAttr, dimsAttrOf(builder, type));
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
