// Dialect conversion in two steps, CSE, translation.
#include "tgc/codegen/llvm/Lower.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace tgc::codegen {
namespace {

namespace LLVM = mlir::LLVM;

absl::Status failed(const char *step) {
  return absl::InternalError(std::string("code generation: ") + step +
                             " failed");
}

/// Loops and branches with regions to blocks. Apart from the conversion to
/// LLVM: block arguments made here must not meet a type converter halfway.
llvm::LogicalResult convertLoops(mlir::ModuleOp module) {
  mlir::MLIRContext *context = module.getContext();
  mlir::RewritePatternSet patterns(context);
  mlir::populateSCFToControlFlowConversionPatterns(patterns);
  mlir::ConversionTarget target(*context);
  target.addIllegalDialect<mlir::scf::SCFDialect>();
  target.markUnknownOpDynamicallyLegal([](mlir::Operation *) { return true; });
  return mlir::applyPartialConversion(module, target, std::move(patterns));
}

llvm::LogicalResult convertToLLVM(mlir::ModuleOp module) {
  mlir::MLIRContext *context = module.getContext();
  mlir::LowerToLLVMOptions options(context);
  options.overrideIndexBitwidth(64);
  mlir::LLVMTypeConverter converter(context, options);
  mlir::RewritePatternSet patterns(context);
  mlir::arith::populateCeilFloorDivExpandOpsPatterns(patterns);
  mlir::arith::populateArithToLLVMConversionPatterns(converter, patterns);
  mlir::populateMathToLLVMConversionPatterns(converter, patterns);
  mlir::vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
  mlir::populateVectorToLLVMConversionPatterns(converter, patterns);
  mlir::populateFuncToLLVMConversionPatterns(converter, patterns);
  mlir::cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
  mlir::index::populateIndexToLLVMConversionPatterns(converter, patterns);
  mlir::ub::populateUBToLLVMConversionPatterns(converter, patterns);
  mlir::LLVMConversionTarget target(*context);
  target.addLegalOp<mlir::ModuleOp>();
  return mlir::applyFullConversion(module, target, std::move(patterns));
}

} // namespace

void loadDialects(mlir::MLIRContext &context) {
  context.loadDialect<LLVM::LLVMDialect, mlir::arith::ArithDialect,
                      mlir::cf::ControlFlowDialect, mlir::func::FuncDialect,
                      mlir::index::IndexDialect, mlir::math::MathDialect,
                      mlir::scf::SCFDialect, mlir::ub::UBDialect,
                      mlir::vector::VectorDialect>();
  mlir::registerBuiltinDialectTranslation(context);
  mlir::registerLLVMDialectTranslation(context);
}

absl::Status lowerToLLVM(mlir::ModuleOp module) {
  if (mlir::failed(mlir::verify(module)))
    return failed("verification of the emitted loops");
  if (mlir::failed(convertLoops(module)))
    return failed("conversion of loops");
  if (mlir::failed(convertToLLVM(module)))
    return failed("conversion to LLVM");
  mlir::IRRewriter rewriter(module.getContext());
  mlir::DominanceInfo dominance;
  mlir::eliminateCommonSubExpressions(rewriter, dominance, module);
  if (mlir::failed(mlir::verify(module)))
    return failed("verification of the LLVM dialect");
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<llvm::Module>>
translate(mlir::ModuleOp module, llvm::LLVMContext &context,
          const llvm::TargetMachine &machine) {
  std::string layout = machine.createDataLayout().getStringRepresentation();
  mlir::Builder b(module.getContext());
  module->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                  b.getStringAttr(layout));
  module->setAttr(LLVM::LLVMDialect::getTargetTripleAttrName(),
                  b.getStringAttr(machine.getTargetTriple().str()));
  std::unique_ptr<llvm::Module> translated =
      mlir::translateModuleToLLVMIR(module, context, "tgc");
  if (!translated)
    return failed("translation to LLVM IR");
  return translated;
}

std::vector<mlir::OwningOpRef<mlir::ModuleOp>>
splitModule(mlir::ModuleOp module, size_t parts) {
  struct Work {
    size_t ops, position;
    LLVM::LLVMFuncOp function;
  };
  std::vector<Work> functions;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (function.isExternal())
      continue;
    size_t ops = 0;
    function.walk([&](mlir::Operation *) { ++ops; });
    functions.push_back({ops, functions.size(), function});
    if (parts > 1)
      function.setLinkage(LLVM::Linkage::External);
  }
  llvm::sort(functions, [](const Work &a, const Work &b) {
    return a.ops != b.ops ? a.ops > b.ops : a.position < b.position;
  });
  std::vector<mlir::OwningOpRef<mlir::ModuleOp>> others;
  for (size_t i = 1; i < parts; ++i) {
    others.push_back(mlir::ModuleOp::create(module.getLoc()));
    for (mlir::Operation &op : *module.getBody())
      if (auto function = llvm::dyn_cast<LLVM::LLVMFuncOp>(op);
          !function || function.isExternal())
        others.back()->push_back(op.clone());
  }
  // Largest first, each to the part with the least work so far.
  std::vector<size_t> work(parts, 0);
  for (auto [ops, position, function] : functions) {
    size_t least = llvm::min_element(work) - work.begin();
    work[least] += ops;
    if (least > 0) {
      function->remove();
      others[least - 1]->push_back(function);
    }
  }
  return others;
}

} // namespace tgc::codegen
