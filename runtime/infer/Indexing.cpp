// Type rules of family Indexing.
#include "tgc/runtime/infer/Rule.h"

#include <algorithm>

namespace tgc::rule {
namespace {

/// The lists of a gather as sets.
struct GatherDims {
  uint64_t collapsed = 0;
  uint64_t operandBatching = 0;
  uint64_t indicesBatching = 0;
  uint64_t offset = 0;
};

bool has(uint64_t set, size_t dim) { return set >> dim & 1; }

/// gather_c5: order has no meaning in these lists, so one is prescribed.
absl::Status checkSorted(const Call &call, const char *name,
                         const std::vector<int64_t> &dims) {
  if (std::is_sorted(dims.begin(), dims.end()))
    return absl::OkStatus();
  return call.error(absl::StrCat("attribute '", name, "' is ", listText(dims),
                                 "; expected increasing dimensions"),
                    absl::StrCat("sort '", name, "'"));
}

/// gather_c5: a dimension of x is in one of two lists only.
absl::Status checkDisjoint(const Call &call, const char *name, uint64_t dims,
                           const char *otherName, uint64_t otherDims) {
  if (!(dims & otherDims))
    return absl::OkStatus();
  return call.error(
      absl::StrCat("attribute '", name, "' has dimension ",
                   __builtin_ctzll(dims & otherDims), ", as '", otherName,
                   "' has; expected a dimension in one of the two"),
      absl::StrCat("remove it from '", name, "' or '", otherName, "'"));
}

/// gather_c2: `dim` is in [lowest, rank of indices].
absl::Status checkIndexVectorDim(const Call &call, int64_t dim,
                                 int64_t lowest) {
  int64_t rank = call.operand(1).rank();
  if (dim >= lowest && dim <= rank)
    return absl::OkStatus();
  return call.error(
      absl::StrCat("attribute 'index_vector_dim' is ", dim,
                   "; expected one in [", lowest, ", ", rank, "], as ",
                   call.operandText(1), " has rank ", rank),
      "name the dimension that holds index vectors, or the rank if every "
      "element is an index");
}

absl::Status checkGatherDims(const Call &call, const GatherAttrs &attrs,
                             GatherDims &sets) {
  const TensorType &x = call.operand(0), &indices = call.operand(1);
  TGC_RETURN_IF_ERROR(checkIndexVectorDim(call, attrs.index_vector_dim, 0));
  auto lists = attrs.offset_dims.size() + attrs.collapsed_dims.size() +
               attrs.operand_batching_dims.size();
  if (lists != x.dims.size())
    return call.error( // gather_c1
        absl::StrCat(
            call.operandText(0), " has rank ", x.rank(), "; expected ", lists,
            ", the number of entries of "
            "'offset_dims' (",
            attrs.offset_dims.size(), "), 'collapsed_dims' (",
            attrs.collapsed_dims.size(), ") and 'operand_batching_dims' (",
            attrs.operand_batching_dims.size(), ") together"),
        "put every dimension of 'x' into one of the lists");
  bool vectors = attrs.index_vector_dim < indices.rank();
  int64_t rank =
      indices.rank() - vectors + static_cast<int64_t>(attrs.offset_dims.size());
  TGC_RETURN_IF_ERROR(call.checkRank(rank, [] { return "the result"; }));
  // gather_c5
  uint64_t starts = 0;
  TGC_RETURN_IF_ERROR(checkDims(call, "offset_dims", attrs.offset_dims, rank,
                                theResult, sets.offset));
  TGC_RETURN_IF_ERROR(checkDims(call, "collapsed_dims", attrs.collapsed_dims,
                                x.rank(), 0, sets.collapsed));
  TGC_RETURN_IF_ERROR(checkDims(call, "operand_batching_dims",
                                attrs.operand_batching_dims, x.rank(), 0,
                                sets.operandBatching));
  TGC_RETURN_IF_ERROR(checkDims(call, "start_index_map", attrs.start_index_map,
                                x.rank(), 0, starts));
  TGC_RETURN_IF_ERROR(checkDims(call, "indices_batching_dims",
                                attrs.indices_batching_dims, indices.rank(), 1,
                                sets.indicesBatching));
  TGC_RETURN_IF_ERROR(checkSorted(call, "offset_dims", attrs.offset_dims));
  TGC_RETURN_IF_ERROR(
      checkSorted(call, "collapsed_dims", attrs.collapsed_dims));
  TGC_RETURN_IF_ERROR(
      checkSorted(call, "operand_batching_dims", attrs.operand_batching_dims));
  TGC_RETURN_IF_ERROR(checkDisjoint(call, "collapsed_dims", sets.collapsed,
                                    "operand_batching_dims",
                                    sets.operandBatching));
  TGC_RETURN_IF_ERROR(checkDisjoint(call, "start_index_map", starts,
                                    "operand_batching_dims",
                                    sets.operandBatching));
  if (vectors &&
      has(sets.indicesBatching, static_cast<size_t>(attrs.index_vector_dim)))
    return call.error(
        absl::StrCat("attribute 'indices_batching_dims' has dimension ",
                     attrs.index_vector_dim,
                     ", which is 'index_vector_dim'; expected other "
                     "dimensions of ",
                     call.operandText(1)),
        "remove it from 'indices_batching_dims'");
  return absl::OkStatus();
}

/// gather_c3
absl::Status checkIndexVector(const Call &call, const GatherAttrs &attrs) {
  const TensorType &indices = call.operand(1);
  bool vectors = attrs.index_vector_dim < indices.rank();
  DimExpr length =
      vectors ? indices.dims[static_cast<size_t>(attrs.index_vector_dim)]
              : DimExpr(1);
  DimExpr entries = static_cast<int64_t>(attrs.start_index_map.size());
  return unify(
      call, entries, length,
      [&] {
        return absl::StrCat(call.operandText(1), " in index vector dimension ",
                            attrs.index_vector_dim);
      },
      [&] {
        return call.error(
            absl::StrCat(
                "attribute 'start_index_map' has ",
                countText(attrs.start_index_map.size(), "entry", "entries"),
                "; expected ", length.text(),
                ", the length of an index vector in ", call.operandText(1)),
            "name the dimension of 'x' of every index in the vector");
      });
}

/// gather_c4
absl::Status checkSliceSizes(const Call &call, const GatherAttrs &attrs,
                             const GatherDims &sets) {
  const TensorType &x = call.operand(0);
  TGC_RETURN_IF_ERROR(checkCount(call, "slice_sizes", attrs.slice_sizes.size(),
                                 x.dims.size(),
                                 [&] { return perDimension(call, 0); }));
  TGC_RETURN_IF_ERROR(checkSizes(call, "slice_sizes", attrs.slice_sizes));
  for (size_t d = 0; d < x.dims.size(); ++d) {
    const DimExpr &size = attrs.slice_sizes[d];
    auto what = [&] {
      return absl::StrCat("attribute 'slice_sizes' in dimension ", d);
    };
    if (has(sets.collapsed | sets.operandBatching, d)) {
      DimExpr one = 1;
      TGC_RETURN_IF_ERROR(unify(call, one, size, what, [&] {
        return call.error(absl::StrCat(what(), " is ", size.text(),
                                       "; expected 1, as the dimension is in '",
                                       has(sets.collapsed, d)
                                           ? "collapsed_dims"
                                           : "operand_batching_dims",
                                       "'"),
                          "write 1");
      }));
    }
    if (x.dims[d].provablyAtLeast(size))
      continue;
    if (size.provablyAtLeast(x.dims[d] + 1))
      return call.error(absl::StrCat(what(), " is ", size.text(),
                                     "; expected at most ", x.dims[d].text(),
                                     ", the size of dimension ", d, " of ",
                                     call.operandText(0)),
                        "take a smaller slice");
    call.addCheck(x.dims[d], size,
                  absl::StrCat(call.operandText(0), " in dimension ", d),
                  SizeRelation::AtLeast);
  }
  return absl::OkStatus();
}

} // namespace

absl::StatusOr<TensorTypes> inferGather(const Call &call,
                                        const GatherAttrs &attrs) {
  const TensorType &x = call.operand(0), &indices = call.operand(1);
  GatherDims sets;
  TGC_RETURN_IF_ERROR(checkGatherDims(call, attrs, sets));
  TGC_RETURN_IF_ERROR(checkIndexVector(call, attrs));
  TGC_RETURN_IF_ERROR(checkSliceSizes(call, attrs, sets));
  // gather_c6
  TGC_RETURN_IF_ERROR(checkCount(
      call, "indices_batching_dims", attrs.indices_batching_dims.size(),
      attrs.operand_batching_dims.size(),
      [] { return "as many as 'operand_batching_dims' has"; }));
  DimExprs positions = indices.dims;
  for (size_t i = 0; i < attrs.indices_batching_dims.size(); ++i) {
    int64_t of = attrs.operand_batching_dims[i];
    int64_t in = attrs.indices_batching_dims[i];
    DimExpr &size = positions[static_cast<size_t>(in)];
    size = x.dims[static_cast<size_t>(of)];
    TGC_RETURN_IF_ERROR(
        unifyPlaces(call, size, {1, in, "batching "}, {0, of},
                    [] { return "pair batching dimensions of equal size"; }));
  }
  if (attrs.index_vector_dim < indices.rank())
    positions.erase(positions.begin() + attrs.index_vector_dim);

  DimExprs dims;
  size_t rank = positions.size() + attrs.offset_dims.size();
  size_t position = 0, sliced = 0;
  for (size_t d = 0; d < rank; ++d) {
    if (!has(sets.offset, d)) {
      dims.push_back(positions[position++]);
      continue;
    }
    while (has(sets.collapsed | sets.operandBatching, sliced))
      ++sliced;
    dims.push_back(attrs.slice_sizes[sliced++]);
  }
  return result(x.dtype, std::move(dims));
}

absl::Status normalizeGather(const Call &call, GatherAttrs &attrs) {
  int64_t xRank = call.operand(0).rank();
  int64_t indicesRank = call.operand(1).rank();
  TGC_RETURN_IF_ERROR(
      checkIndexVectorDim(call, attrs.index_vector_dim, -indicesRank));
  if (attrs.index_vector_dim < 0)
    attrs.index_vector_dim += indicesRank;
  int64_t rank = indicesRank - (attrs.index_vector_dim < indicesRank) +
                 static_cast<int64_t>(attrs.offset_dims.size());
  TGC_RETURN_IF_ERROR(
      normalizeDims(call, "offset_dims", attrs.offset_dims, rank, theResult));
  TGC_RETURN_IF_ERROR(
      normalizeDims(call, "collapsed_dims", attrs.collapsed_dims, xRank, 0));
  TGC_RETURN_IF_ERROR(
      normalizeDims(call, "start_index_map", attrs.start_index_map, xRank, 0));
  TGC_RETURN_IF_ERROR(normalizeDims(call, "operand_batching_dims",
                                    attrs.operand_batching_dims, xRank, 0));
  return normalizeDims(call, "indices_batching_dims",
                       attrs.indices_batching_dims, indicesRank, 1);
}

} // namespace tgc::rule
