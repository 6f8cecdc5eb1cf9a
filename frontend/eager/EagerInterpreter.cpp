// Eager mode: kernel table, no MLIR, no JIT.
#include "tgc/frontend/eager/EagerInterpreter.h"

#include "tgc/runtime/kernels/KernelTable.h"

namespace tgc {
namespace {

class EagerInterpreter final : public Interpreter {
public:
  absl::StatusOr<Tensors> process(const OpCall &call) override {
    absl::InlinedVector<Value, 4> operands;
    for (const Tensor &operand : call.operands) {
      const TensorImpl &impl = *operand.impl();
      operands.push_back(impl.value);
    }
    TGC_ASSIGN_OR_RETURN(std::vector<Value> results,
                         runOp(call.kind, operands, call.attrs));
    Tensors tensors;
    for (Value &result : results)
      tensors.push_back(fromValue(std::move(result)));
    return tensors;
  }
};

} // namespace

Interpreter &eagerInterpreter() {
  static EagerInterpreter interpreter;
  return interpreter;
}

} // namespace tgc
