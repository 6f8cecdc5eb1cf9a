// The tracer: op calls become a function of tgc ops.
#ifndef TGC_FRONTEND_COMPILE_TRACER_H
#define TGC_FRONTEND_COMPILE_TRACER_H

#include "tgc/frontend/api/Program.h"
#include "tgc/frontend/eager/InterpreterScope.h"
#include "tgc/ir/builder/OpWriter.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

#include <map>

namespace tgc {

/// The name of argument `number`: the spec's, or "x0" and so on.
std::string argumentName(const TensorSpec &spec, size_t number);

/// An interpreter that appends every op to one function. Literals made while
/// it is current are constants; tensors from outside are captured, each once,
/// as hidden arguments after the declared ones.
class Tracer final : public Interpreter {
public:
  /// A function `name` in `module` with arguments of the types `specs`.
  Tracer(mlir::ModuleOp module, std::string_view name,
         std::span<const TensorSpec> specs, std::source_location where);

  /// The arguments, to call the user's function with.
  const std::vector<Tensor> &arguments() const { return declared; }

  /// Ends the function with these results and returns the captured tensors in
  /// the order of their hidden arguments. Names of results may be empty.
  absl::StatusOr<std::vector<Tensor>>
  finish(std::span<const Tensor> results,
         std::span<const std::string> resultNames = {});

  /// Turns hidden arguments into constants of the function, after finish.
  void bakeCaptures(std::span<const Tensor> captures);

  absl::StatusOr<Tensors> process(const OpCall &call) override;
  uint64_t traceId() const override { return id; }
  mlir::func::FuncOp function() const { return func; }

private:
  absl::Status checkSizes(const OpCall &call) const;
  mlir::Value valueFor(const Tensor &x, mlir::Location loc);
  mlir::Location locationOf(std::source_location where);
  Tensor tracedTensor(TensorType type, mlir::Value value);

  uint64_t id;
  mlir::OpBuilder builder;
  mlir::func::FuncOp func;
  std::optional<ir::OpWriter> writer; // once the declared arguments are there
  std::vector<Tensor> declared;
  std::vector<Tensor> captured;
  std::map<const TensorImpl *, mlir::Value> known; // captures and constants
  std::vector<Tensor> alive; // keeps the keys of `known` from being reused
};

} // namespace tgc

#endif // TGC_FRONTEND_COMPILE_TRACER_H
