// How two partial results of a reduction combine.
#ifndef TGC_CODEGEN_EMIT_COMBINER_H
#define TGC_CODEGEN_EMIT_COMBINER_H

#include "tgc/codegen/emit/Context.h"

namespace tgc::codegen {

/// How two partial results of one reduction combine.
class Combiner {
public:
  /// `dtype` is what is accumulated in.
  Combiner(Context &context, ReduceKind kind, DType dtype);

  DType dtype;
  /// True if bits depend on the order: sums and products of floats.
  bool ordered;

  Value apply(Value a, Value b);
  /// The same for many elements one after the other, in fewer instructions:
  /// open() the first, absorb() the others, close().
  Values open(Value first);
  Values absorb(mlir::ValueRange state, Value x);
  Value close(mlir::ValueRange state);
  /// What leaves the other operand as it is: -0 for a sum of floats.
  Value neutral(int64_t lanes);
  /// The result for no elements.
  Value identity(int64_t lanes);
  /// Combines all lanes of equal vectors: lane l with lane l + s, for s half
  /// their number, down to one; a scalar.
  Value halve(Values parts);

private:
  bool isFloatExtreme() const;
  Value signs(Value x);

  Context &context;
  ReduceKind kind;
};

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_COMBINER_H
