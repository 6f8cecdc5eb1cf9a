// Type rules: the accepted form of every op, what all ops share, symbolic and
// hostile sizes.
#include "TypeRuleCalls.h"

#include <algorithm>
#include <set>

namespace tgc {
namespace {

// Accepted forms.

struct Form {
  OpKind kind;
  Types operands;
  OpAttrs attrs;
  std::string type;
};

/// One form of every op that is not elementwise, and of those with attributes.
std::vector<Form> forms() {
  const TensorType x = f({2, 3});
  return {
      {OpKind::ArgReduce, {x}, ArgReduceAttrs{ArgReduceKind::max, -1}, "2xi64"},
      {OpKind::BroadcastInDim,
       {f({3, 1})},
       BroadcastInDimAttrs{{-2, -1}, {2, 3, 4}},
       "2x3x4xf32"},
      {OpKind::Compare,
       {x, x},
       CompareAttrs{CompareDirection::LT, false},
       "2x3xi1"},
      {OpKind::Concatenate,
       {x, f({5, 3}), f({0, 3})},
       ConcatenateAttrs{0},
       "7x3xf32"},
      {OpKind::Constant, {}, ConstantAttrs{value(u8, {4})}, "4xu8"},
      {OpKind::Convert, {x}, ConvertAttrs{f16}, "2x3xf16"},
      {OpKind::Convolution,
       {f({1, 2, 8}), f({4, 2, 3})},
       ConvolutionAttrs{},
       "1x4x6xf32"},
      {OpKind::DotGeneral, {f({2, 4}), f({4, 3})}, dot({1}, {0}), "2x3xf32"},
      {OpKind::Gather, {f({4, 8}), of(i64, {3})}, rows(), "3x8xf32"},
      {OpKind::Iota, {}, IotaAttrs{-1, {4, 8}, i32}, "4x8xi32"},
      {OpKind::Pad, {x, f({})}, PadAttrs{{1, -1}, {2, 0}, {}}, "5x2xf32"},
      {OpKind::Reduce, {x}, ReduceAttrs{ReduceKind::add, {-1}, {}}, "2xf32"},
      {OpKind::ReduceWindow,
       {f({8})},
       ReduceWindowAttrs{ReduceKind::max, {2}, {2}, {}, {}, {}, {}},
       "4xf32"},
      {OpKind::Reshape, {x}, ReshapeAttrs{{3, 2, 1}}, "3x2x1xf32"},
      {OpKind::Reverse, {x}, ReverseAttrs{{-1, 0}}, "2x3xf32"},
      {OpKind::Round, {x}, RoundAttrs{}, "2x3xf32"},
      {OpKind::Slice, {f({7})}, SliceAttrs{{1}, {3}, {2}}, "3xf32"},
      {OpKind::Transpose, {x}, TransposeAttrs{{-1, 0}}, "3x2xf32"},
      {OpKind::UpdateSlice,
       {f({4}), f({2})},
       UpdateSliceAttrs{{1}, {2}},
       "4xf32"},
  };
}

TEST(TypeRulesTest, EveryOpHasAnAcceptedForm) {
  std::set<OpKind> seen;
  for (const Form &form : forms()) {
    seen.insert(form.kind);
    expectType(form.kind, form.operands, form.attrs, form.type);
  }
  // The others are elementwise ops without attributes.
  for (size_t i = 0; i < numOpKinds; ++i) {
    auto kind = static_cast<OpKind>(i);
    const OpInfo &info = opInfo(kind);
    if (seen.count(kind))
      continue;
    ASSERT_TRUE(info.elementwise) << std::string(info.mnemonic);
    for (DType dtype : {i1, i32, i64, u8, f16, f32, f64}) {
      Types operands(info.numOperands, of(dtype, {2, 3}));
      bool accepted = true;
      for (size_t o = 0; o < operands.size(); ++o) {
        if (info.operands[o].dtypes == DTypeClass::Bool)
          operands[o].dtype = i1;
        accepted &= inClass(info.operands[o].dtypes, operands[o].dtype);
      }
      auto types = infer(kind, operands);
      SCOPED_TRACE(std::string(info.mnemonic) + " " +
                   std::string(dtypeName(dtype)));
      ASSERT_EQ(types.ok(), accepted) << messageOf(types.status());
      if (accepted) {
        EXPECT_EQ(typeText((*types)[0]),
                  typeText(of(kind == OpKind::IsFinite ? i1 : dtype, {2, 3})));
      }
    }
  }
}

TEST(TypeRulesTest, NormalisationIsIdempotent) {
  for (const Form &form : forms()) {
    OpAttrs once = form.attrs;
    ASSERT_TRUE(normalizeAttrs(form.kind, form.operands, once).ok());
    auto first = inferTypes(form.kind, form.operands, once);
    OpAttrs twice = once;
    ASSERT_TRUE(normalizeAttrs(form.kind, form.operands, twice).ok());
    auto second = inferTypes(form.kind, form.operands, twice);
    ASSERT_TRUE(first.ok() && second.ok())
        << std::string(opInfo(form.kind).mnemonic);
    EXPECT_EQ(typeText((*first)[0]), typeText((*second)[0]));
  }
  OpAttrs attrs = ConvolutionAttrs{};
  Types operands = {f({1, 2, 8, 9}), f({4, 2, 3, 3})};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(normalizeAttrs(OpKind::Convolution, operands, attrs).ok());
    const auto &filled = std::get<ConvolutionAttrs>(attrs);
    EXPECT_EQ(filled.strides, (List{1, 1}));
    EXPECT_EQ(filled.lo, (List{0, 0}));
    EXPECT_EQ(filled.hi, (List{0, 0}));
    EXPECT_EQ(filled.lhs_dilation, (List{1, 1}));
    EXPECT_EQ(filled.rhs_dilation, (List{1, 1}));
    EXPECT_EQ(filled.lhs_spec, (List{0, 1, 2, 3}));
    EXPECT_EQ(filled.rhs_spec, (List{0, 1, 2, 3}));
    EXPECT_EQ(filled.out_spec, (List{0, 1, 2, 3}));
  }
  attrs = rows();
  std::get<GatherAttrs>(attrs).offset_dims = {-1};
  std::get<GatherAttrs>(attrs).collapsed_dims = {-2};
  std::get<GatherAttrs>(attrs).start_index_map = {-2};
  std::get<GatherAttrs>(attrs).index_vector_dim = -1;
  operands = {f({4, 8}), of(i64, {3, 1})};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(normalizeAttrs(OpKind::Gather, operands, attrs).ok());
    EXPECT_EQ(std::get<GatherAttrs>(attrs).offset_dims, List{1});
    EXPECT_EQ(std::get<GatherAttrs>(attrs).collapsed_dims, List{0});
    EXPECT_EQ(std::get<GatherAttrs>(attrs).start_index_map, List{0});
    EXPECT_EQ(std::get<GatherAttrs>(attrs).index_vector_dim, 1);
  }
}

