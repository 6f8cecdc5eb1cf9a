// Loops, addresses and vectors as IR.
#include "tgc/codegen/emit/Code.h"

#include "tgc/runtime/core/CheckedSize.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

#include <numeric>

namespace tgc::codegen {
namespace arith = mlir::arith;
namespace scf = mlir::scf;
namespace vector = mlir::vector;
namespace LLVM = mlir::LLVM;

// Types.

mlir::Type Code::type(DType dtype, int64_t lanes) {
  mlir::Type element;
  if (dtype == DType::f32)
    element = builder.getF32Type();
  else if (dtype == DType::f64)
    element = builder.getF64Type();
  else if (dtype == DType::i1)
    element = builder.getI1Type();
  else
    element = builder.getIntegerType(8 * dtypeBytes(dtype));
  return lanes == 1 ? element : mlir::VectorType::get(lanes, element);
}

mlir::Type Code::memoryType(DType dtype, int64_t lanes) {
  return type(dtype == DType::i1 ? DType::u8 : dtype, lanes);
}

mlir::Type Code::pointerType() {
  return LLVM::LLVMPointerType::get(builder.getContext());
}

int64_t Code::lanesOf(mlir::Type type) {
  auto vector = llvm::dyn_cast<mlir::VectorType>(type);
  return vector ? vector.getNumElements() : 1;
}

// Constants.

Value Code::constant(mlir::TypedAttr attr) {
  Value &value = constants[attr];
  if (!value)
    value = atEntry([&] { return op<arith::ConstantOp>(attr); });
  return value;
}

Value Code::i64(int64_t value) {
  return constant(builder.getI64IntegerAttr(value));
}
Value Code::i32(int64_t value) {
  return constant(builder.getI32IntegerAttr(value));
}
Value Code::boolean(bool value) { return constant(builder.getBoolAttr(value)); }

Value Code::bits(DType dtype, uint64_t value, int64_t lanes) {
  mlir::Type element = type(dtype);
  llvm::APInt pattern(element.getIntOrFloatBitWidth(), value, false, true);
  mlir::TypedAttr attr;
  if (auto floating = llvm::dyn_cast<mlir::FloatType>(element))
    attr = mlir::FloatAttr::get(
        element, llvm::APFloat(floating.getFloatSemantics(), pattern));
  else
    attr = mlir::IntegerAttr::get(element, pattern);
  if (lanes > 1)
    attr = mlir::DenseElementsAttr::get(
        llvm::cast<mlir::ShapedType>(type(dtype, lanes)), attr);
  return constant(attr);
}

Value Code::steps(mlir::Type element, int64_t lanes) {
  llvm::SmallVector<mlir::Attribute> values;
  for (int64_t i = 0; i < lanes; ++i)
    values.push_back(builder.getIntegerAttr(element, i));
  return constant(mlir::DenseElementsAttr::get(
      mlir::VectorType::get(lanes, element), values));
}

std::optional<int64_t> Code::known(Value value) {
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    if (auto integer = llvm::dyn_cast<mlir::IntegerAttr>(constant.getValue()))
      return integer.getValue().getSExtValue();
  return std::nullopt;
}

// i64 arithmetic.

Value Code::add(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y)
    if (auto known = checkedAdd(*x, *y))
      return i64(*known);
  if (x && *x == 0)
    return b;
  if (y && *y == 0)
    return a;
  return op<arith::AddIOp>(a, b);
}

Value Code::sub(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y)
    if (auto known = checkedSub(*x, *y))
      return i64(*known);
  if (y && *y == 0)
    return a;
  return a == b ? i64(0) : op<arith::SubIOp>(a, b);
}

Value Code::mul(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y)
    if (auto known = checkedMul(*x, *y))
      return i64(*known);
  if ((x && *x == 0) || (y && *y == 0))
    return i64(0);
  if (x && *x == 1)
    return b;
  if (y && *y == 1)
    return a;
  return op<arith::MulIOp>(a, b);
}

Value Code::div(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y && *y > 0)
    return i64(*x / *y);
  if (y && *y == 1)
    return a;
  return op<arith::DivUIOp>(a, b);
}

Value Code::rem(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y && *y > 0)
    return i64(*x % *y);
  if (y && *y == 1)
    return i64(0);
  return op<arith::RemUIOp>(a, b);
}

Value Code::min(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y)
    return i64(std::min(*x, *y));
  return a == b ? a : op<arith::MinSIOp>(a, b);
}

