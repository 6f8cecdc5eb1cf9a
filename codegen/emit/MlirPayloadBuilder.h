// Emits payloads as IR: code generation's side of runtime/payload/Builder.h.
#ifndef TGC_CODEGEN_EMIT_MLIRPAYLOADBUILDER_H
#define TGC_CODEGEN_EMIT_MLIRPAYLOADBUILDER_H

#include "tgc/codegen/emit/Code.h"
#include "tgc/runtime/payload/Builder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace tgc::codegen {

/// The builder of Builder.h on values of one lane count, in the form that
/// Code.h describes. `hasFma`: fma is one operation of the target.
class MlirPayloadBuilder {
public:
  template <class T> using Repr = mlir::Value;
  template <class T> using V = payload::Val<MlirPayloadBuilder, T>;
  template <class T, int N> using Vs = payload::Vals<MlirPayloadBuilder, T, N>;
  template <class F> using IntOf = payload::IntOf<F>;
  template <class I> using FloatOf = typename payload::FloatOfInt<I>::Float;

  MlirPayloadBuilder(Code &code, int64_t lanes, bool hasFma)
      : code(code), lanes(lanes), hasFma(hasFma) {}

  // Values.
  template <class T> V<T> constant(T v) {
    uint64_t pattern;
    if constexpr (payload::isFloatType<T>)
      pattern = __builtin_bit_cast(IntOf<T>, v);
    else
      pattern = static_cast<uint64_t>(v);
    return {code.bits(dtypeOf<T>, pattern, lanes)};
  }
  template <class T> V<T> select(V<bool> m, V<T> x, V<T> y) {
    return {code.op<mlir::arith::SelectOp>(m.repr, x.repr, y.repr)};
  }

  // Floats, and those that integers share.
  template <class T> V<T> add(V<T> x, V<T> y) {
    return binary<T, mlir::arith::AddFOp, mlir::arith::AddIOp>(x, y);
  }
  template <class T> V<T> sub(V<T> x, V<T> y) {
    return binary<T, mlir::arith::SubFOp, mlir::arith::SubIOp>(x, y);
  }
  template <class T> V<T> mul(V<T> x, V<T> y) {
    return binary<T, mlir::arith::MulFOp, mlir::arith::MulIOp>(x, y);
  }
  template <class F> V<F> div(V<F> x, V<F> y) {
    return {code.op<mlir::arith::DivFOp>(x.repr, y.repr)};
  }
  template <class F> V<F> neg(V<F> x) {
    return {code.op<mlir::arith::NegFOp>(x.repr)};
  }
  template <class F> V<F> fma(V<F> x, V<F> y, V<F> z) {
    if (!hasFma)
      return add(mul(x, y), z);
    return {code.op<mlir::math::FmaOp>(x.repr, y.repr, z.repr)};
  }
  bool exactFma() const { return hasFma; }
  template <class F> V<F> sqrt(V<F> x) {
    return {code.op<mlir::LLVM::SqrtOp>(x.repr)};
  }
  template <class T> V<bool> equal(V<T> x, V<T> y) {
    return compare(x, y, mlir::arith::CmpFPredicate::OEQ,
                   mlir::arith::CmpIPredicate::eq);
  }
  template <class T> V<bool> notEqual(V<T> x, V<T> y) {
    return compare(x, y, mlir::arith::CmpFPredicate::UNE,
                   mlir::arith::CmpIPredicate::ne);
  }
  template <class T> V<bool> less(V<T> x, V<T> y) {
    return compare(x, y, mlir::arith::CmpFPredicate::OLT,
                   mlir::arith::CmpIPredicate::slt);
  }
  template <class T> V<bool> lessEqual(V<T> x, V<T> y) {
    return compare(x, y, mlir::arith::CmpFPredicate::OLE,
                   mlir::arith::CmpIPredicate::sle);
  }
  template <class F> V<IntOf<F>> bits(V<F> x) {
    return {code.op<mlir::arith::BitcastOp>(type<IntOf<F>>(), x.repr)};
  }
  template <class I> V<FloatOf<I>> fromBits(V<I> x) {
    return {code.op<mlir::arith::BitcastOp>(type<FloatOf<I>>(), x.repr)};
  }