TEST(TypeRulesTest, TextOfTypes) {
  EXPECT_EQ(typeText(f({})), "f32");
  EXPECT_EQ(typeText(f({2, b})), "2xbxf32");
  EXPECT_EQ(typeText(of(i1, {2 * b + 1, 0})), "(2*b + 1)x0xi1");
  EXPECT_EQ(typeText(typeOf(value(i64, {4, 5}))), "4x5xi64");
}

// What all ops share.

TEST(TypeRulesTest, OperandCounts) {
  expectRuleError(OpKind::Add, {f({2})}, {},
                  "tgc.add: got 1 operand; expected 2 ('lhs', 'rhs')\n"
                  "  fix: pass every operand once");
  expectRuleError(OpKind::Tanh, {}, {},
                  "tgc.tanh: got 0 operands; expected 1 ('x')\n"
                  "  fix: pass every operand once");
  expectError(OpKind::Reduce, {}, ReduceAttrs{},
              "tgc.reduce: got 0 operands; expected 1 ('x')\n"
              "  fix: pass every operand once");
  expectError(OpKind::Iota, {f({2})}, IotaAttrs{},
              "tgc.iota: got 1 operand; expected 0\n"
              "  fix: pass every operand once");
}

TEST(TypeRulesTest, OperandDTypes) {
  expectError(OpKind::Tanh, {of(i32, {2})}, {},
              "tgc.tanh: operand 0 ('x') has dtype i32; expected f32 or f64\n"
              "  fix: convert it first, e.g. convert(x, f32)");
  expectError(OpKind::Subtract, {of(i1), of(i1)}, {},
              "tgc.subtract: operand 0 ('lhs') has dtype i1; expected i32, "
              "i64, f32 or f64\n"
              "  fix: convert it first, e.g. convert(lhs, i32)");
  expectError(OpKind::Add, {of(f32), of(f16)}, {},
              "tgc.add: operand 1 ('rhs') has dtype f16; expected i1, i32, "
              "i64, f32 or f64\n"
              "  fix: convert it first, e.g. convert(rhs, f32)");
  expectError(OpKind::Select, {of(i64), of(i64), of(i64)}, {},
              "tgc.select: operand 0 ('pred') has dtype i64; expected i1\n"
              "  fix: convert it first, e.g. convert(pred, i1)");
  expectError(OpKind::BitwiseNot, {of(f64)}, {},
              "tgc.bitwise_not: operand 0 ('x') has dtype f64; expected i1, "
              "i32 or i64\n"
              "  fix: convert it first, e.g. convert(x, i32)");
  expectError(OpKind::Gather, {f({4, 8}), of(f32, {3})}, rows(),
              "tgc.gather: operand 1 ('indices') has dtype f32; expected i32 "
              "or i64\n"
              "  fix: convert it first, e.g. convert(indices, i64)");
  expectError(OpKind::Concatenate, {f({2}), f({2}), of(bf16, {2})},
              ConcatenateAttrs{0},
              "tgc.concatenate: operand 2 ('xs') has dtype bf16, which this "
              "release does not store; expected i1, i32, i64, u8, f16, f32 or "
              "f64\n"
              "  fix: make the tensor with dtype f32");
  for (DType dtype : {i8, i16, u16, u32, u64, bf16, c64, c128, DType::str})
    for (OpKind kind : {OpKind::Reverse, OpKind::Negate}) {
      std::string message =
          messageOf(inferTypes(kind, Types{of(dtype)}, {}).status());
      EXPECT_NE(message.find(" has dtype " + std::string(dtypeName(dtype)) +
                             ", which this release does not store; "),
                std::string::npos)
          << message;
    }
}

