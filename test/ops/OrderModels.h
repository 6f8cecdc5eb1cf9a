// The orders of semantics.md 5 and 6, element by element: independent of every
// kernel and emitter.
#ifndef TGC_TEST_OPS_ORDERMODELS_H
#define TGC_TEST_OPS_ORDERMODELS_H

#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace tgc::test {

/// Runs of one lane by step 3: T(m) = T(first p) + T(the rest), p the largest
/// power of two below m.
template <class F, class Combine>
F treeOf(std::span<const F> runs, const Combine &combine) {
  if (runs.size() == 1)
    return runs[0];
  size_t p = 1;
  while (2 * p < runs.size())
    p *= 2;
  return combine(treeOf(runs.first(p), combine),
                 treeOf(runs.subspan(p), combine));
}

/// The reduction of `elements` by semantics.md 5; `identity` if there are none.
template <class F, class Combine>
F reduceModel(std::span<const F> elements, F identity, const Combine &combine) {
  std::optional<F> lanes[16];
  for (size_t lane = 0; lane < 16; ++lane) {
    std::vector<F> runs;
    size_t owned = 0;
    for (size_t i = lane; i < elements.size(); i += 16, ++owned)
      if (owned % 8 == 0)
        runs.push_back(elements[i]);
      else
        runs.back() = combine(runs.back(), elements[i]);
    if (!runs.empty())
      lanes[lane] = treeOf(std::span<const F>(runs), combine);
  }
  for (size_t s : {8, 4, 2, 1})
    for (size_t l = 0; l < s; ++l)
      if (lanes[l] && lanes[l + s])
        lanes[l] = combine(*lanes[l], *lanes[l + s]);
  return lanes[0].value_or(identity);
}

/// A sum of products by semantics.md 6, fed product by product.
template <class F> class ProductModel {
public:
  void add(F a, F b) {
    total = std::fma(a, b, total);
    next();
  }
  /// A hole: keeps its number, adds nothing.
  void skip() { next(); }
  F result() const {
    if (count % 256 == 0 && count > 0)
      return sum;
    return count < 256 ? total : sum + total;
  }

private:
  void next() {
    if (++count % 256 != 0)
      return;
    sum = count == 256 ? total : sum + total;
    total = 0;
  }

  F sum = 0, total = 0;
  int64_t count = 0;
};

} // namespace tgc::test

#endif // TGC_TEST_OPS_ORDERMODELS_H
