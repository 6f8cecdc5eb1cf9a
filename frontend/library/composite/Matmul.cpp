// The matrix product.
#include "tgc/frontend/library/composite/Matmul.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/eager/CompositeCall.h"
#include "tgc/frontend/library/composite/Shape.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <numeric>

namespace tgc {
namespace {

bool isOne(const Dim &size) { return size.expr().constant() == 1; }

/// The sizes of x before its last two.
std::vector<Dim> batchOf(const Tensor &x) {
  const Dims shape = x.shape();
  return {shape.begin(), shape.end() - 2};
}

/// The batch sizes of a and b broadcast. A symbolic size broadcasts against a
/// 1 alone: against another it is taken to be equal, and dot_general checks.
std::vector<Dim> commonBatch(const std::vector<Dim> &a,
                             const std::vector<Dim> &b) {
  std::vector<Dim> common = a.size() > b.size() ? a : b;
  const std::vector<Dim> &other = a.size() > b.size() ? b : a;
  for (size_t i = 0; i < other.size(); ++i) {
    Dim &size = common[common.size() - other.size() + i];
    if (isOne(size) || (size.is_symbolic() && !isOne(other[i])))
      size = other[i];
  }
  return common;
}

/// x with these batch sizes.
Tensor withBatch(const Tensor &x, const std::vector<Dim> &batch,
                 std::source_location where) {
  std::vector<Dim> own = batchOf(x);
  bool same = own.size() == batch.size();
  for (size_t i = 0; same && i < own.size(); ++i)
    same = isOne(own[i]) == isOne(batch[i]);
  if (same)
    return x;
  Dims sizes(batch);
  sizes.push_back(x.size(-2));
  sizes.push_back(x.size(-1));
  return broadcast_to(x, sizes, where);
}

/// a and b of rank 2 or more, equal dtypes.
Tensor product(const Tensor &a, const Tensor &b, std::source_location where) {
  const int64_t inner = a.rank() - 1;
  const std::vector<Dim> batch = commonBatch(batchOf(a), batchOf(b));
  const std::vector<Dim> ofB = batchOf(b);
  if (std::all_of(ofB.begin(), ofB.end(), isOne)) {
    // One matrix on the right: the batch of a is just more rows.
    const Tensor matrix =
        ofB.empty() ? b : reshape(b, {b.size(-2), b.size(-1)}, where);
    const Tensor y = dot_general(a, matrix, {inner}, {0}, {}, where);
    const int64_t added = b.rank() - a.rank();
    if (added <= 0)
      return y;
    std::vector<int64_t> dims(static_cast<size_t>(added));
    std::iota(dims.begin(), dims.end(), 0);
    return unsqueeze(y, dims, where);
  }
  const Tensor lhs = withBatch(a, batch, where);
  const Tensor rhs = withBatch(b, batch, where);
  DotGeneralOptions options;
  std::vector<int64_t> dims(batch.size());
  std::iota(dims.begin(), dims.end(), 0);
  options.lhs_batch = options.rhs_batch = dims;
  const auto rank = static_cast<int64_t>(batch.size()) + 2;
  return dot_general(lhs, rhs, {rank - 1}, {rank - 2}, options, where);
}

/// Inner sizes are equal and batch sizes broadcast, as far as they are known.
void checkSizes(const CompositeCall &call, const CompositeCall::Operand &a,
                const CompositeCall::Operand &b) {
  const DimExprs &left = a.tensor.impl()->type.dims;
  const DimExprs &right = b.tensor.impl()->type.dims;
  const size_t inner = right.size() < 2 ? 0 : right.size() - 2;
  if (left.back().provablyDifferent(right[inner]))
    call.refuse(absl::StrCat(b.text(), " has size ", right[inner].text(),
                             " in dimension ", inner, "; expected ",
                             left.back().text(), ", the size of dimension ",
                             left.size() - 1, " of ", a.text()),
                "transpose or reshape one of them");
  for (size_t back = 3; back <= std::min(left.size(), right.size()); ++back) {
    const DimExpr &x = left[left.size() - back];
    const DimExpr &y = right[right.size() - back];
    if (x.constant() != 1 && y.constant() != 1 && x.provablyDifferent(y))
      call.refuse(absl::StrCat(b.text(), " has size ", y.text(),
                               " in dimension ", right.size() - back,
                               "; expected 1 or ", x.text(),
                               ", to broadcast with dimension ",
                               left.size() - back, " of ", a.text()),
                  "dimensions before the last two broadcast from the last on");
  }
}

} // namespace

Tensor matmul(const Tensor &a, const Tensor &b, std::source_location where) {
  const CompositeCall call("matmul", where);
  const CompositeCall::Operand lhsOperand{a, 0, "a"}, rhsOperand{b, 1, "b"};
  for (const CompositeCall::Operand &x : {lhsOperand, rhsOperand}) {
    call.needsValue(x);
    if (x.tensor.rank() == 0)
      call.refuse(x.text() + " is a scalar; expected at least one dimension",
                  "use * to scale");
  }
  checkSizes(call, lhsOperand, rhsOperand);
  const DType dtype = valueOrThrow(promote(a.dtype(), b.dtype()), where);
  Tensor lhs = a.dtype() == dtype ? a : convert(a, dtype, where);
  Tensor rhs = b.dtype() == dtype ? b : convert(b, dtype, where);
  if (a.rank() == 1)
    lhs = unsqueeze(lhs, {0}, where);
  if (b.rank() == 1)
    rhs = unsqueeze(rhs, {1}, where);
  Tensor y = product(lhs, rhs, where);
  if (b.rank() == 1)
    y = squeeze(y, {-1}, where);
  if (a.rank() == 1)
    y = squeeze(y, {b.rank() == 1 ? -1 : -2}, where);
  return y;
}

} // namespace tgc