TEST(TypeRulesTest, ElementwiseOperandsAreAlike) {
  expectError(OpKind::Add, {of(f32), of(f64)}, {},
              "tgc.add: operand 1 ('rhs') has dtype f64; expected f32, the "
              "dtype of operand 0 ('lhs')\n"
              "  fix: convert it first, e.g. convert(rhs, f32)");
  expectError(OpKind::Select, {of(i1), of(f32), of(i32)}, {},
              "tgc.select: operand 2 ('on_false') has dtype i32; expected f32, "
              "the dtype of operand 1 ('on_true')\n"
              "  fix: convert it first, e.g. convert(on_false, f32)");
  expectError(OpKind::Clamp, {of(f32), of(f32), of(f64)}, {},
              "tgc.clamp: operand 2 ('hi') has dtype f64; expected f32, the "
              "dtype of operand 0 ('lo')\n"
              "  fix: convert it first, e.g. convert(hi, f32)");
  expectError(OpKind::Add, {f({2, 3}), f({3})}, {},
              "tgc.add: operand 1 ('rhs') has rank 1; expected 2, the rank of "
              "operand 0 ('lhs')\n"
              "  fix: give 'rhs' the shape 2x3 with broadcast_in_dim, which "
              "the functions of tgc.h do by themselves");
  expectError(OpKind::Compare, {f({2, 3}), f({2, 1})},
              CompareAttrs{CompareDirection::EQ, false},
              "tgc.compare: operand 1 ('rhs') has size 1 in dimension 1; "
              "expected 3, the size of dimension 1 of operand 0 ('lhs')\n"
              "  fix: give 'rhs' the shape 2x3 with broadcast_in_dim, which "
              "the functions of tgc.h do by themselves");
  expectError(OpKind::Select, {of(i1), f({2}), f({2})}, {},
              "tgc.select: operand 1 ('on_true') has rank 1; expected 0, the "
              "rank of operand 0 ('pred')\n"
              "  fix: give 'on_true' the shape scalar with broadcast_in_dim, "
              "which the functions of tgc.h do by themselves");
  expectError(OpKind::Convert, {f({})}, ConvertAttrs{c64},
              "tgc.convert: attribute 'to' is c64, which this release does not "
              "store; expected i1, i32, i64, u8, f16, f32 or f64\n"
              "  fix: convert to one of these");
}

