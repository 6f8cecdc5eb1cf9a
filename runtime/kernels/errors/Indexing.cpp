// Index errors of family Indexing.
#include "tgc/runtime/kernels/IndexErrors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tgc::kernels::errors {
namespace {

/// The position in coordinates of the indices without their vector dimension,
/// `offset` becomes that of the position's first component in elements.
std::string positionText(const Value &indices, int64_t vectorDim,
                         int64_t position, int64_t &offset) {
  Shape strides = rowMajorStrides(indices.shape);
  std::vector<int64_t> coordinates;
  offset = 0;
  for (int64_t d = static_cast<int64_t>(indices.shape.size()); d-- > 0;) {
    if (d == vectorDim)
      continue;
    int64_t size = indices.shape[static_cast<size_t>(d)];
    coordinates.insert(coordinates.begin(), position % size);
    offset += position % size * strides[static_cast<size_t>(d)];
    position /= size;
  }
  return coordinates.size() == 1
             ? absl::StrCat(coordinates[0])
             : absl::StrCat("[", absl::StrJoin(coordinates, ", "), "]");
}

} // namespace

absl::Status gather(absl::Span<const Value> operands, const OpAttrs &any,
                    int64_t position) {
  const Value &x = operands[0], &indices = operands[1];
  const auto &attrs = *std::get_if<GatherAttrs>(&any);
  int64_t vectorDim = attrs.index_vector_dim, offset;
  std::string where = positionText(indices, vectorDim, position, offset);
  int64_t step = 0;
  if (vectorDim < static_cast<int64_t>(indices.shape.size()))
    step = rowMajorStrides(indices.shape)[static_cast<size_t>(vectorDim)];
  for (size_t i = 0; i < attrs.start_index_map.size(); ++i) {
    int64_t at = offset + static_cast<int64_t>(i) * step;
    int64_t index = indices.dtype == DType::i32 ? indices.data<int32_t>()[at]
                                                : indices.data<int64_t>()[at];
    auto dim = static_cast<size_t>(attrs.start_index_map[i]);
    int64_t slice = attrs.slice_sizes[dim].constant().value_or(0);
    int64_t last = x.shape[dim] - slice;
    if (index >= 0 && index <= last)
      continue;
    return absl::OutOfRangeError(absl::StrCat(
        "tgc.gather: index ", index, " at position ", where,
        " of operand 1 ('indices') is outside [0, ", last, "]; dimension ", dim,
        " of operand 0 ('x') has size ", x.shape[dim], " and slices have ",
        slice,
        "\n  fix: keep indices within the size they index, or use oob = clamp "
        "or oob = fill"));
  }
  return absl::InternalError("tgc.gather: reported an index that is in range");
}

} // namespace tgc::kernels::errors
