// Runs IR op by op with the eager kernels: the reference for every other
// route, and how models answer before code is ready.
#ifndef TGC_IR_INTERPRET_INTERPRETER_H
#define TGC_IR_INTERPRET_INTERPRETER_H

#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/core/Value.h"
#include "tgc/runtime/infer/DimExpr.h"

#include "absl/types/span.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <atomic>
#include <vector>

namespace tgc::ir {

struct InterpretOptions {
  /// Called after every tgc op with its results, in execution order.
  llvm::function_ref<void(mlir::Operation *, absl::Span<const Value>)> observe;
  /// Threads of each op; 0: what tgc_num_threads says.
  int32_t threads = 0;
  /// Polled between ops: true ends the run with Cancelled.
  const std::atomic<bool> *cancel = nullptr;
  /// Integer division by 0, or of the least integer by -1, is OutOfRange with
  /// id TGC-E0703 instead of the defined value.
  bool checkIntDivision = false;
  /// Of these `run_time`, looked at between ops, and `memory`, at each
  /// allocation; arguments and constants do not count.
  Limits limits = {};
  /// What keeps the function alive. A result that is a constant of it, or a
  /// view of one, holds this; without, it must not outlive the function.
  std::shared_ptr<const void> owner = {};
};

/// Results of `function` on `arguments`; calls go to functions of its module.
/// A value is freed after its last use. Errors: InvalidArgument if the number,
/// dtypes or shapes of `arguments` are not the declared ones, a named size has
/// two values, or sizes disagree at an op (naming op and location); OutOfRange
/// from indices; ResourceExhausted; Cancelled; DeadlineExceeded.
absl::StatusOr<std::vector<Value>>
interpret(mlir::func::FuncOp function, absl::Span<const Value> arguments,
          const InterpretOptions &options = {});

/// Results of one tgc op on values; `indexValue` gives its index operands.
/// Errors: those of the kernels (runtime/kernels/KernelTable.h).
absl::StatusOr<std::vector<Value>>
evaluate(mlir::Operation *op, absl::Span<const Value> operands,
         llvm::function_ref<DimExpr(mlir::Value)> indexValue);

/// checkInputs (runtime/infer/Inputs.h) with the declared signature of
/// `function`.
absl::Status checkArguments(mlir::func::FuncOp function,
                            absl::Span<const Value> arguments);

} // namespace tgc::ir

#endif // TGC_IR_INTERPRET_INTERPRETER_H
