// Kinds of reductions as operations on vectors.
#include "tgc/codegen/emit/Combiner.h"

#include "tgc/codegen/emit/Payloads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace tgc::codegen {
namespace arith = mlir::arith;
namespace {

uint64_t bitsOfOne(DType dtype) {
  if (dtype == DType::f32)
    return 0x3f800000;
  return dtype == DType::f64 ? 0x3ff0000000000000 : 1;
}

/// The largest value, or with `low` the smallest: infinities for floats.
uint64_t extreme(DType dtype, bool low) {
  switch (dtype) {
  case DType::f32:
    return low ? 0xff800000 : 0x7f800000;
  case DType::f64:
    return low ? 0xfff0000000000000 : 0x7ff0000000000000;
  case DType::i32:
    return low ? 0x80000000 : 0x7fffffff;
  case DType::i64:
    return low ? 0x8000000000000000 : 0x7fffffffffffffff;
  default:
    return low ? 0 : 1; // i1
  }
}

} // namespace

Combiner::Combiner(Context &context, ReduceKind kind, DType dtype)
    : dtype(dtype), ordered(isFloat(dtype) && (kind == ReduceKind::add ||
                                               kind == ReduceKind::mul)),
      context(context), kind(kind) {}

Value Combiner::apply(Value a, Value b) {
  auto payload = [&](OpKind op) {
    return emitPayload(context.code, op, {}, dtype, {a, b},
                       Code::lanesOf(a.getType()), context.target.hasFma);
  };
  switch (kind) {
  case ReduceKind::add:
    return payload(OpKind::Add);
  case ReduceKind::mul:
    return payload(OpKind::Multiply);
  case ReduceKind::max:
    if (isFloat(dtype)) // fewer instructions than the payload, same bits
      return context.code.op<arith::MaximumFOp>(a, b);
    return payload(OpKind::Maximum);
  case ReduceKind::min:
    if (isFloat(dtype))
      return context.code.op<arith::MinimumFOp>(a, b);
    return payload(OpKind::Minimum);
  case ReduceKind::bitwise_and:
    return payload(OpKind::BitwiseAnd);
  case ReduceKind::bitwise_or:
    return payload(OpKind::BitwiseOr);
  case ReduceKind::bitwise_xor:
    return payload(OpKind::BitwiseXor);
  }
  return {};
}

bool Combiner::isFloatExtreme() const {
  return isFloat(dtype) && (kind == ReduceKind::max || kind == ReduceKind::min);
}

Value Combiner::signs(Value x) {
  DType bits = dtype == DType::f32 ? DType::i32 : DType::i64;
  return context.code.op<arith::BitcastOp>(
      context.code.type(bits, Code::lanesOf(x.getType())), x);
}

// The largest or smallest float so far, NaN if there was one, and its sign
// should it be zero: the largest zero is -0 if all were negative, the smallest
// +0 if none was. So a step is one comparison, not a total order.

Values Combiner::open(Value first) {
  return isFloatExtreme() ? Values{first, signs(first)} : Values{first};
}

Values Combiner::absorb(mlir::ValueRange state, Value x) {
  Code &code = context.code;
  if (!isFloatExtreme())
    return {apply(state[0], x)};
  bool max = kind == ReduceKind::max;
  Value beyond = code.op<arith::CmpFOp>(
      max ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT, x, state[0]);
  Value nan = code.op<arith::CmpFOp>(arith::CmpFPredicate::UNO, x, x);
  Value best = code.select(nan, x, code.select(beyond, x, state[0]));
  Value bits = signs(x);
  return {best, max ? code.op<arith::AndIOp>(state[1], bits)
                    : code.op<arith::OrIOp>(state[1], bits)};
}

Value Combiner::close(mlir::ValueRange state) {
  Code &code = context.code;
  if (!isFloatExtreme())
    return state[0];
  int64_t lanes = Code::lanesOf(state[0].getType());
  DType bits = dtype == DType::f32 ? DType::i32 : DType::i64;
  Value mask =
      code.bits(bits, uint64_t{1} << (8 * dtypeBytes(bits) - 1), lanes);
  Value zero = code.op<arith::BitcastOp>(
      state[0].getType(), code.op<arith::AndIOp>(state[1], mask));
  Value isZero = code.op<arith::CmpFOp>(arith::CmpFPredicate::OEQ, state[0],
                                        code.bits(dtype, 0, lanes));
  return code.select(isZero, zero, state[0]);
}

Value Combiner::identity(int64_t lanes) {
  uint64_t pattern = 0;
  switch (kind) {
  case ReduceKind::add:
  case ReduceKind::bitwise_or:
  case ReduceKind::bitwise_xor:
    break;
  case ReduceKind::mul:
    pattern = bitsOfOne(dtype);
    break;
  case ReduceKind::max:
    pattern = extreme(dtype, true);
    break;
  case ReduceKind::min:
    pattern = extreme(dtype, false);
    break;
  case ReduceKind::bitwise_and:
    pattern = ~uint64_t{0};
    break;
  }
  return context.code.bits(dtype, pattern, lanes);
}

Value Combiner::neutral(int64_t lanes) {
  if (kind != ReduceKind::add || !isFloat(dtype))
    return identity(lanes);
  return context.code.bits(dtype, uint64_t{1} << (8 * dtypeBytes(dtype) - 1),
                           lanes);
}

Value Combiner::halve(Values parts) {
  for (; parts.size() > 1; parts.resize(parts.size() / 2))
    for (size_t i = 0, half = parts.size() / 2; i < half; ++i)
      parts[i] = apply(parts[i], parts[i + half]);
  Value v = parts[0];
  int64_t lanes = Code::lanesOf(v.getType());
  if (lanes == 1)
    return v;
  for (int64_t half = lanes / 2; half > 1; half /= 2) {
    llvm::SmallVector<int64_t> low, high;
    for (int64_t i = 0; i < half; ++i) {
      low.push_back(i);
      high.push_back(half + i);
    }
    v = apply(context.code.shuffle(v, v, low),
              context.code.shuffle(v, v, high));
  }
  return apply(context.code.extract(v, 0), context.code.extract(v, 1));
}

} // namespace tgc::codegen
