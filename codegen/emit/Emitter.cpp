// From a group to its emitter.
#include "tgc/codegen/emit/Emitter.h"

#include "tgc/codegen/emit/Context.h"
#include "tgc/ir/TgcDialect.h"

namespace tgc::codegen {

mlir::FailureOr<EmittedGroup> emitGroup(mlir::func::FuncOp group,
                                        mlir::ModuleOp module,
                                        llvm::StringRef symbol,
                                        const TargetInfo &target) {
  auto kind = group->getAttrOfType<mlir::StringAttr>(ir::groupAttr);
  if (!kind)
    return group.emitOpError("is no group: it has no attribute ")
           << ir::groupAttr;
  using Emit = mlir::LogicalResult (*)(Context &);
  const std::pair<llvm::StringLiteral, Emit> emitters[] = {
      {"contract", emitContract}, {"convolution", emitConvolution},
      {"map", emitMap},           {"move", emitMove},
      {"reduce", emitReduce},
  };
  for (auto [name, emit] : emitters) {
    if (name != kind.getValue())
      continue;
    Context context(group, module, symbol, target);
    mlir::LogicalResult result = emit(context);
    EmittedGroup emitted = context.finish();
    if (mlir::failed(result))
      return mlir::failure();
    return emitted;
  }
  return group.emitOpError("is a group of an unknown kind, ") << kind;
}

} // namespace tgc::codegen
