// Probabilities from scores.
#include "tgc/frontend/library/composite/Softmax.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/CompositeCall.h"
#include "tgc/frontend/library/composite/Shape.h"

namespace tgc {
namespace {

Tensor reduced(const Tensor &x, ReduceKind kind, int64_t dim,
               std::source_location where) {
  return keep_dims(reduce(x, kind, {dim}, {}, where), x, {dim}, where);
}

Tensor shifted(const Tensor &x, int64_t dim, std::source_location where) {
  return subtract(x, reduced(x, ReduceKind::max, dim, where), where);
}

} // namespace

Tensor softmax(const Tensor &x, int64_t dim, std::source_location where) {
  const CompositeCall call("softmax", where);
  call.needsFloat({x});
  dim = call.normalized("dim", dim, {x});
  const Tensor powers = exp(shifted(x, dim, where), where);
  return divide(powers, reduced(powers, ReduceKind::add, dim, where), where);
}

Tensor log_softmax(const Tensor &x, int64_t dim, std::source_location where) {
  const CompositeCall call("log_softmax", where);
  call.needsFloat({x});
  dim = call.normalized("dim", dim, {x});
  const Tensor scores = shifted(x, dim, where);
  const Tensor total = reduced(exp(scores, where), ReduceKind::add, dim, where);
  return subtract(scores, log(total, where), where);
}

} // namespace tgc
