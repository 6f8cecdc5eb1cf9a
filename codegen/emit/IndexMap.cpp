// Affine functions of a point, and the joining of loops.
#include "tgc/codegen/emit/IndexMap.h"

namespace tgc::codegen {

Affine Affine::constant(const DimExpr &value, size_t rank) {
  return {value, DimExprs(rank, DimExpr(0))};
}

Affine Affine::dim(size_t d, size_t rank) {
  Affine result = constant(0, rank);
  result.strides[d] = 1;
  return result;
}

Affine Affine::operator+(const Affine &other) const {
  Affine result = *this;
  result.offset = result.offset + other.offset;
  for (size_t d = 0; d < strides.size(); ++d)
    result.strides[d] = result.strides[d] + other.strides[d];
  return result;
}

Affine Affine::operator*(const DimExpr &factor) const {
  Affine result = *this;
  result.offset = result.offset * factor;
  for (DimExpr &stride : result.strides)
    stride = stride * factor;
  return result;
}

bool Affine::provablyEqual(const Affine &other) const {
  if (!offset.provablyEqual(other.offset))
    return false;
  for (size_t d = 0; d < strides.size(); ++d)
    if (!strides[d].provablyEqual(other.strides[d]))
      return false;
  return true;
}

bool Affine::ignores(size_t d) const { return stride(d) == 0; }

IndexMap IndexMap::identity(size_t rank) {
  IndexMap map;
  for (size_t d = 0; d < rank; ++d)
    map.dims.push_back(Affine::dim(d, rank));
  return map;
}

bool IndexMap::provablyEqual(const IndexMap &other) const {
  if (position.has_value() != other.position.has_value() ||
      dims.size() != other.dims.size())
    return false;
  if (position && !position->provablyEqual(*other.position))
    return false;
  for (size_t d = 0; d < dims.size(); ++d)
    if (!dims[d].provablyEqual(other.dims[d]))
      return false;
  return true;
}

DimExprs rowMajorStrides(const DimExprs &sizes) {
  DimExprs strides(sizes.size(), DimExpr(1));
  for (size_t d = sizes.size(); d-- > 1;)
    strides[d - 1] = strides[d] * sizes[d];
  return strides;
}

Affine positionOf(const IndexMap &map, const DimExprs &sizes, size_t rank) {
  if (map.position)
    return *map.position;
  Affine result = Affine::constant(0, rank);
  DimExprs strides = rowMajorStrides(sizes);
  for (size_t d = 0; d < sizes.size(); ++d)
    result = result + map.dims[d] * strides[d];
  return result;
}

DimExpr ceilDiv(const DimExpr &a, int64_t b) {
  return b == 1 ? a : floor_div(a + DimExpr(b - 1), DimExpr(b));
}

void Space::collapse(llvm::ArrayRef<Affine *> accesses) {
  auto erase = [&](size_t d) {
    dims.erase(dims.begin() + d);
    for (Affine *access : accesses)
      access->strides.erase(access->strides.begin() + d);
  };
  for (size_t d = dims.size(); d-- > 0;)
    if (dims[d].size.constant() == 1)
      erase(d);
  for (size_t d = dims.size(); d-- > 1;) {
    if (dims[d - 1].role != dims[d].role)
      continue;
    bool joins = llvm::all_of(accesses, [&](const Affine *access) {
      return access->strides[d - 1].provablyEqual(access->strides[d] *
                                                  dims[d].size);
    });
    if (!joins)
      continue;
    Dim &outer = dims[d - 1];
    outer.size = outer.size * dims[d].size;
    outer.members.append(dims[d].members.begin(), dims[d].members.end());
    for (Affine *access : accesses)
      access->strides[d - 1] = access->strides[d];
    erase(d);
  }
}

llvm::SmallVector<unsigned, 4> Space::withRole(int role) const {
  llvm::SmallVector<unsigned, 4> result;
  for (unsigned d = 0; d < dims.size(); ++d)
    if (dims[d].role == role)
      result.push_back(d);
  return result;
}

} // namespace tgc::codegen
