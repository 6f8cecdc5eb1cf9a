// Size checks of ops that passes may have removed, as a function's attribute
// `tgc.checks`.
#ifndef TGC_IR_ANALYSIS_CHECKSATTR_H
#define TGC_IR_ANALYSIS_CHECKSATTR_H

#include "tgc/runtime/infer/TypeRules.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace tgc::ir {

/// The check that an entry of `tgc.checks` is: [got, "==" or ">=", expected,
/// what], strings, as in SizeCheck. Nothing for any other attribute.
std::optional<SizeCheck> checkFrom(mlir::Attribute entry);

/// The checks of a verified function's `tgc.checks`, in its order.
std::vector<SizeCheck> checksOf(mlir::func::FuncOp function);

/// Appends to `tgc.checks` what it does not have yet.
void addChecks(mlir::func::FuncOp function, absl::Span<const SizeCheck> checks);

} // namespace tgc::ir

#endif // TGC_IR_ANALYSIS_CHECKSATTR_H