Value Code::max(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y)
    return i64(std::max(*x, *y));
  return a == b ? a : op<arith::MaxSIOp>(a, b);
}

Value Code::less(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y)
    return boolean(*x < *y);
  return op<arith::CmpIOp>(arith::CmpIPredicate::slt, a, b);
}

Value Code::lessEqual(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y)
    return boolean(*x <= *y);
  return op<arith::CmpIOp>(arith::CmpIPredicate::sle, a, b);
}

Value Code::equal(Value a, Value b) {
  auto x = known(a), y = known(b);
  if (x && y)
    return boolean(*x == *y);
  return op<arith::CmpIOp>(arith::CmpIPredicate::eq, a, b);
}

Value Code::stepsBelow(Value bound, Value first, int64_t stride) {
  Value distance = max(sub(bound, first), i64(0));
  return div(add(distance, i64(stride - 1)), i64(stride));
}

Value Code::both(Value a, Value b) {
  if (auto x = known(a))
    return *x ? b : a;
  if (auto y = known(b))
    return *y ? a : b;
  return op<arith::AndIOp>(a, b);
}

Value Code::either(Value a, Value b) {
  if (auto x = known(a))
    return *x ? a : b;
  if (auto y = known(b))
    return *y ? b : a;
  return op<arith::OrIOp>(a, b);
}

Value Code::select(Value condition, Value a, Value b) {
  if (auto c = known(condition))
    return *c ? a : b;
  return a == b ? a : op<arith::SelectOp>(condition, a, b);
}

// Control flow.

/// Whether a loop at `at` below `end` ends with this step.
static bool isLastStep(int64_t at, int64_t end, int64_t step) {
  std::optional<int64_t> next = checkedAdd(at, step);
  return !next || *next >= end;
}

void Code::loop(Value begin, Value end, Value step, Body body) {
  auto lo = known(begin), hi = known(end), by = known(step);
  if (lo && hi && *lo >= *hi)
    return;
  if (lo && hi && by && isLastStep(*lo, *hi, *by))
    return body(begin);
  auto loop = scf::ForOp::create(builder, loc, begin, end, step);
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(loop.getBody()->getTerminator());
  body(loop.getInductionVar());
}

Values Code::loop(Value begin, Value end, Value step, mlir::ValueRange init,
                  CarryBody body) {
  auto lo = known(begin), hi = known(end), by = known(step);
  if (lo && hi && *lo >= *hi)
    return Values(init);
  if (lo && hi && by && isLastStep(*lo, *hi, *by))
    return body(begin, init);
  auto loop = scf::ForOp::create(builder, loc, begin, end, step, init);
  mlir::OpBuilder::InsertionGuard guard(builder);
  if (init.empty()) {
    builder.setInsertionPoint(loop.getBody()->getTerminator());
    body(loop.getInductionVar(), {});
    return {};
  }
  builder.setInsertionPointToStart(loop.getBody());
  Values next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(builder, loc, next);
  return Values(loop.getResults());
}

void Code::when(Value condition, llvm::function_ref<void()> then,
                llvm::function_ref<void()> otherwise) {
  if (auto c = known(condition)) {
    if (*c)
      then();
    else if (otherwise)
      otherwise();
    return;
  }
  auto branch = scf::IfOp::create(builder, loc, mlir::TypeRange(), condition,
                                  /*addThenBlock=*/true,
                                  /*addElseBlock=*/bool(otherwise));
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  then();
  scf::YieldOp::create(builder, loc);
  if (otherwise) {
    builder.setInsertionPointToStart(branch.elseBlock());
    otherwise();
    scf::YieldOp::create(builder, loc);
  }
}

Values Code::choose(Value condition, mlir::TypeRange types,
                    llvm::function_ref<Values()> then,
                    llvm::function_ref<Values()> otherwise) {
  if (auto c = known(condition))
    return *c ? then() : otherwise();
  auto branch = scf::IfOp::create(builder, loc, types, condition, true, true);
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(builder, loc, then());
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc, otherwise());
  return Values(branch.getResults());
}

Values Code::repeat(mlir::ValueRange init,
                    llvm::function_ref<Value(mlir::ValueRange)> condition,
                    llvm::function_ref<Values(mlir::ValueRange)> body) {
  mlir::OpBuilder::InsertionGuard guard(builder);
  auto loop = scf::WhileOp::create(
      builder, loc, init.getTypes(), init,
      [&](mlir::OpBuilder &, mlir::Location, mlir::ValueRange state) {
        scf::ConditionOp::create(builder, loc, condition(state), state);
      },
      [&](mlir::OpBuilder &, mlir::Location, mlir::ValueRange state) {
        scf::YieldOp::create(builder, loc, body(state));
      });
  return Values(loop.getResults());
}

