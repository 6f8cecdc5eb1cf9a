// Type rules of family Contraction.
#include "tgc/runtime/infer/Rule.h"

#include <numeric>

namespace tgc::rule {
namespace {

/// `out` is a float for floats, the operands' dtype for integers.
absl::StatusOr<DType> outDType(const Call &call, std::optional<DType> out) {
  DType dtype = call.operand(0).dtype;
  if (!out || *out == dtype ||
      (isFloat(dtype) && isFloat(*out) && isComputed(*out)))
    return out.value_or(dtype);
  return call.error(
      absl::StrCat("attribute 'out' is ", nameText(*out), "; expected ",
                   isFloat(dtype) ? "f32 or f64" : nameText(dtype), ", as ",
                   call.operandText(0), " has dtype ", nameText(dtype)),
      "leave 'out' away and convert the result");
}

/// dot_general_c1, dot_general_c2: the lists of one side, in `used`.
absl::Status checkSide(const Call &call, size_t operand, const char *contract,
                       const std::vector<int64_t> &contractDims,
                       const char *batch, const std::vector<int64_t> &batchDims,
                       uint64_t &used) {
  int64_t rank = call.operand(operand).rank();
  uint64_t contracted = 0, batched = 0;
  TGC_RETURN_IF_ERROR(
      checkDims(call, contract, contractDims, rank, operand, contracted));
  TGC_RETURN_IF_ERROR(
      checkDims(call, batch, batchDims, rank, operand, batched));
  used = contracted | batched;
  if (!(contracted & batched))
    return absl::OkStatus();
  return call.error(
      absl::StrCat("attribute '", batch, "' has dimension ",
                   __builtin_ctzll(contracted & batched), ", as '", contract,
                   "' has; expected a dimension in one of the two"),
      absl::StrCat("remove it from '", batch, "' or '", contract, "'"));
}

/// Names a dimension of rhs that has the size looked for.
std::string contractFix(const Call &call, const DimExpr &size, uint64_t used) {
  const TensorType &rhs = call.operand(1);
  for (size_t d = 0; d < rhs.dims.size(); ++d)
    if (!(used >> d & 1) && rhs.dims[d].provablyEqual(size))
      return absl::StrCat("contract dimension ", d, " of 'rhs' (size ",
                          size.text(), "), or transpose it first");
  return "contract dimensions of equal size";
}

absl::Status checkConvolutionLists(const Call &call,
                                   const ConvolutionAttrs &attrs) {
  const TensorType &lhs = call.operand(0), &rhs = call.operand(1);
  // convolution_c1
  if (lhs.rank() < 2)
    return call.error(absl::StrCat(call.operandText(0), " has rank ",
                                   lhs.rank(),
                                   "; expected 2 or more: batch, feature and "
                                   "spatial dimensions"),
                      "add dimensions of size 1 with reshape");
  if (rhs.rank() != lhs.rank())
    return call.error(absl::StrCat(call.operandText(1), " has rank ",
                                   rhs.rank(), "; expected ", lhs.rank(),
                                   ", the rank of ", call.operandText(0)),
                      "give the kernels as many spatial dimensions as 'lhs'");
  // convolution_c2
  int64_t rank = lhs.rank();
  TGC_RETURN_IF_ERROR(
      checkPermutation(call, "lhs_spec", attrs.lhs_spec, rank, 0));
  TGC_RETURN_IF_ERROR(
      checkPermutation(call, "rhs_spec", attrs.rhs_spec, rank, 1));
  TGC_RETURN_IF_ERROR(
      checkPermutation(call, "out_spec", attrs.out_spec, rank, theResult));
  struct List {
    const char *name;
    const std::vector<int64_t> &values;
    bool positive;
  };
  const List lists[] = {{"strides", attrs.strides, true},
                        {"lo", attrs.lo, false},
                        {"hi", attrs.hi, false},
                        {"lhs_dilation", attrs.lhs_dilation, true},
                        {"rhs_dilation", attrs.rhs_dilation, true}};
  for (const List &list : lists)
    TGC_RETURN_IF_ERROR( // convolution_c3
        checkCount(call, list.name, list.values.size(), lhs.dims.size() - 2,
                   [] { return "one per spatial dimension"; }));
  for (const List &list : lists)
    if (list.positive)
      TGC_RETURN_IF_ERROR( // convolution_c4
          checkEntries(call, list.name, list.values, 1));
  return absl::OkStatus();
}

/// convolution_c5
absl::Status checkGroupCounts(const Call &call, const ConvolutionAttrs &attrs) {
  auto positive = [&](const char *name, int64_t count) {
    if (count >= 1)
      return absl::OkStatus();
    return call.error(absl::StrCat("attribute '", name, "' is ", count,
                                   "; expected 1 or more"),
                      "write 1 for no groups");
  };
  TGC_RETURN_IF_ERROR(
      positive("feature_group_count", attrs.feature_group_count));
  TGC_RETURN_IF_ERROR(positive("batch_group_count", attrs.batch_group_count));
  if (attrs.feature_group_count == 1 || attrs.batch_group_count == 1)
    return absl::OkStatus();
  return call.error(absl::StrCat("attribute 'batch_group_count' is ",
                                 attrs.batch_group_count,
                                 "; expected 1, as 'feature_group_count' is ",
                                 attrs.feature_group_count),
                    "group either features or the batch");
}

/// convolution_c7: a size divides by a group count.
absl::Status checkDivides(const Call &call, Place place, const char *name,
                          int64_t count) {
  const DimExpr &size =
      call.operand(place.operand).dims[static_cast<size_t>(place.dim)];
  auto where = [&] {
    return absl::StrCat(" in ", place.role, "dimension ", place.dim);
  };
  DimExpr remainder = mod(size, count), none = 0;
  return unify(
      call, none, remainder,
      [&] {
        return absl::StrCat("the remainder of ",
                            call.operandText(place.operand), where(), " by '",
                            name, "' ", count);
      },
      [&] {
        return call.error(absl::StrCat(call.operandText(place.operand),
                                       " has size ", size.text(), where(),
                                       "; expected a multiple of ", count,
                                       ", the '", name, "'"),
                          "use groups of equal size");
      });
}

absl::Status checkGroups(const Call &call, const ConvolutionAttrs &attrs) {
  TGC_RETURN_IF_ERROR(checkGroupCounts(call, attrs));
  const TensorType &lhs = call.operand(0), &rhs = call.operand(1);
  int64_t lhsFeature = attrs.lhs_spec[1], rhsFeature = attrs.rhs_spec[1];
  const DimExpr &perGroup = rhs.dims[static_cast<size_t>(rhsFeature)];
  const DimExpr &features = lhs.dims[static_cast<size_t>(lhsFeature)];
  DimExpr expected = perGroup * attrs.feature_group_count;
  TGC_RETURN_IF_ERROR(unify( // convolution_c6
      call, expected, features,
      [&] {
        return absl::StrCat(call.operandText(0), " in feature dimension ",
                            lhsFeature);
      },
      [&] {
        return call.error(
            absl::StrCat(call.operandText(0), " has size ", features.text(),
                         " in feature dimension ", lhsFeature, "; expected ",
                         expected.text(), ", 'feature_group_count' ",
                         attrs.feature_group_count, " times the size ",
                         perGroup.text(), " of input feature dimension ",
                         rhsFeature, " of ", call.operandText(1)),
            "check 'lhs_spec' and 'rhs_spec', or change "
            "'feature_group_count'");
      }));
  Place output = {1, attrs.rhs_spec[0], "output feature "};
  TGC_RETURN_IF_ERROR(checkDivides( // convolution_c7
      call, output, "feature_group_count", attrs.feature_group_count));
  TGC_RETURN_IF_ERROR(
      checkDivides(call, output, "batch_group_count", attrs.batch_group_count));
  return checkDivides(call, {0, attrs.lhs_spec[0], "batch "},
                      "batch_group_count", attrs.batch_group_count);
}

void fillSpec(std::vector<int64_t> &spec, int64_t rank) {
  if (!spec.empty())
    return;
  spec.resize(static_cast<size_t>(rank));
  std::iota(spec.begin(), spec.end(), 0);
}

} // namespace

absl::StatusOr<TensorTypes> inferDotGeneral(const Call &call,
                                            const DotGeneralAttrs &attrs) {
  const TensorType &lhs = call.operand(0), &rhs = call.operand(1);
  TGC_RETURN_IF_ERROR( // dot_general_c1
      checkCount(call, "rhs_contract", attrs.rhs_contract.size(),
                 attrs.lhs_contract.size(),
                 [] { return "as many as 'lhs_contract' has"; }));
  TGC_RETURN_IF_ERROR(checkCount(call, "rhs_batch", attrs.rhs_batch.size(),
                                 attrs.lhs_batch.size(),
                                 [] { return "as many as 'lhs_batch' has"; }));
  uint64_t lhsUsed = 0, rhsUsed = 0; // dot_general_c2
  TGC_RETURN_IF_ERROR(checkSide(call, 0, "lhs_contract", attrs.lhs_contract,
                                "lhs_batch", attrs.lhs_batch, lhsUsed));
  TGC_RETURN_IF_ERROR(checkSide(call, 1, "rhs_contract", attrs.rhs_contract,
                                "rhs_batch", attrs.rhs_batch, rhsUsed));
  TGC_RETURN_IF_ERROR(call.sameDType(1, 0)); // dot_general_c4
  DimExprs dims;
  for (size_t i = 0; i < attrs.lhs_batch.size(); ++i) { // dot_general_c3
    int64_t l = attrs.lhs_batch[i], r = attrs.rhs_batch[i];
    DimExpr size = lhs.dims[static_cast<size_t>(l)];
    TGC_RETURN_IF_ERROR(unifyPlaces(call, size, {1, r, "batch "}, {0, l}, [] {
      return "pair batch dimensions of equal size; one of size 1 is "
             "repeated by broadcast_in_dim";
    }));
    dims.push_back(std::move(size));
  }
  for (size_t i = 0; i < attrs.lhs_contract.size(); ++i) { // dot_general_c3
    int64_t l = attrs.lhs_contract[i], r = attrs.rhs_contract[i];
    DimExpr size = lhs.dims[static_cast<size_t>(l)];
    TGC_RETURN_IF_ERROR(
        unifyPlaces(call, size, {1, r, "contracted "}, {0, l},
                    [&] { return contractFix(call, size, rhsUsed); }));
  }
  for (size_t d = 0; d < lhs.dims.size(); ++d)
    if (!(lhsUsed >> d & 1))
      dims.push_back(lhs.dims[d]);
  for (size_t d = 0; d < rhs.dims.size(); ++d)
    if (!(rhsUsed >> d & 1))
      dims.push_back(rhs.dims[d]);
  TGC_RETURN_IF_ERROR(checkAccum(call, attrs.accum)); // dot_general_c5
  TGC_ASSIGN_OR_RETURN(DType dtype, outDType(call, attrs.out));
  return result(dtype, std::move(dims));
}

absl::StatusOr<TensorTypes> inferConvolution(const Call &call,
                                             const ConvolutionAttrs &attrs) {
  const TensorType &lhs = call.operand(0), &rhs = call.operand(1);
  TGC_RETURN_IF_ERROR(checkConvolutionLists(call, attrs));
  TGC_RETURN_IF_ERROR(checkGroups(call, attrs));
  TGC_RETURN_IF_ERROR(call.sameDType(1, 0)); // convolution_c8
  TGC_RETURN_IF_ERROR(checkAccum(call, attrs.accum));
  TGC_ASSIGN_OR_RETURN(DType dtype, outDType(call, attrs.out));
  auto size = [](const TensorType &type, const std::vector<int64_t> &spec,
                 size_t i) -> const DimExpr & {
    return type.dims[static_cast<size_t>(spec[i])];
  };
  DimExprs dims(lhs.dims.size());
  auto place = [&](size_t i) -> DimExpr & {
    return dims[static_cast<size_t>(attrs.out_spec[i])];
  };
  place(0) = floor_div(size(lhs, attrs.lhs_spec, 0), attrs.batch_group_count);
  place(1) = size(rhs, attrs.rhs_spec, 0);
  for (size_t i = 2; i < dims.size(); ++i) {
    size_t s = i - 2;
    place(i) = windowPositions(
        dilated(size(lhs, attrs.lhs_spec, i), attrs.lhs_dilation[s]),
        attrs.lo[s], attrs.hi[s],
        dilated(size(rhs, attrs.rhs_spec, i), attrs.rhs_dilation[s]),
        attrs.strides[s]);
  }
  return result(dtype, std::move(dims));
}

absl::Status normalizeDotGeneral(const Call &call, DotGeneralAttrs &attrs) {
  int64_t lhsRank = call.operand(0).rank(), rhsRank = call.operand(1).rank();
  TGC_RETURN_IF_ERROR(
      normalizeDims(call, "lhs_contract", attrs.lhs_contract, lhsRank, 0));
  TGC_RETURN_IF_ERROR(
      normalizeDims(call, "rhs_contract", attrs.rhs_contract, rhsRank, 1));
  TGC_RETURN_IF_ERROR(
      normalizeDims(call, "lhs_batch", attrs.lhs_batch, lhsRank, 0));
  return normalizeDims(call, "rhs_batch", attrs.rhs_batch, rhsRank, 1);
}

absl::Status normalizeConvolution(const Call &call, ConvolutionAttrs &attrs) {
  int64_t lhsRank = call.operand(0).rank(), rhsRank = call.operand(1).rank();
  int64_t spatial = std::max<int64_t>(lhsRank - 2, 0);
  fillEmpty(attrs.strides, spatial, 1);
  fillEmpty(attrs.lo, spatial, 0);
  fillEmpty(attrs.hi, spatial, 0);
  fillEmpty(attrs.lhs_dilation, spatial, 1);
  fillEmpty(attrs.rhs_dilation, spatial, 1);
  fillSpec(attrs.lhs_spec, lhsRank);
  fillSpec(attrs.rhs_spec, rhsRank);
  fillSpec(attrs.out_spec, lhsRank);
  TGC_RETURN_IF_ERROR(
      normalizeDims(call, "lhs_spec", attrs.lhs_spec, lhsRank, 0));
  TGC_RETURN_IF_ERROR(
      normalizeDims(call, "rhs_spec", attrs.rhs_spec, rhsRank, 1));
  return normalizeDims(call, "out_spec", attrs.out_spec, lhsRank, theResult);
}

} // namespace tgc::rule