TEST(TypeRulesTest, AttributesOfAnotherOp) {
  for (const Form &form : forms()) {
    std::string message =
        "tgc." + std::string(opInfo(form.kind).mnemonic) +
        ": the attributes are those of another op; expected its own\n"
        "  fix: pass the struct of this op from OpAttrs.h";
    expectRuleError(form.kind, form.operands, {}, message);
    if (form.kind != OpKind::Convert)
      expectError(form.kind, form.operands, ConvertAttrs{f32}, message);
  }
  expectError(OpKind::Tanh, {f({2})}, ConvertAttrs{f32},
              "tgc.tanh: the attributes are those of another op; expected its "
              "own\n  fix: pass the struct of this op from OpAttrs.h");
}

TEST(TypeRulesTest, NormalisationCountsTheOperandsOfEveryOp) {
  OpAttrs none;
  EXPECT_EQ(messageOf(normalizeAttrs(OpKind::Add, Types{f({2})}, none)),
            "tgc.add: got 1 operand; expected 2 ('lhs', 'rhs')\n"
            "  fix: pass every operand once");
}

TEST(TypeRulesTest, RanksAndBytesAreBounded) {
  expectError(OpKind::Tanh, {f(DimExprs(33, 1))}, {},
              "tgc.tanh: operand 0 ('x') has rank 33; expected at most 32 "
              "(Limits::rank)\n  fix: merge dimensions with reshape");
  expectError(OpKind::Iota, {}, IotaAttrs{0, Sizes(100, 1), i64},
              "tgc.iota: the result has rank 100; expected at most 32 "
              "(Limits::rank)\n  fix: merge dimensions with reshape");
  expectError(OpKind::DotGeneral, {f(DimExprs(20, 1)), f(DimExprs(20, 1))},
              dot({}, {}),
              "tgc.dot_general: the result has rank 40; expected at most 32 "
              "(Limits::rank)\n  fix: merge dimensions with reshape");
  EXPECT_EQ(infer(OpKind::Tanh, {f(DimExprs(33, 1))}).status().code(),
            absl::StatusCode::kResourceExhausted);
  expectError(OpKind::Tanh, {f({2, -1})}, {},
              "tgc.tanh: operand 0 ('x') has size -1 in dimension 1; expected "
              "0 or more\n  fix: count the elements of the dimension");
  expectError(OpKind::Tanh, {f({2, 0 - b - 1})}, {},
              "tgc.tanh: operand 0 ('x') has size -b - 1 in dimension 1; "
              "expected 0 or more\n"
              "  fix: count the elements of the dimension");
  expectError(OpKind::Tanh, {f({DimExpr::invalid()})}, {},
              "tgc.tanh: the size of operand 0 ('x') in dimension 0 is too "
              "large; expected at most 9223372036854775807\n"
              "  fix: use smaller sizes");
  expectError(OpKind::Tanh, {f({0, int64_t{1} << 61})}, {},
              "tgc.tanh: operand 0 ('x') has type 0x2305843009213693952xf32, "
              "which is too large; expected at most 9223372036854775807 "
              "bytes\n  fix: use smaller sizes");
  expectError(OpKind::BroadcastInDim, {f({})},
              BroadcastInDimAttrs{{}, {int64_t{1} << 40, b, int64_t{1} << 40}},
              "tgc.broadcast_in_dim: the result has type "
              "1099511627776xbx1099511627776xf32, which is too large; expected "
              "at most 9223372036854775807 bytes\n  fix: use smaller sizes");
  expectError(OpKind::Reshape, {f({})}, ReshapeAttrs{{DimExpr::invalid()}},
              "tgc.reshape: attribute 'sizes' in dimension 0 is too large; "
              "expected at most 9223372036854775807\n"
              "  fix: use smaller sizes");
}

