// The table: one row per op, alphabetical in its family.
#include "tgc/test/ops/OpDb.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/test/ops/OpCases.h"

#include <algorithm>
#include <stdexcept>

namespace tgc::test {
namespace {

/// The cases of an op that is one function of a tensor.
template <auto function> OpCases unary(DType) {
  return unaryCases([](Operands x) {
    return function(x[0], std::source_location::current());
  });
}

/// The cases of an op that is one function of two.
template <auto function> OpCases binary(DType) {
  return binaryCases([](Operands x) {
    return function(x[0], x[1], std::source_location::current());
  });
}

Tensor vectorOf(int64_t size) { return iota(0, {size}, f32); }
Tensor matrixOf(int64_t rows, int64_t columns) {
  return iota(1, {rows, columns}, f32);
}
Tensor intsOf(int64_t size) { return iota(0, {size}, i32); }

/// A call with vectors of 2 and 3 elements, which do not broadcast.
template <auto function> Tensor twoAndThree() {
  return function(vectorOf(2), vectorOf(3), std::source_location::current());
}
template <auto function> Tensor twoAndThreeInts() {
  return function(intsOf(2), intsOf(3), std::source_location::current());
}
constexpr char threeNotTwo[] =
    "operand 1 ('rhs') has size 3 in dimension 0; expected 1 or 2, to "
    "broadcast with the operands before it";

constexpr OpRow unaryRow(OpKind kind, OpCases (*cases)(DType)) {
  return {kind, cases, nullptr, nullptr};
}
constexpr OpRow boundedRow(OpKind kind, OpCases (*cases)(DType)) {
  return {kind, cases, nullptr, nullptr, WithoutFma::Ulps, 2, 2};
}
constexpr OpRow binaryRow(OpKind kind, OpCases (*cases)(DType),
                          Tensor (*callWrongly)()) {
  return {kind, cases, callWrongly, threeNotTwo};
}

constexpr OpRow rows[] = {
    // Elementwise.
    unaryRow(OpKind::Abs, unary<tgc::abs>),
    binaryRow(OpKind::Add, binary<add>, twoAndThree<add>),
    binaryRow(OpKind::BitwiseAnd, binary<bitwise_and>,
              twoAndThreeInts<bitwise_and>),
    unaryRow(OpKind::BitwiseNot, unary<bitwise_not>),
    binaryRow(OpKind::BitwiseOr, binary<bitwise_or>,
              twoAndThreeInts<bitwise_or>),
    binaryRow(OpKind::BitwiseXor, binary<bitwise_xor>,
              twoAndThreeInts<bitwise_xor>),
    unaryRow(OpKind::Ceil, unary<tgc::ceil>),
    {OpKind::Clamp, clampCases,
     [] { return clamp(vectorOf(2), vectorOf(2), vectorOf(3)); },
     "operand 2 ('hi') has size 3 in dimension 0; expected 1 or 2, to "
     "broadcast with the operands before it"},
    binaryRow(
        OpKind::Compare, compareCases,
        [] { return compare(vectorOf(2), vectorOf(3), CompareDirection::LT); }),
    unaryRow(OpKind::Convert, convertCases),
    boundedRow(OpKind::Cos, unary<tgc::cos>),
    binaryRow(OpKind::Divide, binary<divide>, twoAndThree<divide>),
    boundedRow(OpKind::Erf, unary<tgc::erf>),
    boundedRow(OpKind::Exp, unary<tgc::exp>),
    boundedRow(OpKind::Expm1, unary<tgc::expm1>),
    unaryRow(OpKind::Floor, unary<tgc::floor>),
    unaryRow(OpKind::IsFinite, unary<is_finite>),
    boundedRow(OpKind::Log, unary<tgc::log>),
    boundedRow(OpKind::Log1p, unary<tgc::log1p>),
    boundedRow(OpKind::Logistic, unary<logistic>),
    binaryRow(OpKind::Maximum, binary<maximum>, twoAndThree<maximum>),
    binaryRow(OpKind::Minimum, binary<minimum>, twoAndThree<minimum>),
    binaryRow(OpKind::Multiply, binary<multiply>, twoAndThree<multiply>),
    unaryRow(OpKind::Negate, unary<negate>),
    {OpKind::Power, binary<power>, twoAndThree<power>, threeNotTwo,
     WithoutFma::Ulps, 4, 2},
    binaryRow(OpKind::Rem, binary<rem>, twoAndThree<rem>),
    unaryRow(OpKind::Round, roundCases),
    unaryRow(OpKind::Rsqrt, unary<rsqrt>),
    {OpKind::Select, selectCases,
     [] { return select(vectorOf(2) < 1, vectorOf(2), vectorOf(3)); },
     "operand 2 ('on_false') has size 3 in dimension 0; expected 1 or 2, to "
     "broadcast with the operands before it"},
    unaryRow(OpKind::Sign, unary<sign>),
    boundedRow(OpKind::Sin, unary<tgc::sin>),
    unaryRow(OpKind::Sqrt, unary<tgc::sqrt>),
    binaryRow(OpKind::Subtract, binary<subtract>, twoAndThree<subtract>),
    boundedRow(OpKind::Tanh, unary<tgc::tanh>),

    // Reduction.
    {OpKind::ArgReduce, argReduceCases,
     [] { return arg_reduce(matrixOf(2, 0), ArgReduceKind::max, 1); },
     "operand 0 ('x') has size 0 in dimension 1; expected 1 or more, as no "
     "element of an empty dimension is the max"},
    {OpKind::Reduce, reduceCases,
     [] { return reduce(vectorOf(3), ReduceKind::add, {1}); },
     "attribute 'dims' has dimension 1; expected one in [-1, 1), as operand 0 "
     "('x') has rank 1"},
    {OpKind::ReduceWindow, reduceWindowCases,
     [] { return reduce_window(matrixOf(3, 3), ReduceKind::max, {2}); },
     "attribute 'window' has 1 entry; expected 2, one per dimension of operand "
     "0 ('x')"},

    // DataMovement.
    {OpKind::BroadcastInDim, broadcastInDimCases,
     [] { return broadcast_in_dim(vectorOf(3), {0}, {2}); },
     "operand 0 ('x') has size 3 in dimension 0; expected 1 or 2, the size of "
     "dimension 0 of the result"},
    {OpKind::Concatenate, concatenateCases,
     [] { return concatenate({matrixOf(2, 3), matrixOf(2, 4)}, 0); },
     "operand 1 ('xs') has size 4 in dimension 1; expected 3, the size of "
     "dimension 1 of operand 0 ('xs')"},
    {OpKind::Constant, constantCases, nullptr, nullptr},
    {OpKind::Iota, iotaCases, [] { return iota(1, {3}, i64); },
     "attribute 'dim' has dimension 1; expected one in [-1, 1), as the result "
     "has rank 1"},
    {OpKind::Pad, padCases,
     [] { return pad(vectorOf(3), vectorOf(1), {1}, {1}); },
     "operand 1 ('value') has rank 1; expected 0, a single padding value"},
    {OpKind::Reshape, reshapeCases, [] { return reshape(matrixOf(2, 3), {5}); },
     "operand 0 ('x') has 6 elements (2x3); expected 5, the product of 'sizes' "
     "(5)"},
    {OpKind::Reverse, reverseCases,
     [] { return reverse(matrixOf(2, 3), {0, 0}); },
     "attribute 'dims' has dimension 0 twice; expected every dimension once"},
    {OpKind::Slice, sliceCases,
     [] { return slice(vectorOf(3), {1}, {3}, {1}); },
     "operand 0 ('x') has size 3 in dimension 0; expected at least 4, the end "
     "of a block of offset 1, size 3 and stride 1"},
    {OpKind::Transpose, transposeCases,
     [] { return transpose(matrixOf(2, 3), {0}); },
     "attribute 'perm' has 1 entry; expected 2, one per dimension of operand 0 "
     "('x')"},
    {OpKind::UpdateSlice, updateSliceCases,
     [] { return update_slice(matrixOf(2, 3), vectorOf(2), {0, 0}, {1, 1}); },
     "operand 1 ('update') has rank 1; expected 2, the rank of operand 0 "
     "('x')"},

    // Indexing.
    {OpKind::Gather, gatherCases,
     [] { return gather(vectorOf(3), intsOf(2), {}, {0}, {0}, 1, {2}); },
     "attribute 'slice_sizes' in dimension 0 is 2; expected 1, as the "
     "dimension is in 'collapsed_dims'"},

    // Contraction.
    {OpKind::Convolution, convolutionCases,
     [] {
       return convolution(reshape(vectorOf(12), {1, 3, 4}),
                          reshape(vectorOf(8), {2, 2, 2}));
     },
     "operand 0 ('lhs') has size 3 in feature dimension 1; expected 2, "
     "'feature_group_count' 1 times the size 2 of input feature dimension 1 "
     "of operand 1 ('rhs')",
     WithoutFma::Product},
    {OpKind::DotGeneral, dotGeneralCases,
     [] { return dot_general(matrixOf(2, 4), matrixOf(5, 3), {1}, {0}); },
     "operand 1 ('rhs') has size 5 in contracted dimension 0; expected 4, the "
     "size of dimension 1 of operand 0 ('lhs')",
     WithoutFma::Product},
};

constexpr const OpRow *find(OpKind kind) {
  for (const OpRow &row : rows)
    if (row.kind == kind)
      return &row;
  return nullptr;
}

#define TGC_OP(Kind, mnemonic, family, operands, results, exactness)           \
  static_assert(find(OpKind::Kind), "test/ops/OpDb.cpp has no row for the "    \
                                    "op " mnemonic);
#include "tgc/runtime/OpKind.inc"
static_assert(std::size(rows) == numOpKinds, "an op has two rows");

} // namespace

const OpRow &opRow(OpKind kind) { return *find(kind); }

std::vector<DType> dtypesOf(OpKind kind) {
  const OpInfo &info = opInfo(kind);
  // The first operand that is no choice; any dtype without operands.
  DTypeClass cls = DTypeClass::Any;
  if (info.numOperands > 0)
    cls = info.operands[kind == OpKind::Select ? 1 : 0].dtypes;
  std::vector<DType> dtypes;
  for (DType dtype : {i1, u8, i32, i64, f16, f32, f64})
    if (inClass(cls, dtype) && !(kind == OpKind::Iota && dtype == i1))
      dtypes.push_back(dtype);
  return dtypes;
}

std::vector<int64_t> concreteDims(const OpCase &opCase, const std::string &dims,
                                  const std::vector<int64_t> &sizes) {
  std::string letters;
  for (const OperandSpec &operand : opCase.operands)
    for (char c : operand.dims)
      if (!isdigit(c) && letters.find(c) == std::string::npos)
        letters += c;
  if (letters.size() != sizes.size())
    throw std::logic_error(opCase.name + ": as many sizes as letters");
  std::vector<int64_t> result;
  for (char c : dims)
    result.push_back(isdigit(c) ? c - '0' : sizes[letters.find(c)]);
  return result;
}

} // namespace tgc::test
