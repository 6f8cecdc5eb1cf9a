// Type rules of family DataMovement.
#include "tgc/runtime/infer/Rule.h"

#include "absl/strings/str_join.h"

namespace tgc::rule {
namespace {

DimExprs dimsOf(const std::vector<DimExpr> &sizes) {
  return DimExprs(sizes.begin(), sizes.end());
}

absl::Status checkSizesRank(const Call &call,
                            const std::vector<DimExpr> &sizes) {
  return call.checkRank(static_cast<int64_t>(sizes.size()),
                        [] { return "the result"; });
}

/// broadcast_in_dim_c1
absl::Status checkBroadcastDims(const Call &call,
                                const BroadcastInDimAttrs &attrs) {
  TGC_RETURN_IF_ERROR(checkCount(call, "dims", attrs.dims.size(),
                                 call.operand(0).dims.size(),
                                 [&] { return perDimension(call, 0); }));
  for (size_t i = 0; i < attrs.dims.size(); ++i) {
    TGC_RETURN_IF_ERROR(checkDim(call, "dims", attrs.dims[i],
                                 static_cast<int64_t>(attrs.sizes.size()),
                                 theResult));
    if (i && attrs.dims[i] <= attrs.dims[i - 1])
      return call.error(absl::StrCat("attribute 'dims' is ",
                                     listText(attrs.dims),
                                     "; expected increasing dimensions"),
                        "transpose the operand first");
  }
  return absl::OkStatus();
}

DimExpr product(absl::Span<const DimExpr> dims) {
  DimExpr count = 1;
  for (const DimExpr &dim : dims) {
    if (dim.provablyEqual(0))
      return 0;
    count = count * dim;
  }
  return count;
}

/// slice_c2, update_slice_c2
absl::Status checkStrides(const Call &call,
                          const std::vector<DimExpr> &strides) {
  for (size_t d = 0; d < strides.size(); ++d) {
    auto what = [&] {
      return absl::StrCat("attribute 'strides' in dimension ", d);
    };
    TGC_RETURN_IF_ERROR(atLeast(call, strides[d], 1, what, [&] {
      return call.error(absl::StrCat(what(), " is ", strides[d].text(),
                                     "; expected 1 or more"),
                        "use reverse for a negative step");
    }));
  }
  return absl::OkStatus();
}

} // namespace

absl::StatusOr<TensorTypes> inferConstant(const Call &call,
                                          const ConstantAttrs &attrs) {
  TensorType type = typeOf(attrs.value);
  if (!isStored(type.dtype))
    return call.error(
        absl::StrCat("attribute 'value' has dtype ", nameText(type.dtype),
                     ", which this release does not store; expected ",
                     orText(dtypeClassText(DTypeClass::Any))),
        "write the constant in one of these");
  return result(type.dtype, std::move(type.dims));
}

absl::StatusOr<TensorTypes> inferIota(const Call &call,
                                      const IotaAttrs &attrs) {
  TGC_RETURN_IF_ERROR(checkSizesRank(call, attrs.sizes));
  TGC_RETURN_IF_ERROR( // iota_c1
      checkDim(call, "dim", attrs.dim, static_cast<int64_t>(attrs.sizes.size()),
               theResult));
  TGC_RETURN_IF_ERROR(checkSizes(call, "sizes", attrs.sizes)); // iota_c2
  if (!isStored(attrs.dtype) ||
      !(isInteger(attrs.dtype) || isFloat(attrs.dtype)))
    return call.error( // iota_c3
        absl::StrCat("attribute 'dtype' is ", nameText(attrs.dtype),
                     "; expected i32, i64, u8, f16, f32 or f64"),
        "make an iota of i64 and convert it, or compare it with 0");
  return result(attrs.dtype, dimsOf(attrs.sizes));
}

absl::StatusOr<TensorTypes>
inferBroadcastInDim(const Call &call, const BroadcastInDimAttrs &attrs) {
  const TensorType &x = call.operand(0);
  TGC_RETURN_IF_ERROR(checkSizesRank(call, attrs.sizes));
  TGC_RETURN_IF_ERROR(checkBroadcastDims(call, attrs));
  TGC_RETURN_IF_ERROR(checkSizes(call, "sizes", attrs.sizes));
  DimExprs dims = dimsOf(attrs.sizes);
  for (size_t i = 0; i < x.dims.size(); ++i) {
    if (x.dims[i].provablyEqual(1))
      continue;
    auto to = static_cast<size_t>(attrs.dims[i]);
    TGC_RETURN_IF_ERROR(unify( // broadcast_in_dim_c2
        call, dims[to], x.dims[i],
        [&] { return absl::StrCat(call.operandText(0), " in dimension ", i); },
        [&] {
          return call.error(
              absl::StrCat(call.operandText(0), " has size ", x.dims[i].text(),
                           " in dimension ", i, "; expected 1 or ",
                           dims[to].text(), ", the size of dimension ", to,
                           " of the result"),
              "only a size of 1 is repeated: reshape or slice the operand, or "
              "change 'sizes'");
        }));
  }
  return result(x.dtype, std::move(dims));
}

absl::StatusOr<TensorTypes> inferReshape(const Call &call,
                                         const ReshapeAttrs &attrs) {
  const TensorType &x = call.operand(0);
  TGC_RETURN_IF_ERROR(checkSizesRank(call, attrs.sizes));
  TGC_RETURN_IF_ERROR(checkSizes(call, "sizes", attrs.sizes));
  DimExpr expected = product(x.dims), got = product(attrs.sizes);
  TGC_RETURN_IF_ERROR(unify( // reshape_c1
      call, expected, got, [] { return "the result, flattened,"; },
      [&] {
        return call.error(
            absl::StrCat(call.operandText(0), " has ", expected.text(),
                         " elements (", shapeText(x.dims), "); expected ",
                         got.text(), ", the product of 'sizes' (",
                         shapeText(attrs.sizes), ")"),
            absl::StrCat("give sizes whose product is ", expected.text()));
      }));
  return result(x.dtype, dimsOf(attrs.sizes));
}

absl::StatusOr<TensorTypes> inferTranspose(const Call &call,
                                           const TransposeAttrs &attrs) {
  const TensorType &x = call.operand(0);
  TGC_RETURN_IF_ERROR( // transpose_c1
      checkPermutation(call, "perm", attrs.perm, x.rank(), 0));
  DimExprs dims;
  for (int64_t dim : attrs.perm)
    dims.push_back(x.dims[static_cast<size_t>(dim)]);
  return result(x.dtype, std::move(dims));
}

absl::StatusOr<TensorTypes> inferReverse(const Call &call,
                                         const ReverseAttrs &attrs) {
  const TensorType &x = call.operand(0);
  uint64_t seen = 0;
  TGC_RETURN_IF_ERROR( // reverse_c1
      checkDims(call, "dims", attrs.dims, x.rank(), 0, seen));
  return result(x.dtype, x.dims);
}

absl::StatusOr<TensorTypes> inferSlice(const Call &call,
                                       const SliceAttrs &attrs) {
  const TensorType &x = call.operand(0);
  auto reason = [&] { return perDimension(call, 0); };
  size_t rank = x.dims.size();
  TGC_RETURN_IF_ERROR( // slice_c1
      checkCount(call, "offsets", attrs.offsets.size(), rank, reason));
  TGC_RETURN_IF_ERROR(
      checkCount(call, "sizes", attrs.sizes.size(), rank, reason));
  TGC_RETURN_IF_ERROR(
      checkCount(call, "strides", attrs.strides.size(), rank, reason));
  TGC_RETURN_IF_ERROR(checkSizes(call, "sizes", attrs.sizes));
  TGC_RETURN_IF_ERROR(checkStrides(call, attrs.strides));
  for (size_t d = 0; d < rank; ++d)
    TGC_RETURN_IF_ERROR( // slice_c3
        checkBlock(call, static_cast<int64_t>(d), attrs.offsets[d],
                   attrs.sizes[d], attrs.strides[d]));
  return result(x.dtype, dimsOf(attrs.sizes));
}

absl::StatusOr<TensorTypes> inferUpdateSlice(const Call &call,
                                             const UpdateSliceAttrs &attrs) {
  const TensorType &x = call.operand(0), &update = call.operand(1);
  auto reason = [&] { return perDimension(call, 0); };
  TGC_RETURN_IF_ERROR( // update_slice_c1
      checkCount(call, "offsets", attrs.offsets.size(), x.dims.size(), reason));
  TGC_RETURN_IF_ERROR(
      checkCount(call, "strides", attrs.strides.size(), x.dims.size(), reason));
  if (update.rank() != x.rank())
    return call.error(absl::StrCat(call.operandText(1), " has rank ",
                                   update.rank(), "; expected ", x.rank(),
                                   ", the rank of ", call.operandText(0)),
                      "add dimensions of size 1 with reshape");
  TGC_RETURN_IF_ERROR(checkStrides(call, attrs.strides));
  for (size_t d = 0; d < x.dims.size(); ++d)
    TGC_RETURN_IF_ERROR( // update_slice_c3
        checkBlock(call, static_cast<int64_t>(d), attrs.offsets[d],
                   update.dims[d], attrs.strides[d]));
  TGC_RETURN_IF_ERROR(call.sameDType(1, 0)); // update_slice_c4
  return result(x.dtype, x.dims);
}

absl::StatusOr<TensorTypes> inferPad(const Call &call, const PadAttrs &attrs) {
  const TensorType &x = call.operand(0), &value = call.operand(1);
  auto reason = [&] { return perDimension(call, 0); };
  size_t rank = x.dims.size();
  TGC_RETURN_IF_ERROR( // pad_c1
      checkCount(call, "lo", attrs.lo.size(), rank, reason));
  TGC_RETURN_IF_ERROR(checkCount(call, "hi", attrs.hi.size(), rank, reason));
  TGC_RETURN_IF_ERROR(
      checkCount(call, "interior", attrs.interior.size(), rank, reason));
  TGC_RETURN_IF_ERROR( // pad_c2
      checkEntries(call, "interior", attrs.interior, 0));
  DimExprs dims;
  for (size_t d = 0; d < rank; ++d) {
    DimExpr inner = x.dims[d] + max(x.dims[d] - 1, 0) * attrs.interior[d];
    DimExpr size = attrs.lo[d] + inner + attrs.hi[d];
    TGC_RETURN_IF_ERROR(atLeast( // pad_c3
        call, size, 0,
        [&] { return absl::StrCat("the result in dimension ", d); },
        [&] {
          return call.error(
              absl::StrCat("the result has size ", size.text(),
                           " in dimension ", d, "; expected 0 or more, but lo ",
                           attrs.lo[d].text(), " and hi ", attrs.hi[d].text(),
                           " cut more than the ", inner.text(), " elements of ",
                           call.operandText(0)),
              "cut less");
        }));
    dims.push_back(std::move(size));
  }
  if (value.rank() != 0) // pad_c4
    return call.error(absl::StrCat(call.operandText(1), " has rank ",
                                   value.rank(),
                                   "; expected 0, a single padding value"),
                      "pass a scalar");
  TGC_RETURN_IF_ERROR(call.sameDType(1, 0)); // pad_c4
  return result(x.dtype, std::move(dims));
}

absl::StatusOr<TensorTypes> inferConcatenate(const Call &call,
                                             const ConcatenateAttrs &attrs) {
  if (call.operands.empty()) // concatenate_c1
    return call.error("got 0 operands; expected 1 or more ('xs')",
                      "make an empty tensor with broadcast_in_dim");
  const TensorType &x = call.operand(0);
  TGC_RETURN_IF_ERROR( // concatenate_c2
      checkDim(call, "dim", attrs.dim, x.rank(), 0));
  auto along = static_cast<size_t>(attrs.dim);
  DimExprs dims = x.dims;
  for (size_t i = 1; i < call.operands.size(); ++i) { // concatenate_c3
    const TensorType &y = call.operand(i);
    TGC_RETURN_IF_ERROR(call.sameDType(i, 0));
    if (y.rank() != x.rank())
      return call.error(absl::StrCat(call.operandText(i), " has rank ",
                                     y.rank(), "; expected ", x.rank(),
                                     ", the rank of ", call.operandText(0)),
                        "add dimensions of size 1 with reshape");
    for (size_t d = 0; d < dims.size(); ++d) {
      if (d == along) {
        dims[d] = dims[d] + y.dims[d];
        continue;
      }
      auto dim = static_cast<int64_t>(d);
      TGC_RETURN_IF_ERROR(unifyPlaces(call, dims[d], {i, dim}, {0, dim}, [&] {
        return absl::StrCat("only sizes of dimension ", along,
                            ", along which operands are joined, may "
                            "differ");
      }));
    }
  }
  return result(x.dtype, std::move(dims));
}

absl::Status normalizeIota(const Call &call, IotaAttrs &attrs) {
  return normalizeDim(call, "dim", attrs.dim,
                      static_cast<int64_t>(attrs.sizes.size()), theResult);
}

absl::Status normalizeBroadcastInDim(const Call &call,
                                     BroadcastInDimAttrs &attrs) {
  return normalizeDims(call, "dims", attrs.dims,
                       static_cast<int64_t>(attrs.sizes.size()), theResult);
}

absl::Status normalizeTranspose(const Call &call, TransposeAttrs &attrs) {
  return normalizeDims(call, "perm", attrs.perm, call.operand(0).rank(), 0);
}

absl::Status normalizeReverse(const Call &call, ReverseAttrs &attrs) {
  return normalizeDims(call, "dims", attrs.dims, call.operand(0).rank(), 0);
}

absl::Status normalizePad(const Call &call, PadAttrs &attrs) {
  fillEmpty(attrs.interior, call.operand(0).rank(), 0);
  return absl::OkStatus();
}

absl::Status normalizeConcatenate(const Call &call, ConcatenateAttrs &attrs) {
  if (call.operands.empty()) // concatenate_c1 is the rule's to report
    return absl::OkStatus();
  return normalizeDim(call, "dim", attrs.dim, call.operand(0).rank(), 0);
}

} // namespace tgc::rule