  // Integers.
  template <class I> V<I> divInt(V<I> x, V<I> y) {
    return {code.op<mlir::arith::DivSIOp>(x.repr, y.repr)};
  }
  template <class I> V<bool> lessUnsigned(V<I> x, V<I> y) {
    return {code.op<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::ult,
                                         x.repr, y.repr)};
  }
  template <class T> V<T> bitAnd(V<T> x, V<T> y) {
    return {code.op<mlir::arith::AndIOp>(x.repr, y.repr)};
  }
  template <class T> V<T> bitOr(V<T> x, V<T> y) {
    return {code.op<mlir::arith::OrIOp>(x.repr, y.repr)};
  }
  template <class T> V<T> bitXor(V<T> x, V<T> y) {
    return {code.op<mlir::arith::XOrIOp>(x.repr, y.repr)};
  }
  template <class T> V<T> bitNot(V<T> x) {
    return {code.op<mlir::arith::XOrIOp>(
        x.repr, code.bits(dtypeOf<T>, ~uint64_t{0}, lanes))};
  }
  template <class I> V<I> shiftLeft(V<I> x, V<I> n) {
    return {code.op<mlir::arith::ShLIOp>(x.repr, n.repr)};
  }
  template <class I> V<I> shiftRight(V<I> x, V<I> n) {
    return {code.op<mlir::arith::ShRSIOp>(x.repr, n.repr)};
  }
  template <class I> V<I> shiftRightLogical(V<I> x, V<I> n) {
    return {code.op<mlir::arith::ShRUIOp>(x.repr, n.repr)};
  }

  // Conversions.
  template <class To, class From> V<To> convertInt(V<From> x) {
    return {convertWidth<To>(x.repr, std::is_same_v<From, uint8_t>)};
  }
  template <class F, class I> V<F> toFloat(V<I> x) {
    return {code.op<mlir::arith::SIToFPOp>(type<F>(), x.repr)};
  }
  template <class I, class F> V<I> truncToInt(V<F> x) {
    return {code.op<mlir::arith::FPToSIOp>(type<I>(), x.repr)};
  }
  template <class To, class From> V<To> convertFloat(V<From> x) {
    if constexpr (sizeof(To) > sizeof(From))
      return {code.op<mlir::arith::ExtFOp>(type<To>(), x.repr)};
    else
      return {code.op<mlir::arith::TruncFOp>(type<To>(), x.repr)};
  }
  V<int32_t> halfBits(V<Half> x) {
    return {convertWidth<int32_t>(x.repr, /*zeros=*/true)};
  }
  V<Half> halfFromBits(V<int32_t> x) {
    return {convertWidth<Half>(x.repr, /*zeros=*/true)};
  }

  // Control.
  template <class T, int N, class Then>
  Vs<T, N> ifAny(V<bool> m, Then then, Vs<T, N> otherwise) {
    Values types = code.choose(
        anyTrue(m), llvm::SmallVector<mlir::Type>(N, type<T>()),
        [&] { return unpack(then()); }, [&] { return unpack(otherwise); });
    return pack<T, N>(types);
  }
  template <class T, int N, class Cond, class Body>
  Vs<T, N> loopWhile(Vs<T, N> state, Cond cond, Body body) {
    return pack<T, N>(code.repeat(
        unpack(state),
        [&](mlir::ValueRange v) { return anyTrue(cond(pack<T, N>(v))); },
        [&](mlir::ValueRange v) { return unpack(body(pack<T, N>(v))); }));
  }

private:
  template <class T> mlir::Type type() { return code.type(dtypeOf<T>, lanes); }
  template <class T, class FloatOp, class IntOp> V<T> binary(V<T> x, V<T> y) {
    if constexpr (payload::isFloatType<T>)
      return {code.op<FloatOp>(x.repr, y.repr)};
    else
      return {code.op<IntOp>(x.repr, y.repr)};
  }
  template <class T>
  V<bool> compare(V<T> x, V<T> y, mlir::arith::CmpFPredicate ofFloats,
                  mlir::arith::CmpIPredicate ofIntegers) {
    if constexpr (payload::isFloatType<T>)
      return {code.op<mlir::arith::CmpFOp>(ofFloats, x.repr, y.repr)};
    else
      return {code.op<mlir::arith::CmpIOp>(ofIntegers, x.repr, y.repr)};
  }
  template <class To> Value convertWidth(Value x, bool zeros) {
    unsigned from = mlir::getElementTypeOrSelf(x).getIntOrFloatBitWidth();
    unsigned to = 8 * sizeof(To);
    if (to < from)
      return code.op<mlir::arith::TruncIOp>(type<To>(), x);
    if (to == from)
      return x;
    return zeros ? code.op<mlir::arith::ExtUIOp>(type<To>(), x)
                 : code.op<mlir::arith::ExtSIOp>(type<To>(), x);
  }
  Value anyTrue(V<bool> m) {
    if (lanes == 1)
      return m.repr;
    return code.op<mlir::vector::ReductionOp>(mlir::vector::CombiningKind::OR,
                                              m.repr);
  }
  template <class T, int N> static Values unpack(const Vs<T, N> &state) {
    Values values;
    for (int i = 0; i < N; ++i)
      values.push_back(state[i].repr);
    return values;
  }
  template <class T, int N> static Vs<T, N> pack(mlir::ValueRange values) {
    Vs<T, N> state;
    for (int i = 0; i < N; ++i)
      state[i] = {values[i]};
    return state;
  }

  Code &code;
  int64_t lanes;
  bool hasFma;
};

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_MLIRPAYLOADBUILDER_H