Values Code::delinearize(Value position, mlir::ValueRange sizes) {
  Values indices(sizes.size());
  for (size_t d = sizes.size(); d-- > 1;) {
    // A size of 0 has no positions, but the quotient must not trap.
    Value size = max(sizes[d], i64(1));
    indices[d] = rem(position, size);
    position = div(position, size);
  }
  if (!sizes.empty())
    indices[0] = position;
  return indices;
}

void Code::positions(Value begin, Value end, mlir::ValueRange sizes,
                     llvm::function_ref<void(mlir::ValueRange)> body) {
  if (sizes.size() <= 1) {
    loop(begin, end, [&](Value i) {
      if (sizes.empty())
        body({});
      else
        body(i);
    });
    return;
  }
  Values first = delinearize(begin, sizes);
  loop(begin, end, i64(1), first, [&](Value, mlir::ValueRange indices) {
    body(indices);
    Values next(indices);
    Value carry;
    for (size_t d = sizes.size(); d-- > 0;) {
      Value more = carry ? op<arith::AddIOp>(
                               indices[d],
                               op<arith::ExtUIOp>(builder.getI64Type(), carry))
                         : add(indices[d], i64(1));
      if (d == 0) {
        next[d] = more;
        break;
      }
      carry = equal(more, sizes[d]);
      next[d] = select(carry, i64(0), more);
    }
    return next;
  });
}

// Memory.

Value Code::address(Value pointer, Value offset, DType dtype) {
  auto k = known(offset);
  if (k && *k == 0)
    return pointer;
  return op<LLVM::GEPOp>(pointerType(), memoryType(dtype), pointer,
                         mlir::ValueRange{offset});
}

Value Code::fromMemory(DType dtype, Value value) {
  if (dtype != DType::i1)
    return value;
  int64_t lanes = lanesOf(value.getType());
  return op<arith::CmpIOp>(arith::CmpIPredicate::ne, value,
                           bits(DType::u8, 0, lanes));
}

Value Code::toMemory(DType dtype, Value value) {
  if (dtype != DType::i1)
    return value;
  return op<arith::ExtUIOp>(memoryType(dtype, lanesOf(value.getType())), value);
}

Value Code::load(DType dtype, Value pointer, int64_t lanes) {
  return fromMemory(dtype, op<LLVM::LoadOp>(memoryType(dtype, lanes), pointer,
                                            unsigned(dtypeBytes(dtype))));
}

void Code::store(DType dtype, Value value, Value pointer) {
  LLVM::StoreOp::create(builder, loc, toMemory(dtype, value), pointer,
                        unsigned(dtypeBytes(dtype)));
}

Value Code::loadMasked(DType dtype, Value pointer, Value mask) {
  mlir::Type type = memoryType(dtype, lanesOf(mask.getType()));
  Value zero =
      bits(dtype == DType::i1 ? DType::u8 : dtype, 0, lanesOf(mask.getType()));
  return fromMemory(dtype,
                    op<LLVM::MaskedLoadOp>(type, pointer, mask, zero,
                                           int32_t(dtypeBytes(dtype)), false));
}

void Code::storeMasked(DType dtype, Value value, Value pointer, Value mask) {
  LLVM::MaskedStoreOp::create(builder, loc, toMemory(dtype, value), pointer,
                              mask, int32_t(dtypeBytes(dtype)));
}

Value Code::gather(DType dtype, Value pointer, Value stride, int64_t lanes,
                   Value mask) {
  Value offsets = op<arith::MulIOp>(steps(builder.getI64Type(), lanes),
                                    splat(stride, lanes));
  auto pointers = mlir::VectorType::get(lanes, pointerType());
  Value places = op<LLVM::GEPOp>(pointers, memoryType(dtype), pointer,
                                 mlir::ValueRange{offsets});
  if (!mask)
    mask = bits(DType::i1, 1, lanes);
  Value zero = bits(dtype == DType::i1 ? DType::u8 : dtype, 0, lanes);
  return fromMemory(dtype,
                    op<LLVM::masked_gather>(memoryType(dtype, lanes), places,
                                            mask, mlir::ValueRange{zero},
                                            int32_t(dtypeBytes(dtype))));
}