// Symbolic sizes.

TEST(TypeRulesTest, StaticSizesBeatSymbolicOnes) {
  expectChecks(OpKind::Add, {f({b, 3}), f({2, h})}, {}, "2x3xf32",
               "tgc.add: operand 1 ('rhs') in dimension 0 has size 2; expected "
               "b\n"
               "tgc.add: operand 1 ('rhs') in dimension 1 has size h; expected "
               "3\n");
  expectChecks(OpKind::Add, {f({b, 2 * b}), f({b, b + b})}, {}, "bx(2*b)xf32",
               "");
  expectChecks(OpKind::Clamp, {f({b}), f({h}), f({5})}, {}, "5xf32",
               "tgc.clamp: operand 1 ('x') in dimension 0 has size h; expected "
               "b\n"
               "tgc.clamp: operand 2 ('hi') in dimension 0 has size 5; "
               "expected b\n");
  expectError(OpKind::Add, {f({b}), f({b + 1})}, {},
              "tgc.add: operand 1 ('rhs') has size b + 1 in dimension 0; "
              "expected b, the size of dimension 0 of operand 0 ('lhs')\n"
              "  fix: give 'rhs' the shape b with broadcast_in_dim, which the "
              "functions of tgc.h do by themselves");
}

TEST(TypeRulesTest, ExpressionsBeyondTheirBoundsAreTooLarge) {
  const std::string tooLarge =
      " is too large; expected at most 9223372036854775807\n"
      "  fix: use smaller sizes";
  const DimExpr broad = highest * h;
  expectError(OpKind::Slice, {f({4})}, SliceAttrs{{b}, {3}, {broad}},
              "tgc.slice: the block in operand 0 ('x'), up to its end in "
              "dimension 0," +
                  tooLarge);
  expectError(OpKind::Reshape, {f({broad, 2})}, ReshapeAttrs{{b}},
              "tgc.reshape: the result, flattened," + tooLarge);
}

// Hostile sizes: every size of every form in turn, in operands and attributes.

const int64_t hostile[] = {-1,
                           0,
                           1,
                           (int64_t{1} << 31) - 1,
                           (int64_t{1} << 31) + 1,
                           int64_t{1} << 32,
                           (int64_t{1} << 62) + 1,
                           highest,
                           std::numeric_limits<int64_t>::min()};

void expectErrorOrSane(OpKind kind, const Types &operands,
                       const OpAttrs &attrs) {
  auto types = infer(kind, operands, attrs);
  SCOPED_TRACE(std::string(opInfo(kind).mnemonic));
  if (!types.ok()) {
    EXPECT_NE(types.status().message().find("\n  fix: "),
              absl::string_view::npos);
    return;
  }
  for (const TensorType &type : *types) {
    Shape shape;
    for (const DimExpr &dim : type.dims)
      shape.push_back(dim.constant().value_or(-1));
    EXPECT_TRUE(checkedProduct(shape)) << typeText(type);
  }
}

/// Calls `use` once per hostile value put into each entry of a list.
template <class List, class Use> void poison(List &list, const Use &use) {
  for (auto &entry : list)
    for (int64_t size : hostile) {
      auto saved = entry;
      entry = size;
      use();
      entry = saved;
    }
}

