// Writes loops, addresses and vectors as IR: the words that every emitter is
// written in.
#ifndef TGC_CODEGEN_EMIT_CODE_H
#define TGC_CODEGEN_EMIT_CODE_H

#include "tgc/runtime/core/DType.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/DenseMap.h"

namespace tgc::codegen {

using mlir::Value;
using Values = llvm::SmallVector<Value, 4>;

/// An op builder at one location for the body of one function.
///
/// Integers without a stated type are i64; addresses are !llvm.ptr. A value of
/// dtype T at `lanes` lanes is vector<lanes x E>, at one lane E, with E the
/// dtype's own type for floats and integers, i1 for i1, i8 for u8 and i16 for
/// f16. Memory holds i1 as a byte, 0 or 1.
///
/// Constants and scratch are made once, before `marker`, an op of the entry
/// block that comes before all other code.
class Code {
public:
  Code(mlir::OpBuilder &builder, mlir::Location loc, mlir::Operation *marker)
      : builder(builder), loc(loc), marker(marker) {}

  mlir::OpBuilder &builder;
  mlir::Location loc;

  template <class Op, class... Args> Value op(Args &&...args) {
    return Op::create(builder, loc, std::forward<Args>(args)...);
  }

  /// Runs `make` with the builder placed before the marker.
  template <class Make> auto atEntry(Make make) {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(marker);
    return make();
  }

  // Types.
  mlir::Type type(DType dtype, int64_t lanes = 1);
  mlir::Type memoryType(DType dtype, int64_t lanes = 1);
  mlir::Type pointerType();
  static int64_t lanesOf(mlir::Type type);

  // Constants.
  Value constant(mlir::TypedAttr attr);
  Value i64(int64_t value);
  Value i32(int64_t value);
  Value boolean(bool value);
  /// `value`, a bit pattern of the dtype's width, in every lane.
  Value bits(DType dtype, uint64_t value, int64_t lanes = 1);
  /// 0, 1, …, lanes - 1.
  Value steps(mlir::Type element, int64_t lanes);
  static std::optional<int64_t> known(Value value);

  // i64 arithmetic, folded where operands are constants; quotients of
  // non-negative numbers.
  Value add(Value a, Value b);
  Value sub(Value a, Value b);
  Value mul(Value a, Value b);
  Value div(Value a, Value b);
  Value rem(Value a, Value b);
  Value min(Value a, Value b);
  Value max(Value a, Value b);
  Value less(Value a, Value b);      // signed
  Value lessEqual(Value a, Value b); // signed
  Value equal(Value a, Value b);
  Value both(Value a, Value b);   // of i1
  Value either(Value a, Value b); // of i1
  Value select(Value condition, Value a, Value b);
  /// How many of first, first + stride, first + 2 stride, … are below `bound`.
  Value stepsBelow(Value bound, Value first, int64_t stride);

  // Control flow.
  using Body = llvm::function_ref<void(Value)>;
  using CarryBody = llvm::function_ref<Values(Value, mlir::ValueRange)>;
  void loop(Value begin, Value end, Value step, Body body);
  void loop(Value begin, Value end, Body body) {
    loop(begin, end, i64(1), body);
  }
  /// Carries values from iteration to iteration; the last ones.
  Values loop(Value begin, Value end, Value step, mlir::ValueRange init,
              CarryBody body);
  void when(Value condition, llvm::function_ref<void()> then,
            llvm::function_ref<void()> otherwise = nullptr);
  Values choose(Value condition, mlir::TypeRange types,
                llvm::function_ref<Values()> then,
                llvm::function_ref<Values()> otherwise);
  /// While `condition(state)`: state = body(state).
  Values repeat(mlir::ValueRange init,
                llvm::function_ref<Value(mlir::ValueRange)> condition,
                llvm::function_ref<Values(mlir::ValueRange)> body);
  /// body(indices) for positions [begin, end) of the row-major space `sizes`.
  void positions(Value begin, Value end, mlir::ValueRange sizes,
                 llvm::function_ref<void(mlir::ValueRange)> body);
  /// The indices of row-major position `position` in `sizes`; the first is not
  /// reduced by its size.
  Values delinearize(Value position, mlir::ValueRange sizes);

  // Memory. `stride` and offsets count elements of the dtype.
  Value address(Value pointer, Value offset, DType dtype);
  Value load(DType dtype, Value pointer, int64_t lanes = 1);
  void store(DType dtype, Value value, Value pointer);
  /// Lanes where `mask` is false are 0 and their memory is not touched.
  Value loadMasked(DType dtype, Value pointer, Value mask);
  void storeMasked(DType dtype, Value value, Value pointer, Value mask);
  /// Element i from pointer + i * stride; `mask` may be null.
  Value gather(DType dtype, Value pointer, Value stride, int64_t lanes,
               Value mask);
  /// Which lanes of a strided load exist.
  struct Run {
    Value stride; // between lanes, in elements
    Value mask;   // of the lanes, or of the elements from the first to the last
    int64_t lanes;
  };
  /// Lanes [first, last) of `lanes`.
  Run run(Value stride, int64_t lanes, Value first, Value last);
  /// Element i from pointer + i * stride; lanes that do not exist are 0 and
  /// their memory is not touched.
  Value loadRun(DType dtype, Value pointer, const Run &run);
  /// Scratch of the function, 64-byte aligned, for `elements` of the dtype.
  Value scratch(DType dtype, int64_t elements);
  /// Copies `elements` elements between places that do not overlap.
  void copy(DType dtype, Value to, Value from, Value elements);

  // Vectors.
  Value splat(Value scalar, int64_t lanes);
  Value shuffle(Value a, Value b, llvm::ArrayRef<int64_t> lanes);
  Value extract(Value vector, int64_t lane);
  /// a * b + c of floats or integers; of floats fused, with one rounding, if
  /// `fused`.
  Value multiplyAdd(Value a, Value b, Value c, bool fused);
  /// Lane i is true for i < count; count may be any i64.
  Value mask(Value count, int64_t lanes);
  /// Lane i is true for first <= i < last.
  Value mask(Value first, Value last, int64_t lanes);
  /// The transpose of a square of vectors.
  Values transpose(mlir::ValueRange rows);

private:
  Value fromMemory(DType dtype, Value value);
  Value toMemory(DType dtype, Value value);

  mlir::Operation *marker;
  llvm::DenseMap<mlir::Attribute, Value> constants;
};

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_CODE_H