/// Strides up to this are loaded as whole vectors, of which some lanes stay.
constexpr int64_t mostWideStride = 4;

Code::Run Code::run(Value stride, int64_t lanes, Value first, Value last) {
  auto k = known(stride);
  if (!k || *k < 2 || *k > mostWideStride)
    return {stride, mask(first, last, lanes), lanes};
  // Nothing after the last lane's element is touched.
  Value end = sub(mul(last, stride), i64(*k - 1));
  return {stride, mask(mul(first, stride), end, lanes * *k), lanes};
}

Value Code::loadRun(DType dtype, Value pointer, const Run &run) {
  if (known(run.stride) == 1)
    return loadMasked(dtype, pointer, run.mask);
  int64_t wide = lanesOf(run.mask.getType());
  if (wide == run.lanes)
    return gather(dtype, pointer, run.stride, run.lanes, run.mask);
  Value all = loadMasked(dtype, pointer, run.mask);
  llvm::SmallVector<int64_t> kept;
  for (int64_t i = 0; i < wide; i += wide / run.lanes)
    kept.push_back(i);
  return shuffle(all, all, kept);
}

Value Code::scratch(DType dtype, int64_t elements) {
  return atEntry([&] {
    return op<LLVM::AllocaOp>(pointerType(), memoryType(dtype), i64(elements),
                              64u);
  });
}

void Code::copy(DType dtype, Value to, Value from, Value elements) {
  Value bytes = mul(elements, i64(dtypeBytes(dtype)));
  LLVM::MemcpyOp::create(builder, loc, to, from, bytes, false);
}

// Vectors.

Value Code::splat(Value scalar, int64_t lanes) {
  if (lanes == 1)
    return scalar;
  if (auto constant = scalar.getDefiningOp<arith::ConstantOp>()) {
    auto type = mlir::VectorType::get(lanes, scalar.getType());
    return this->constant(mlir::DenseElementsAttr::get(
        type, mlir::Attribute(constant.getValue())));
  }
  return op<vector::BroadcastOp>(mlir::VectorType::get(lanes, scalar.getType()),
                                 scalar);
}

Value Code::shuffle(Value a, Value b, llvm::ArrayRef<int64_t> lanes) {
  return op<vector::ShuffleOp>(a, b, lanes);
}

Value Code::extract(Value vector, int64_t lane) {
  return op<vector::ExtractOp>(vector, lane);
}

Value Code::multiplyAdd(Value a, Value b, Value c, bool fused) {
  if (!llvm::isa<mlir::FloatType>(mlir::getElementTypeOrSelf(a)))
    return op<arith::AddIOp>(op<arith::MulIOp>(a, b), c);
  if (fused)
    return op<mlir::math::FmaOp>(a, b, c);
  return op<arith::AddFOp>(op<arith::MulFOp>(a, b), c);
}

Value Code::mask(Value count, int64_t lanes) {
  if (auto k = known(count); k && *k >= lanes)
    return bits(DType::i1, 1, lanes);
  Value bounded = op<arith::TruncIOp>(builder.getI32Type(),
                                      max(i64(0), min(count, i64(lanes))));
  return op<arith::CmpIOp>(arith::CmpIPredicate::slt,
                           steps(builder.getI32Type(), lanes),
                           splat(bounded, lanes));
}

Value Code::mask(Value first, Value last, int64_t lanes) {
  Value below = mask(last, lanes);
  if (auto k = known(first); k && *k <= 0)
    return below;
  Value from = op<arith::XOrIOp>(mask(first, lanes), bits(DType::i1, 1, lanes));
  return op<arith::AndIOp>(below, from);
}

Values Code::transpose(mlir::ValueRange rows) {
  Values v(rows);
  int64_t n = static_cast<int64_t>(v.size());
  // Swap the off-diagonal blocks of size d inside every square of size 2d.
  for (int64_t d = 1; d < n; d *= 2) {
    llvm::SmallVector<int64_t> upper(n), lower(n);
    for (int64_t i = 0; i < n; ++i) {
      upper[i] = i & d ? n + i - d : i;
      lower[i] = i & d ? n + i : i + d;
    }
    for (int64_t i = 0; i < n; ++i) {
      if (i & d)
        continue;
      Value a = v[i], b = v[i + d];
      v[i] = shuffle(a, b, upper);
      v[i + d] = shuffle(a, b, lower);
    }
  }
  return v;
}

} // namespace tgc::codegen
