// Type rules of family Reduction.
#include "tgc/runtime/infer/Rule.h"

namespace tgc::rule {
namespace {

/// reduce_c2, reduce_window_c3: bitwise kinds take integers and i1.
absl::Status checkKind(const Call &call, ReduceKind kind) {
  bool bitwise = kind == ReduceKind::bitwise_and ||
                 kind == ReduceKind::bitwise_or ||
                 kind == ReduceKind::bitwise_xor;
  if (!bitwise || !isFloat(call.operand(0).dtype))
    return absl::OkStatus();
  return call.error(absl::StrCat(call.operandText(0), " has dtype ",
                                 nameText(call.operand(0).dtype),
                                 "; expected i1, i32 or i64 for kind ",
                                 std::string(enumName(kind))),
                    "use kind add, mul, max or min for floats");
}

/// The operand's sizes without those whose bit is set.
DimExprs remainingDims(const Call &call, uint64_t removed) {
  const TensorType &x = call.operand(0);
  DimExprs dims;
  for (size_t d = 0; d < x.dims.size(); ++d)
    if (!(removed >> d & 1))
      dims.push_back(x.dims[d]);
  return dims;
}

} // namespace

absl::StatusOr<TensorTypes> inferReduce(const Call &call,
                                        const ReduceAttrs &attrs) {
  const TensorType &x = call.operand(0);
  uint64_t removed = 0;
  TGC_RETURN_IF_ERROR( // reduce_c1
      checkDims(call, "dims", attrs.dims, x.rank(), 0, removed));
  TGC_RETURN_IF_ERROR(checkKind(call, attrs.kind));   // reduce_c2
  TGC_RETURN_IF_ERROR(checkAccum(call, attrs.accum)); // reduce_c3
  return result(x.dtype, remainingDims(call, removed));
}

absl::StatusOr<TensorTypes> inferReduceWindow(const Call &call,
                                              const ReduceWindowAttrs &attrs) {
  const TensorType &x = call.operand(0);
  auto reason = [&] { return perDimension(call, 0); };
  struct List {
    const char *name;
    const std::vector<int64_t> &values;
    bool positive;
  };
  const List lists[] = {{"window", attrs.window, true},
                        {"strides", attrs.strides, true},
                        {"lo", attrs.lo, false},
                        {"hi", attrs.hi, false},
                        {"base_dilation", attrs.base_dilation, true},
                        {"window_dilation", attrs.window_dilation, true}};
  for (const List &list : lists)
    TGC_RETURN_IF_ERROR( // reduce_window_c1
        checkCount(call, list.name, list.values.size(), x.dims.size(), reason));
  for (const List &list : lists)
    if (list.positive)
      TGC_RETURN_IF_ERROR( // reduce_window_c2
          checkEntries(call, list.name, list.values, 1));
  TGC_RETURN_IF_ERROR(checkKind(call, attrs.kind)); // reduce_window_c3
  DimExprs dims;
  for (size_t d = 0; d < x.dims.size(); ++d)
    dims.push_back(windowPositions(
        dilated(x.dims[d], attrs.base_dilation[d]), attrs.lo[d], attrs.hi[d],
        dilated(attrs.window[d], attrs.window_dilation[d]), attrs.strides[d]));
  return result(x.dtype, std::move(dims));
}

absl::StatusOr<TensorTypes> inferArgReduce(const Call &call,
                                           const ArgReduceAttrs &attrs) {
  const TensorType &x = call.operand(0);
  TGC_RETURN_IF_ERROR( // arg_reduce_c1
      checkDim(call, "dim", attrs.dim, x.rank(), 0));
  TGC_RETURN_IF_ERROR(atLeast( // arg_reduce_c2
      call, x.dims[static_cast<size_t>(attrs.dim)], 1,
      [&] {
        return absl::StrCat(call.operandText(0), " in dimension ", attrs.dim);
      },
      [&] {
        return call.error(absl::StrCat(call.operandText(0),
                                       " has size 0 in dimension ", attrs.dim,
                                       "; expected 1 or more, as no element "
                                       "of an empty dimension is the ",
                                       std::string(enumName(attrs.kind))),
                          "reduce along a dimension that is not empty");
      }));
  return result(DType::i64, remainingDims(call, uint64_t{1} << attrs.dim));
}

absl::Status normalizeReduce(const Call &call, ReduceAttrs &attrs) {
  return normalizeDims(call, "dims", attrs.dims, call.operand(0).rank(), 0);
}

absl::Status normalizeReduceWindow(const Call &call, ReduceWindowAttrs &attrs) {
  int64_t rank = call.operand(0).rank();
  fillEmpty(attrs.strides, rank, 1);
  fillEmpty(attrs.lo, rank, 0);
  fillEmpty(attrs.hi, rank, 0);
  fillEmpty(attrs.base_dilation, rank, 1);
  fillEmpty(attrs.window_dilation, rank, 1);
  return absl::OkStatus();
}

absl::Status normalizeArgReduce(const Call &call, ArgReduceAttrs &attrs) {
  return normalizeDim(call, "dim", attrs.dim, call.operand(0).rank(), 0);
}

} // namespace tgc::rule