TEST(TypeRulesTest, HostileSizesAreRefusedOrRight) {
  for (Form &form : forms()) {
    auto use = [&] { expectErrorOrSane(form.kind, form.operands, form.attrs); };
    for (TensorType &operand : form.operands) {
      poison(operand.dims, use);
      for (int64_t size : hostile) { // every size at once
        DimExprs saved = operand.dims;
        std::fill(operand.dims.begin(), operand.dims.end(), DimExpr(size));
        use();
        operand.dims = saved;
      }
    }
    ASSERT_TRUE(normalizeAttrs(form.kind, form.operands, form.attrs).ok());
    if (auto *a = std::get_if<BroadcastInDimAttrs>(&form.attrs)) {
      poison(a->sizes, use);
      poison(a->dims, use);
    } else if (auto *a = std::get_if<ReshapeAttrs>(&form.attrs)) {
      poison(a->sizes, use);
    } else if (auto *a = std::get_if<IotaAttrs>(&form.attrs)) {
      poison(a->sizes, use);
    } else if (auto *a = std::get_if<ConstantAttrs>(&form.attrs)) {
      poison(a->value.shape, use);
    } else if (auto *a = std::get_if<SliceAttrs>(&form.attrs)) {
      for (Sizes *list : {&a->offsets, &a->sizes, &a->strides})
        poison(*list, use);
    } else if (auto *a = std::get_if<UpdateSliceAttrs>(&form.attrs)) {
      for (Sizes *list : {&a->offsets, &a->strides})
        poison(*list, use);
    } else if (auto *a = std::get_if<PadAttrs>(&form.attrs)) {
      poison(a->lo, use);
      poison(a->hi, use);
      poison(a->interior, use);
    } else if (auto *a = std::get_if<ReduceAttrs>(&form.attrs)) {
      poison(a->dims, use);
    } else if (auto *a = std::get_if<TransposeAttrs>(&form.attrs)) {
      poison(a->perm, use);
    } else if (auto *a = std::get_if<ReduceWindowAttrs>(&form.attrs)) {
      for (List *list : {&a->window, &a->strides, &a->lo, &a->hi,
                         &a->base_dilation, &a->window_dilation})
        poison(*list, use);
    } else if (auto *a = std::get_if<ConvolutionAttrs>(&form.attrs)) {
      for (List *list : {&a->strides, &a->lo, &a->hi, &a->lhs_dilation,
                         &a->rhs_dilation, &a->lhs_spec})
        poison(*list, use);
      std::vector<int64_t *> counts = {&a->feature_group_count,
                                       &a->batch_group_count};
      for (int64_t *count : counts)
        for (int64_t size : hostile) {
          *count = size;
          use();
          *count = 1;
        }
    } else if (auto *a = std::get_if<GatherAttrs>(&form.attrs)) {
      poison(a->slice_sizes, use);
      for (List *list : {&a->offset_dims, &a->collapsed_dims})
        poison(*list, use);
    } else if (auto *a = std::get_if<DotGeneralAttrs>(&form.attrs)) {
      poison(a->lhs_contract, use);
    }
  }
}

TEST(TypeRulesTest, HostileWindowsAndPadsAgreeWithWideArithmetic) {
  using Wide = __int128;
  for (int64_t size : hostile)
    for (int64_t lo : hostile)
      for (int64_t hi : hostile)
        for (int64_t step : hostile) {
          if (size < 0 || step < 1)
            continue;
          auto got =
              infer(OpKind::ReduceWindow, {f({size})},
                    ReduceWindowAttrs{
                        ReduceKind::max, {3}, {step}, {lo}, {hi}, {}, {}});
          Wide room = Wide(size) + lo + hi - 3;
          Wide expected = room < 0 ? 0 : room / step + 1;
          if (got.ok()) {
            EXPECT_TRUE((*got)[0].dims[0].constant() == expected);
          }
          got = infer(OpKind::Pad, {f({size}), f({})},
                      PadAttrs{{lo}, {hi}, {step}});
          // size * step alone may need 126 bits; all else far fewer.
          expected = Wide(size) + lo + hi + std::max<Wide>(size - 1, 0) * step;
          if (got.ok()) {
            EXPECT_TRUE((*got)[0].dims[0].constant() == expected);
          }
        }
}

} // namespace
} // namespace tgc
