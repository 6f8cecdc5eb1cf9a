// Writes size arithmetic.
#include "tgc/ir/builder/SizeBuilder.h"

#include "tgc/runtime/infer/SizeSteps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace tgc::ir {

SizeBuilder::SizeBuilder(mlir::func::FuncOp function) : function(function) {
  for (const DimAnalysis::Symbol &symbol : DimAnalysis(function).symbols())
    symbols.emplace(symbol.name, std::pair(symbol.argument, symbol.dimension));
}

mlir::Value SizeBuilder::symbolValue(std::string_view name,
                                     mlir::OpBuilder &builder,
                                     mlir::Location loc) {
  auto [it, fresh] = ofSymbols.try_emplace(std::string(name));
  if (!fresh)
    return it->second;
  auto found = symbols.find(name);
  assert(found != symbols.end() && "symbols come from arguments");
  auto [argument, dimension] = found->second;
  it->second = mlir::tensor::DimOp::create(
      builder, loc, function.getArgument(argument), dimension);
  return it->second;
}

mlir::Value SizeBuilder::value(const DimExpr &size, mlir::Location loc) {
  namespace arith = mlir::arith;
  auto [it, fresh] = written.try_emplace(size.text());
  if (!fresh)
    return it->second;
  mlir::OpBuilder builder(function.getContext());
  if (last)
    builder.setInsertionPointAfter(last);
  else
    builder.setInsertionPointToStart(&function.getBody().front());
  auto binary = [&]<class Op>() {
    return [&](mlir::Value a, mlir::Value b) -> mlir::Value {
      return Op::create(builder, loc, a, b);
    };
  };
  DimExpr::Builder<mlir::Value> table;
  table.constant = [&](int64_t value) -> mlir::Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  table.symbol = [&](std::string_view name) {
    return symbolValue(name, builder, loc);
  };
  table.add = binary.operator()<arith::AddIOp>();
  table.mul = binary.operator()<arith::MulIOp>();
  table.floorDiv = binary.operator()<arith::FloorDivSIOp>();
  table.min = binary.operator()<arith::MinSIOp>();
  table.max = binary.operator()<arith::MaxSIOp>();
  setMod(table);
  it->second = size.build(table);
  last = &*std::prev(builder.getInsertionPoint());
  return it->second;
}

} // namespace tgc::ir
