// Counts by op, over the sizes that DimAnalysis knows.
#include "tgc/tools/tgc/Cost.h"

#include "tgc/frontend/compile/ProgramImpl.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/ir/AttrBridge.h"
#include "tgc/ir/analysis/DimAnalysis.h"

namespace tgc::tool {
namespace {

/// Sizes by name.
using Sizes = std::map<std::string, int64_t, std::less<>>;

/// Counts one function; `known` is false once a size does not follow.
class Counter {
public:
  Counter(mlir::func::FuncOp function, const Sizes &sizes)
      : dims(function), sizes(sizes) {
    for (mlir::Operation &op : function.getBody().front())
      count(&op);
  }

  double operations = 0, constantBytes = 0;
  bool known = true;

  double bytesOf(mlir::Value tensor) {
    return elementsOf(tensor) *
           static_cast<double>(dtypeBytes(dims.typeOf(tensor).dtype));
  }

private:
  double valueOf(const DimExpr &size) {
    std::optional<int64_t> value =
        size.evaluate([&](std::string_view name) -> std::optional<int64_t> {
          auto it = sizes.find(name);
          return it == sizes.end() ? std::nullopt : std::optional(it->second);
        });
    known &= value.has_value();
    return static_cast<double>(value.value_or(0));
  }

  double elementsOf(mlir::Value tensor) {
    double elements = 1;
    for (const DimExpr &dim : dims.typeOf(tensor).dims)
      elements *= valueOf(dim);
    return elements;
  }

  void count(mlir::Operation *op) {
    std::optional<OpKind> kind = ir::opKindOf(op);
    if (auto call = llvm::dyn_cast<mlir::func::CallOp>(op))
      return countCall(call);
    if (!kind)
      return;
    OpAttrs attrs = dims.attrsOf(op);
    if (*kind == OpKind::Constant) {
      constantBytes += bytesOf(op->getResult(0));
    } else if (auto *dot = std::get_if<DotGeneralAttrs>(&attrs)) {
      double depth = 1;
      for (int64_t dim : dot->lhs_contract)
        depth *= sizeOf(op->getOperand(0), dim);
      operations += 2 * depth * elementsOf(op->getResult(0));
    } else if (auto *conv = std::get_if<ConvolutionAttrs>(&attrs)) {
      // Of the kernel all but the result's features: what makes one element.
      double features = sizeOf(op->getOperand(1),
                               conv->rhs_spec.empty() ? 0 : conv->rhs_spec[0]);
      if (features > 0)
        operations += 2 * elementsOf(op->getOperand(1)) / features *
                      elementsOf(op->getResult(0));
    } else if (auto *windows = std::get_if<ReduceWindowAttrs>(&attrs)) {
      double places = 1;
      for (int64_t size : windows->window)
        places *= static_cast<double>(size);
      operations += places * elementsOf(op->getResult(0));
    } else if (opInfo(*kind).family == Family::Reduction) {
      operations += elementsOf(op->getOperand(0));
    } else if (opInfo(*kind).family == Family::Elementwise) {
      operations += elementsOf(op->getResult(0));
    }
  }

  double sizeOf(mlir::Value tensor, int64_t dim) {
    return valueOf(dims.typeOf(tensor).dims[static_cast<size_t>(dim)]);
  }

  void countCall(mlir::func::CallOp call) {
    auto callee = call->getParentOfType<mlir::ModuleOp>()
                      .lookupSymbol<mlir::func::FuncOp>(call.getCallee());
    Sizes inner;
    for (const ir::DimAnalysis::Symbol &symbol :
         ir::DimAnalysis(callee).symbols())
      inner[symbol.name] = static_cast<int64_t>(
          sizeOf(call.getOperand(symbol.argument), symbol.dimension));
    Counter counter(callee, inner);
    operations += counter.operations;
    constantBytes += counter.constantBytes;
    known &= counter.known;
  }

  ir::DimAnalysis dims;
  const Sizes &sizes;
};

} // namespace

std::optional<Cost> costOf(const Program &program, std::string_view function,
                           std::span<const Tensor> inputs) {
  std::lock_guard lock(program.impl->mutex);
  mlir::func::FuncOp main =
      valueOrThrow(findFunction(program.impl->get(), function), {});
  Sizes sizes;
  for (const ir::DimAnalysis::Symbol &symbol : ir::DimAnalysis(main).symbols())
    sizes[symbol.name] =
        static_cast<int64_t>(inputs[symbol.argument].size(symbol.dimension));
  Counter counter(main, sizes);
  Cost cost{counter.operations, counter.constantBytes};
  for (mlir::Value input : main.getArguments())
    cost.bytes += counter.bytesOf(input);
  for (mlir::Value result :
       main.getBody().front().getTerminator()->getOperands())
    cost.bytes += counter.bytesOf(result);
  return counter.known ? std::optional(cost) : std::nullopt;
}

} // namespace tgc::tool
