// Custom directives of the op records' assembly formats.
#ifndef TGC_IR_ASSEMBLYFORMAT_H
#define TGC_IR_ASSEMBLYFORMAT_H

#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include <array>

namespace tgc::ir {

// DynamicIndexList: the upstream printer of mixed sizes.
using mlir::parseDynamicIndexList;
using mlir::printDynamicIndexList;

/// SameTypes: one type if operands and result agree, else a function type.
/// The last of `types` is the result's.
template <class... Types>
void printSameTypes(mlir::OpAsmPrinter &printer, mlir::Operation *,
                    Types... types) {
  std::array<mlir::Type, sizeof...(Types)> all{types...};
  if (llvm::all_equal(all)) {
    printer << all.front();
    return;
  }
  printer << '(';
  llvm::interleaveComma(llvm::ArrayRef<mlir::Type>(all).drop_back(), printer);
  printer << ") -> " << all.back();
}

template <class... Types>
mlir::ParseResult parseSameTypes(mlir::OpAsmParser &parser, Types &...types) {
  std::array<mlir::Type *, sizeof...(Types)> all{&types...};
  mlir::SMLoc at = parser.getCurrentLocation();
  mlir::Type type;
  if (parser.parseType(type))
    return mlir::failure();
  auto function = llvm::dyn_cast<mlir::FunctionType>(type);
  if (!function) {
    for (mlir::Type *t : all)
      *t = type;
    return mlir::success();
  }
  if (function.getNumInputs() != all.size() - 1 ||
      function.getNumResults() != 1)
    return parser.emitError(at, "expected a type of ")
           << all.size() - 1 << " operands and 1 result";
  for (size_t i = 0; i + 1 < all.size(); ++i)
    *all[i] = function.getInput(i);
  *all.back() = function.getResult(0);
  return mlir::success();
}

} // namespace tgc::ir

#endif // TGC_IR_ASSEMBLYFORMAT_H
