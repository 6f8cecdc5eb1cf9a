// Type rules op by op: forms, symbolic sizes, and the refusal of every labelled
// constraint with its whole message.
#include "TypeRuleCalls.h"

namespace tgc {
namespace {

TEST(TypeConstraintsTest, Reduce) {
  auto attrs = [](List dims, ReduceKind kind = ReduceKind::add,
                  std::optional<DType> accum = {}) {
    return ReduceAttrs{kind, std::move(dims), accum};
  };
  expectType(OpKind::Reduce, {f({2, 3, 4})}, attrs({2, 0}), "3xf32");
  expectType(OpKind::Reduce, {f({2, b})}, attrs({}), "2xbxf32");
  expectType(OpKind::Reduce, {f({2})}, attrs({0}, ReduceKind::add, f64), "f32");
  expectType(OpKind::Reduce, {of(i1, {2})},
             attrs({0}, ReduceKind::bitwise_xor, i1), "i1");
  const Types x = {f({2, 3})};
  expectError(OpKind::Reduce, x, attrs({2}), // reduce_c1
              "tgc.reduce: attribute 'dims' has dimension 2; expected one in "
              "[-2, 2), as operand 0 ('x') has rank 2\n"
              "  fix: name a dimension that exists");
  expectRuleError(OpKind::Reduce, x, attrs({-1}),
                  "tgc.reduce: attribute 'dims' has dimension -1; expected one "
                  "in [0, 2), as operand 0 ('x') has rank 2\n"
                  "  fix: name a dimension that exists");
  expectError(OpKind::Reduce, {f({})}, attrs({0}),
              "tgc.reduce: attribute 'dims' has dimension 0; expected none, as "
              "operand 0 ('x') has rank 0\n"
              "  fix: reshape to a higher rank first");
  expectError(OpKind::Reduce, x, attrs({1, -1}),
              "tgc.reduce: attribute 'dims' has dimension 1 twice; expected "
              "every dimension once\n  fix: name each dimension once");
  expectError(OpKind::Reduce, x, attrs({1}, ReduceKind::bitwise_and), // c2
              "tgc.reduce: operand 0 ('x') has dtype f32; expected i1, i32 or "
              "i64 for kind bitwise_and\n"
              "  fix: use kind add, mul, max or min for floats");
  expectError(OpKind::Reduce, x, attrs({1}, ReduceKind::add, i32), // c3
              "tgc.reduce: attribute 'accum' is i32; expected f32 or f64, as "
              "operand 0 ('x') has dtype f32\n  fix: leave 'accum' away");
  expectError(OpKind::Reduce, {of(f64, {2})}, attrs({0}, ReduceKind::add, f32),
              "tgc.reduce: attribute 'accum' is f32; expected f64, as operand "
              "0 ('x') has dtype f64\n  fix: leave 'accum' away");
  expectError(OpKind::Reduce, {of(i32, {2})}, attrs({0}, ReduceKind::add, i64),
              "tgc.reduce: attribute 'accum' is i64; expected i32, as operand "
              "0 ('x') has dtype i32\n  fix: leave 'accum' away");
}

TEST(TypeConstraintsTest, ReduceWindow) {
  ReduceWindowAttrs ok{ReduceKind::add, {3, 2}, {2, 1}, {1, 0},
                       {1, 0},          {1, 3}, {2, 1}};
  // (5 + 2 - 5) / 2 + 1 and (7 + 0 - 2) / 1 + 1.
  expectType(OpKind::ReduceWindow, {f({5, 3})}, ok, "2x6xf32");
  expectType(OpKind::ReduceWindow, {f({2})},
             ReduceWindowAttrs{ReduceKind::max, {5}, {2}, {}, {}, {}, {}},
             "0xf32"); // the window does not fit
  expectType(OpKind::ReduceWindow, {f({b})},
             ReduceWindowAttrs{ReduceKind::max, {3}, {2}, {1}, {1}, {}, {}},
             "(floor_div(b + 1, 2))xf32");
  const Types x = {f({5, 3})};
  auto with = [&](auto change) {
    ReduceWindowAttrs attrs = ok;
    change(attrs);
    return attrs;
  };
  expectError(OpKind::ReduceWindow, x, // reduce_window_c1
              with([](auto &a) { a.window = {3}; }),
              "tgc.reduce_window: attribute 'window' has 1 entry; expected 2, "
              "one per dimension of operand 0 ('x')\n"
              "  fix: give 'window' 2 entries");
  expectError(OpKind::ReduceWindow, x, with([](auto &a) { a.hi = {1, 2, 3}; }),
              "tgc.reduce_window: attribute 'hi' has 3 entries; expected 2, "
              "one per dimension of operand 0 ('x')\n"
              "  fix: give 'hi' 2 entries");
  expectError(OpKind::ReduceWindow, x, // reduce_window_c2
              with([](auto &a) { a.strides = {1, 0}; }),
              "tgc.reduce_window: attribute 'strides' is [1, 0], with 0 at "
              "position 1; expected 1 or more\n  fix: write 1 or more");
  expectError(OpKind::ReduceWindow, x,
              with([](auto &a) { a.base_dilation = {-1, 1}; }),
              "tgc.reduce_window: attribute 'base_dilation' is [-1, 1], with "
              "-1 at position 0; expected 1 or more\n  fix: write 1 or more");
  expectError(OpKind::ReduceWindow, x, // reduce_window_c3
              with([](auto &a) { a.kind = ReduceKind::bitwise_or; }),
              "tgc.reduce_window: operand 0 ('x') has dtype f32; expected i1, "
              "i32 or i64 for kind bitwise_or\n"
              "  fix: use kind add, mul, max or min for floats");
  expectError(OpKind::ReduceWindow, x,
              with([](auto &a) { a.lo = {highest, 0}; }),
              "tgc.reduce_window: the size of the result in dimension 0 is too "
              "large; expected at most 9223372036854775807\n"
              "  fix: use smaller sizes");
}

TEST(TypeConstraintsTest, ArgReduce) {
  auto attrs = [](int64_t dim) {
    return ArgReduceAttrs{ArgReduceKind::max, dim};
  };
  expectError(OpKind::ArgReduce, {f({2})}, attrs(-2), // arg_reduce_c1
              "tgc.arg_reduce: attribute 'dim' has dimension -2; expected one "
              "in [-1, 1), as operand 0 ('x') has rank 1\n"
              "  fix: name a dimension that exists");
  expectError(OpKind::ArgReduce, {f({2, 0})}, attrs(1), // arg_reduce_c2
              "tgc.arg_reduce: operand 0 ('x') has size 0 in dimension 1; "
              "expected 1 or more, as no element of an empty dimension is the "
              "max\n  fix: reduce along a dimension that is not empty");
  expectChecks(OpKind::ArgReduce, {f({b, 2})}, attrs(0), "2xi64",
               "tgc.arg_reduce: operand 0 ('x') in dimension 0 has size b; "
               "expected at least 1\n");
}

TEST(TypeConstraintsTest, ConstantAndIota) {
  expectType(OpKind::Constant, {}, ConstantAttrs{value(i1, {})}, "i1");
  expectError(OpKind::Constant, {}, ConstantAttrs{value(bf16, {})},
              "tgc.constant: attribute 'value' has dtype bf16, which this "
              "release does not store; expected i1, i32, i64, u8, f16, f32 or "
              "f64\n  fix: write the constant in one of these");
  expectType(OpKind::Iota, {}, IotaAttrs{0, {b + 1}, f64}, "(b + 1)xf64");
  expectError(OpKind::Iota, {}, IotaAttrs{2, {4, 8}, i64}, // iota_c1
              "tgc.iota: attribute 'dim' has dimension 2; expected one in "
              "[-2, 2), as the result has rank 2\n"
              "  fix: name a dimension that exists");
  expectError(OpKind::Iota, {}, IotaAttrs{0, {4, -8}, i64}, // iota_c2
              "tgc.iota: attribute 'sizes' in dimension 1 is -8; expected 0 or "
              "more\n  fix: count the elements of the dimension");
  expectError(OpKind::Iota, {}, IotaAttrs{0, {4}, i1}, // iota_c3
              "tgc.iota: attribute 'dtype' is i1; expected i32, i64, u8, f16, "
              "f32 or f64\n"
              "  fix: make an iota of i64 and convert it, or compare it with "
              "0");
  expectChecks(OpKind::Iota, {}, IotaAttrs{0, {b - 1}, i64}, "(b - 1)xi64",
               "tgc.iota: attribute 'sizes' in dimension 0 has size b - 1; "
               "expected at least 0\n");
}

TEST(TypeConstraintsTest, BroadcastInDim) {
  auto attrs = [](List dims, Sizes sizes) {
    return BroadcastInDimAttrs{std::move(dims), std::move(sizes)};
  };
  expectType(OpKind::BroadcastInDim, {f({})}, attrs({}, {2, b}), "2xbxf32");
  expectError(OpKind::BroadcastInDim, {f({3})}, // broadcast_in_dim_c1
              attrs({}, {2, 3}),
              "tgc.broadcast_in_dim: attribute 'dims' has 0 entries; expected "
              "1, one per dimension of operand 0 ('x')\n"
              "  fix: give 'dims' 1 entry");
  expectError(OpKind::BroadcastInDim, {f({3, 2})}, attrs({1, 0}, {2, 3}),
              "tgc.broadcast_in_dim: attribute 'dims' is [1, 0]; expected "
              "increasing dimensions\n  fix: transpose the operand first");
  expectError(OpKind::BroadcastInDim, {f({3})}, attrs({2}, {2, 3}),
              "tgc.broadcast_in_dim: attribute 'dims' has dimension 2; "
              "expected one in [-2, 2), as the result has rank 2\n"
              "  fix: name a dimension that exists");
  expectError(OpKind::BroadcastInDim, {f({3})}, attrs({1}, {2, 4}), // c2
              "tgc.broadcast_in_dim: operand 0 ('x') has size 3 in dimension "
              "0; expected 1 or 4, the size of dimension 1 of the result\n"
              "  fix: only a size of 1 is repeated: reshape or slice the "
              "operand, or change 'sizes'");
  expectError(OpKind::BroadcastInDim, {f({})}, attrs({}, {-1}),
              "tgc.broadcast_in_dim: attribute 'sizes' in dimension 0 is -1; "
              "expected 0 or more\n"
              "  fix: count the elements of the dimension");
  expectChecks(OpKind::BroadcastInDim, {f({4, h, b})},
               attrs({0, 1, 2}, {b, h, 5}), "4xhx5xf32",
               "tgc.broadcast_in_dim: operand 0 ('x') in dimension 0 has size "
               "4; expected b\n"
               "tgc.broadcast_in_dim: operand 0 ('x') in dimension 2 has size "
               "b; expected 5\n");
}

TEST(TypeConstraintsTest, Reshape) {
  auto attrs = [](Sizes sizes) { return ReshapeAttrs{std::move(sizes)}; };
  expectType(OpKind::Reshape, {f({2, b, 3})}, attrs({b, 6}), "bx6xf32");
  expectType(OpKind::Reshape, {f({b, 8})}, attrs({floor_div(8 * b, 4), 4}),
             "(2*b)x4xf32");
  expectType(OpKind::Reshape, {f({0, 3})}, attrs({7, 0}), "7x0xf32");
  expectError(OpKind::Reshape, {f({2, 4})}, attrs({2, 3}), // reshape_c1
              "tgc.reshape: operand 0 ('x') has 8 elements (2x4); expected 6, "
              "the product of 'sizes' (2x3)\n"
              "  fix: give sizes whose product is 8");
  expectError(OpKind::Reshape, {f({b, 4})}, attrs({2 * b + 1, 2}),
              "tgc.reshape: operand 0 ('x') has 4*b elements (bx4); expected "
              "4*b + 2, the product of 'sizes' ((2*b + 1)x2)\n"
              "  fix: give sizes whose product is 4*b");
  expectChecks(OpKind::Reshape, {f({b, 4})}, attrs({8, h}), "8xhxf32",
               "tgc.reshape: the result, flattened, has size 8*h; expected "
               "4*b\n");
  EXPECT_EQ(messageOf(sizeCheckError({8 * h, 4 * b,
                                      "tgc.reshape: the result, "
                                      "flattened,"},
                                     16, 12)),
            "tgc.reshape: the result, flattened, has size 16; expected 12\n"
            "  fix: pass operands whose sizes agree");
  EXPECT_EQ(
      messageOf(sizeCheckError(
          {b, 3, "tgc.slice: operand 0 ('x')", SizeRelation::AtLeast}, 2, 3)),
      "tgc.slice: operand 0 ('x') has size 2; expected at least 3\n"
      "  fix: pass operands whose sizes agree");
}

TEST(TypeConstraintsTest, TransposeAndReverse) {
  expectType(OpKind::Transpose, {f({})}, TransposeAttrs{{}}, "f32");
  expectType(OpKind::Transpose, {f({2, 3, b})}, TransposeAttrs{{2, 0, 1}},
             "bx2x3xf32");
  expectError(OpKind::Transpose, {f({2, 3})}, TransposeAttrs{{1}}, // c1
              "tgc.transpose: attribute 'perm' has 1 entry; expected 2, one "
              "per dimension of operand 0 ('x')\n"
              "  fix: give 'perm' 2 entries");
  expectError(OpKind::Transpose, {f({2, 3})}, TransposeAttrs{{1, 1}},
              "tgc.transpose: attribute 'perm' has dimension 1 twice; expected "
              "every dimension once\n  fix: name each dimension once");
  expectError(OpKind::Transpose, {f({2, 3})}, TransposeAttrs{{1, 2}},
              "tgc.transpose: attribute 'perm' has dimension 2; expected one "
              "in [-2, 2), as operand 0 ('x') has rank 2\n"
              "  fix: name a dimension that exists");
  expectError(OpKind::Reverse, {f({2, 3})}, ReverseAttrs{{0, 5}}, // c1
              "tgc.reverse: attribute 'dims' has dimension 5; expected one in "
              "[-2, 2), as operand 0 ('x') has rank 2\n"
              "  fix: name a dimension that exists");
  expectError(OpKind::Reverse, {f({2, 3})}, ReverseAttrs{{0, -2}},
              "tgc.reverse: attribute 'dims' has dimension 0 twice; expected "
              "every dimension once\n  fix: name each dimension once");
}

TEST(TypeConstraintsTest, Slice) {
  auto attrs = [](DimExpr offset, DimExpr size, DimExpr stride) {
    return SliceAttrs{{offset}, {size}, {stride}};
  };
  expectType(OpKind::Slice, {f({4})}, attrs(9, 0, 1), "0xf32");
  expectType(OpKind::Slice, {f({4})}, attrs(1, 2, 2), "2xf32");
  expectType(OpKind::Slice, {f({b + 3})}, attrs(1, b, 1), "bxf32");
  expectError(OpKind::Slice, {f({4})}, SliceAttrs{{1}, {2, 3}, {1}}, // c1
              "tgc.slice: attribute 'sizes' has 2 entries; expected 1, one per "
              "dimension of operand 0 ('x')\n  fix: give 'sizes' 1 entry");
  expectError(OpKind::Slice, {f({4})}, attrs(0, 2, 0), // slice_c2
              "tgc.slice: attribute 'strides' in dimension 0 is 0; expected 1 "
              "or more\n  fix: use reverse for a negative step");
  expectError(OpKind::Slice, {f({4})}, attrs(-1, 2, 1), // slice_c3
              "tgc.slice: attribute 'offsets' in dimension 0 is -1; expected 0 "
              "or more\n  fix: count offsets from the start of the dimension");
  expectError(OpKind::Slice, {f({4})}, attrs(1, 3, 2),
              "tgc.slice: operand 0 ('x') has size 4 in dimension 0; expected "
              "at least 6, the end of a block of offset 1, size 3 and stride "
              "2\n  fix: use a smaller offset, size or stride");
  expectError(OpKind::Slice, {f({4})}, attrs(highest, 3, 2),
              "tgc.slice: operand 0 ('x') has size 4 in dimension 0; expected "
              "at least 2^63, the end of a block of offset "
              "9223372036854775807, size 3 and stride 2\n"
              "  fix: use a smaller offset, size or stride");
  expectError(OpKind::Slice, {f({4})}, attrs(0, -3, 2),
              "tgc.slice: attribute 'sizes' in dimension 0 is -3; expected 0 "
              "or more\n  fix: count the elements of the dimension");
  expectError(OpKind::Slice, {f({b})}, attrs(1, b + 1, 1),
              "tgc.slice: operand 0 ('x') has size b in dimension 0; expected "
              "at least b + 2, the end of a block of offset 1, size b + 1 and "
              "stride 1\n  fix: use a smaller offset, size or stride");
  expectChecks(OpKind::Slice, {f({b})}, attrs(1, 2, 1), "2xf32",
               "tgc.slice: operand 0 ('x') in dimension 0 has size b; "
               "expected at least 3\n");
  // An empty block may lie anywhere.
  expectChecks(OpKind::Slice, {f({4})}, attrs(b, h, 1), "hxf32",
               "tgc.slice: operand 0 ('x') in dimension 0 has size 4; "
               "expected at least b*min(h, 1) + h*min(h, 1)\n");
  expectChecks(OpKind::Slice, {f({b})}, attrs(b - 1, 1, 1), "1xf32",
               "tgc.slice: attribute 'offsets' in dimension 0 has size b - 1; "
               "expected at least 0\n");
  expectChecks(OpKind::Slice, {f({4})}, attrs(0, 1, b), "1xf32",
               "tgc.slice: attribute 'strides' in dimension 0 has size b; "
               "expected at least 1\n");
}

TEST(TypeConstraintsTest, UpdateSlice) {
  auto attrs = [](Sizes offsets, Sizes strides) {
    return UpdateSliceAttrs{std::move(offsets), std::move(strides)};
  };
  expectError(OpKind::UpdateSlice, {f({4}), f({2})}, // update_slice_c1
              attrs({}, {1}),
              "tgc.update_slice: attribute 'offsets' has 0 entries; expected "
              "1, one per dimension of operand 0 ('x')\n"
              "  fix: give 'offsets' 1 entry");
  expectError(OpKind::UpdateSlice, {f({4}), f({2, 1})}, attrs({0}, {1}),
              "tgc.update_slice: operand 1 ('update') has rank 2; expected 1, "
              "the rank of operand 0 ('x')\n"
              "  fix: add dimensions of size 1 with reshape");
  expectError(OpKind::UpdateSlice, {f({4}), f({2})}, attrs({0}, {-1}), // c2
              "tgc.update_slice: attribute 'strides' in dimension 0 is -1; "
              "expected 1 or more\n  fix: use reverse for a negative step");
  expectError(OpKind::UpdateSlice, {f({4}), f({2})}, attrs({3}, {1}), // c3
              "tgc.update_slice: operand 0 ('x') has size 4 in dimension 0; "
              "expected at least 5, the end of a block of offset 3, size 2 and "
              "stride 1\n  fix: use a smaller offset, size or stride");
  expectError(OpKind::UpdateSlice, {f({4}), of(i32, {2})}, // c4
              attrs({0}, {1}),
              "tgc.update_slice: operand 1 ('update') has dtype i32; expected "
              "f32, the dtype of operand 0 ('x')\n"
              "  fix: convert it first, e.g. convert(update, f32)");
}

TEST(TypeConstraintsTest, Pad) {
  auto attrs = [](DimExpr lo, DimExpr hi, int64_t interior) {
    return PadAttrs{{lo}, {hi}, {interior}};
  };
  expectType(OpKind::Pad, {f({4}), f({})}, attrs(1, 2, 3), "16xf32");
  expectType(OpKind::Pad, {f({0}), f({})}, attrs(1, 2, 3), "3xf32");
  expectType(OpKind::Pad, {f({b}), f({})}, attrs(1, h, 0), "(b + h + 1)xf32");
  expectError(OpKind::Pad, {f({4}), f({})}, PadAttrs{{1, 1}, {2}, {}}, // c1
              "tgc.pad: attribute 'lo' has 2 entries; expected 1, one per "
              "dimension of operand 0 ('x')\n  fix: give 'lo' 1 entry");
  expectError(OpKind::Pad, {f({4}), f({})}, attrs(1, 1, -1), // pad_c2
              "tgc.pad: attribute 'interior' is [-1], with -1 at position 0; "
              "expected 0 or more\n  fix: write 0 or more");
  expectError(OpKind::Pad, {f({4}), f({})}, attrs(-3, -2, 0), // pad_c3
              "tgc.pad: the result has size -1 in dimension 0; expected 0 or "
              "more, but lo -3 and hi -2 cut more than the 4 elements of "
              "operand 0 ('x')\n  fix: cut less");
  expectError(OpKind::Pad, {f({4}), f({1})}, attrs(0, 0, 0), // pad_c4
              "tgc.pad: operand 1 ('value') has rank 1; expected 0, a single "
              "padding value\n  fix: pass a scalar");
  expectError(OpKind::Pad, {f({4}), of(i32)}, attrs(0, 0, 0),
              "tgc.pad: operand 1 ('value') has dtype i32; expected f32, the "
              "dtype of operand 0 ('x')\n"
              "  fix: convert it first, e.g. convert(value, f32)");
  expectError(OpKind::Pad, {f({4}), f({})}, attrs(highest, 0, 0),
              "tgc.pad: the result in dimension 0 is too large; expected at "
              "most 9223372036854775807\n  fix: use smaller sizes");
  expectChecks(OpKind::Pad, {f({b}), f({})}, attrs(-1, 0, 0), "(b - 1)xf32",
               "tgc.pad: the result in dimension 0 has size b - 1; expected "
               "at least 0\n");
}

TEST(TypeConstraintsTest, Concatenate) {
  const ConcatenateAttrs along{0};
  expectError(OpKind::Concatenate, {}, along, // concatenate_c1
              "tgc.concatenate: got 0 operands; expected 1 or more ('xs')\n"
              "  fix: make an empty tensor with broadcast_in_dim");
  expectError(OpKind::Concatenate, {f({})}, along, // concatenate_c2
              "tgc.concatenate: attribute 'dim' has dimension 0; expected "
              "none, as operand 0 ('xs') has rank 0\n"
              "  fix: reshape to a higher rank first");
  expectError(OpKind::Concatenate, {f({2}), of(i32, {2})}, along, // c3
              "tgc.concatenate: operand 1 ('xs') has dtype i32; expected f32, "
              "the dtype of operand 0 ('xs')\n"
              "  fix: convert it first, e.g. convert(xs, f32)");
  expectError(OpKind::Concatenate, {f({2}), f({2, 1})}, along,
              "tgc.concatenate: operand 1 ('xs') has rank 2; expected 1, the "
              "rank of operand 0 ('xs')\n"
              "  fix: add dimensions of size 1 with reshape");
  expectError(OpKind::Concatenate, {f({2, 3}), f({2, 3}), f({2, 4})}, along,
              "tgc.concatenate: operand 2 ('xs') has size 4 in dimension 1; "
              "expected 3, the size of dimension 1 of operand 0 ('xs')\n"
              "  fix: only sizes of dimension 0, along which operands are "
              "joined, may differ");
  expectChecks(OpKind::Concatenate, {f({b, b}), f({h, 3})}, along,
               "(b + h)x3xf32",
               "tgc.concatenate: operand 1 ('xs') in dimension 1 has size 3; "
               "expected b\n");
}

TEST(TypeConstraintsTest, GatherForms) {
  GatherAttrs scalarIndex = rows(); // one row, no batch dimension
  scalarIndex.offset_dims = {0};
  scalarIndex.index_vector_dim = 0;
  expectType(OpKind::Gather, {f({4, 8}), of(i32)}, scalarIndex, "8xf32");
  GatherAttrs batched; // x[n, i[n, k], :]
  batched.offset_dims = {2};
  batched.collapsed_dims = {1};
  batched.operand_batching_dims = {0};
  batched.indices_batching_dims = {0};
  batched.start_index_map = {1};
  batched.index_vector_dim = 2;
  batched.slice_sizes = {1, 1, 8};
  expectType(OpKind::Gather, {f({2, 4, 8}), of(i64, {2, 3})}, batched,
             "2x3x8xf32");
  expectChecks(OpKind::Gather, {f({2, 4, 8}), of(i64, {b, 3})}, batched,
               "2x3x8xf32",
               "tgc.gather: operand 1 ('indices') in batching dimension 0 has "
               "size b; expected 2\n");
  expectChecks(OpKind::Gather, {f({h, 8}), of(i64, {b})}, rows(), "bx8xf32",
               "tgc.gather: operand 0 ('x') in dimension 0 has size h; "
               "expected at least 1\n");
  GatherAttrs vectors = rows(); // length of the index vectors unknown
  expectChecks(OpKind::Gather, {f({4, 8}), of(i64, {3, b})}, vectors, "3x8xf32",
               "tgc.gather: operand 1 ('indices') in index vector dimension 1 "
               "has size b; expected 1\n");
}

TEST(TypeConstraintsTest, GatherErrors) {
  const Types x = {f({4, 8}), of(i64, {3, 1})};
  auto expectWith = [&](auto change, const std::string &expected) {
    GatherAttrs attrs = rows();
    change(attrs);
    expectError(OpKind::Gather, x, attrs, expected);
  };
  expectWith([](auto &a) { a.collapsed_dims = {}; }, // gather_c1
             "tgc.gather: operand 0 ('x') has rank 2; expected 1, the number "
             "of entries of 'offset_dims' (1), 'collapsed_dims' (0) and "
             "'operand_batching_dims' (0) together\n"
             "  fix: put every dimension of 'x' into one of the lists");
  expectWith([](auto &a) { a.index_vector_dim = 3; }, // gather_c2
             "tgc.gather: attribute 'index_vector_dim' is 3; expected one in "
             "[-2, 2], as operand 1 ('indices') has rank 2\n"
             "  fix: name the dimension that holds index vectors, or the rank "
             "if every element is an index");
  expectWith([](auto &a) { a.start_index_map = {0, 1}; }, // gather_c3
             "tgc.gather: attribute 'start_index_map' has 2 entries; expected "
             "1, the length of an index vector in operand 1 ('indices')\n"
             "  fix: name the dimension of 'x' of every index in the vector");
  expectWith([](auto &a) { a.slice_sizes = {1}; }, // gather_c4
             "tgc.gather: attribute 'slice_sizes' has 1 entry; expected 2, one "
             "per dimension of operand 0 ('x')\n"
             "  fix: give 'slice_sizes' 2 entries");
  expectWith([](auto &a) { a.slice_sizes = {1, -1}; },
             "tgc.gather: attribute 'slice_sizes' in dimension 1 is -1; "
             "expected 0 or more\n"
             "  fix: count the elements of the dimension");
  expectWith([](auto &a) { a.slice_sizes = {1, 9}; },
             "tgc.gather: attribute 'slice_sizes' in dimension 1 is 9; "
             "expected at most 8, the size of dimension 1 of operand 0 ('x')\n"
             "  fix: take a smaller slice");
  expectWith([](auto &a) { a.slice_sizes = {2, 8}; },
             "tgc.gather: attribute 'slice_sizes' in dimension 0 is 2; "
             "expected 1, as the dimension is in 'collapsed_dims'\n"
             "  fix: write 1");
  expectWith([](auto &a) { a.offset_dims = {2}; }, // gather_c5
             "tgc.gather: attribute 'offset_dims' has dimension 2; expected "
             "one in [-2, 2), as the result has rank 2\n"
             "  fix: name a dimension that exists");
  expectWith(
      [](auto &a) {
        a.offset_dims = {2, 1};
        a.collapsed_dims = {};
      },
      "tgc.gather: attribute 'offset_dims' is [2, 1]; expected increasing "
      "dimensions\n  fix: sort 'offset_dims'");
  expectWith(
      [](auto &a) {
        a.offset_dims = {};
        a.collapsed_dims = {0, 0};
      },
      "tgc.gather: attribute 'collapsed_dims' has dimension 0 twice; expected "
      "every dimension once\n  fix: name each dimension once");
  expectWith(
      [](auto &a) {
        a.offset_dims = {};
        a.operand_batching_dims = {0};
      },
      "tgc.gather: attribute 'collapsed_dims' has dimension 0, as "
      "'operand_batching_dims' has; expected a dimension in one of the two\n"
      "  fix: remove it from 'collapsed_dims' or 'operand_batching_dims'");
  expectWith(
      [](auto &a) {
        a.collapsed_dims = {};
        a.operand_batching_dims = {0};
      },
      "tgc.gather: attribute 'start_index_map' has dimension 0, as "
      "'operand_batching_dims' has; expected a dimension in one of the two\n"
      "  fix: remove it from 'start_index_map' or 'operand_batching_dims'");
  expectWith([](auto &a) { a.indices_batching_dims = {1}; },
             "tgc.gather: attribute 'indices_batching_dims' has dimension 1, "
             "which is 'index_vector_dim'; expected other dimensions of "
             "operand 1 ('indices')\n"
             "  fix: remove it from 'indices_batching_dims'");
  expectWith([](auto &a) { a.indices_batching_dims = {0}; }, // gather_c6
             "tgc.gather: attribute 'indices_batching_dims' has 1 entry; "
             "expected 0, as many as 'operand_batching_dims' has\n"
             "  fix: give 'indices_batching_dims' 0 entries");
  expectWith(
      [](auto &a) {
        a.collapsed_dims = {};
        a.operand_batching_dims = {0};
        a.indices_batching_dims = {0};
        a.start_index_map = {1};
      },
      "tgc.gather: operand 1 ('indices') has size 3 in batching dimension 0; "
      "expected 4, the size of dimension 0 of operand 0 ('x')\n"
      "  fix: pair batching dimensions of equal size");
}

TEST(TypeConstraintsTest, DotGeneral) {
  const Types x = {f({2, 4}), f({4, 3})};
  expectType(OpKind::DotGeneral, {f({7, 2, 4}), f({4, 3, 7})},
             dot({2}, {0}, {0}, {-1}), "7x2x3xf32");
  expectType(OpKind::DotGeneral, {f({2}), f({3})}, dot({}, {}), "2x3xf32");
  DotGeneralAttrs wide = dot({1}, {0});
  wide.accum = f64;
  wide.out = f64;
  expectType(OpKind::DotGeneral, x, wide, "2x3xf64");
  expectError(OpKind::DotGeneral, x, dot({1}, {}), // dot_general_c1
              "tgc.dot_general: attribute 'rhs_contract' has 0 entries; "
              "expected 1, as many as 'lhs_contract' has\n"
              "  fix: give 'rhs_contract' 1 entry");
  expectError(OpKind::DotGeneral, x, dot({1}, {0}, {0}, {}),
              "tgc.dot_general: attribute 'rhs_batch' has 0 entries; expected "
              "1, as many as 'lhs_batch' has\n"
              "  fix: give 'rhs_batch' 1 entry");
  expectError(OpKind::DotGeneral, x, dot({2}, {0}), // dot_general_c2
              "tgc.dot_general: attribute 'lhs_contract' has dimension 2; "
              "expected one in [-2, 2), as operand 0 ('lhs') has rank 2\n"
              "  fix: name a dimension that exists");
  expectError(OpKind::DotGeneral, x, dot({1, 1}, {0, 1}),
              "tgc.dot_general: attribute 'lhs_contract' has dimension 1 "
              "twice; expected every dimension once\n"
              "  fix: name each dimension once");
  expectError(OpKind::DotGeneral, x, dot({1}, {0}, {0}, {0}),
              "tgc.dot_general: attribute 'rhs_batch' has dimension 0, as "
              "'rhs_contract' has; expected a dimension in one of the two\n"
              "  fix: remove it from 'rhs_batch' or 'rhs_contract'");
  expectError(OpKind::DotGeneral, {f({2, 4}), f({5, 4})}, // dot_general_c3
              dot({1}, {0}),
              "tgc.dot_general: operand 1 ('rhs') has size 5 in contracted "
              "dimension 0; expected 4, the size of dimension 1 of operand 0 "
              "('lhs')\n"
              "  fix: contract dimension 1 of 'rhs' (size 4), or transpose it "
              "first");
  expectError(OpKind::DotGeneral, {f({2, 4}), f({5, 3})}, dot({1}, {0}),
              "tgc.dot_general: operand 1 ('rhs') has size 5 in contracted "
              "dimension 0; expected 4, the size of dimension 1 of operand 0 "
              "('lhs')\n  fix: contract dimensions of equal size");
  expectError(OpKind::DotGeneral, x, dot({}, {}, {0}, {1}),
              "tgc.dot_general: operand 1 ('rhs') has size 3 in batch "
              "dimension 1; expected 2, the size of dimension 0 of operand 0 "
              "('lhs')\n"
              "  fix: pair batch dimensions of equal size; one of size 1 is "
              "repeated by broadcast_in_dim");
  expectError(OpKind::DotGeneral, {f({2, 4}), of(f64, {4, 3})}, // c4
              dot({1}, {0}),
              "tgc.dot_general: operand 1 ('rhs') has dtype f64; expected f32, "
              "the dtype of operand 0 ('lhs')\n"
              "  fix: convert it first, e.g. convert(rhs, f32)");
  DotGeneralAttrs narrow = dot({1}, {0}); // dot_general_c5
  narrow.accum = f16;
  expectError(OpKind::DotGeneral, x, narrow,
              "tgc.dot_general: attribute 'accum' is f16; expected f32 or f64, "
              "as operand 0 ('lhs') has dtype f32\n  fix: leave 'accum' away");
  DotGeneralAttrs other = dot({1}, {0});
  other.out = i32;
  expectError(OpKind::DotGeneral, x, other,
              "tgc.dot_general: attribute 'out' is i32; expected f32 or f64, "
              "as operand 0 ('lhs') has dtype f32\n"
              "  fix: leave 'out' away and convert the result");
  expectChecks(OpKind::DotGeneral, {f({b, 2, h}), f({3, 5, 4})},
               dot({2}, {2}, {0}, {0}), "3x2x5xf32",
               "tgc.dot_general: operand 1 ('rhs') in batch dimension 0 has "
               "size 3; expected b\n"
               "tgc.dot_general: operand 1 ('rhs') in contracted dimension 2 "
               "has size 4; expected h\n");
}

TEST(TypeConstraintsTest, ConvolutionForms) {
  ConvolutionAttrs attrs;
  attrs.strides = {2, 1};
  attrs.lo = {1, 0};
  attrs.hi = {1, -1};
  attrs.lhs_dilation = {1, 2};
  attrs.rhs_dilation = {2, 1};
  attrs.lhs_spec = {0, -1, 1, 2}; // NHWC, HWIO
  attrs.rhs_spec = {3, 2, 0, 1};
  attrs.out_spec = {0, 3, 1, 2};
  // (9 + 2 - 5) / 2 + 1 and (2 * 5 - 1 - 1 - 2) + 1.
  expectType(OpKind::Convolution, {f({b, 9, 5, 2}), f({3, 2, 2, 4})}, attrs,
             "bx4x7x4xf32");
  ConvolutionAttrs grouped;
  grouped.feature_group_count = 2;
  expectType(OpKind::Convolution, {f({1, 4, 8}), f({6, 2, 3})}, grouped,
             "1x6x6xf32");
  ConvolutionAttrs batchGrouped;
  batchGrouped.batch_group_count = 2;
  expectType(OpKind::Convolution, {f({4, 2, 8}), f({6, 2, 9})}, batchGrouped,
             "2x6x0xf32");
  ConvolutionAttrs same;
  same.strides = {2};
  same.lo = same.hi = {1};
  expectType(OpKind::Convolution, {f({1, 2, h}), f({4, 2, 3})}, same,
             "1x4x(floor_div(h + 1, 2))xf32");
  expectType(OpKind::Convolution, {f({5, 2}), f({4, 2})}, ConvolutionAttrs{},
             "5x4xf32"); // no spatial dimension
  expectChecks(OpKind::Convolution, {f({b, h, 8}), f({4, 3, 1})}, batchGrouped,
               "(floor_div(b, 2))x4x8xf32",
               "tgc.convolution: operand 0 ('lhs') in feature dimension 1 has "
               "size h; expected 3\n"
               "tgc.convolution: the remainder of operand 0 ('lhs') in batch "
               "dimension 0 by 'batch_group_count' 2 has size mod(b, 2); "
               "expected 0\n");
}

TEST(TypeConstraintsTest, ConvolutionErrors) {
  const TensorType lhs = f({1, 2, 8}), rhs = f({4, 2, 3});
  auto expectWith = [&](auto change, const std::string &expected) {
    ConvolutionAttrs attrs;
    change(attrs);
    expectError(OpKind::Convolution, {lhs, rhs}, attrs, expected);
  };
  expectError(OpKind::Convolution, {f({2}), rhs}, // convolution_c1
              ConvolutionAttrs{},
              "tgc.convolution: operand 0 ('lhs') has rank 1; expected 2 or "
              "more: batch, feature and spatial dimensions\n"
              "  fix: add dimensions of size 1 with reshape");
  expectError(OpKind::Convolution, {lhs, f({4, 2})}, ConvolutionAttrs{},
              "tgc.convolution: operand 1 ('rhs') has rank 2; expected 3, the "
              "rank of operand 0 ('lhs')\n"
              "  fix: give the kernels as many spatial dimensions as 'lhs'");
  expectWith([](auto &a) { a.lhs_spec = {0, 1}; }, // convolution_c2
             "tgc.convolution: attribute 'lhs_spec' has 2 entries; expected 3, "
             "one per dimension of operand 0 ('lhs')\n"
             "  fix: give 'lhs_spec' 3 entries");
  expectWith([](auto &a) { a.rhs_spec = {0, 1, 3}; },
             "tgc.convolution: attribute 'rhs_spec' has dimension 3; expected "
             "one in [-3, 3), as operand 1 ('rhs') has rank 3\n"
             "  fix: name a dimension that exists");
  expectWith([](auto &a) { a.out_spec = {0, 1, 1}; },
             "tgc.convolution: attribute 'out_spec' has dimension 1 twice; "
             "expected every dimension once\n"
             "  fix: name each dimension once");
  expectWith([](auto &a) { a.lo = {0, 1}; }, // convolution_c3
             "tgc.convolution: attribute 'lo' has 2 entries; expected 1, one "
             "per spatial dimension\n  fix: give 'lo' 1 entry");
  expectWith([](auto &a) { a.rhs_dilation = {0}; }, // convolution_c4
             "tgc.convolution: attribute 'rhs_dilation' is [0], with 0 at "
             "position 0; expected 1 or more\n  fix: write 1 or more");
  expectWith([](auto &a) { a.feature_group_count = 0; }, // convolution_c5
             "tgc.convolution: attribute 'feature_group_count' is 0; expected "
             "1 or more\n  fix: write 1 for no groups");
  expectWith(
      [](auto &a) {
        a.feature_group_count = 2;
        a.batch_group_count = 3;
      },
      "tgc.convolution: attribute 'batch_group_count' is 3; expected 1, as "
      "'feature_group_count' is 2\n"
      "  fix: group either features or the batch");
  expectWith([](auto &a) { a.feature_group_count = 2; }, // convolution_c6
             "tgc.convolution: operand 0 ('lhs') has size 2 in feature "
             "dimension 1; expected 4, 'feature_group_count' 2 times the size "
             "2 of input feature dimension 1 of operand 1 ('rhs')\n"
             "  fix: check 'lhs_spec' and 'rhs_spec', or change "
             "'feature_group_count'");
  ConvolutionAttrs thirds; // convolution_c7
  thirds.feature_group_count = 3;
  expectError(OpKind::Convolution, {f({1, 6, 8}), rhs}, thirds,
              "tgc.convolution: operand 1 ('rhs') has size 4 in output feature "
              "dimension 0; expected a multiple of 3, the "
              "'feature_group_count'\n  fix: use groups of equal size");
  expectWith([](auto &a) { a.batch_group_count = 3; },
             "tgc.convolution: operand 1 ('rhs') has size 4 in output feature "
             "dimension 0; expected a multiple of 3, the "
             "'batch_group_count'\n  fix: use groups of equal size");
  expectWith([](auto &a) { a.batch_group_count = 2; },
             "tgc.convolution: operand 0 ('lhs') has size 1 in batch dimension "
             "0; expected a multiple of 2, the 'batch_group_count'\n"
             "  fix: use groups of equal size");
  expectError(OpKind::Convolution, {lhs, of(f64, {4, 2, 3})}, // c8
              ConvolutionAttrs{},
              "tgc.convolution: operand 1 ('rhs') has dtype f64; expected f32, "
              "the dtype of operand 0 ('lhs')\n"
              "  fix: convert it first, e.g. convert(rhs, f32)");
  expectWith([](auto &a) { a.accum = i64; },
             "tgc.convolution: attribute 'accum' is i64; expected f32 or f64, "
             "as operand 0 ('lhs') has dtype f32\n  fix: leave 'accum' away");
}

} // namespace
} // namespace tgc
