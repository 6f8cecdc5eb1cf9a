// Arrays by index and calls of kernels on every level and number of threads,
// for tests of kernels that look beyond one element.
#ifndef TGC_TEST_UNIT_RUNTIME_KERNELCALLS_H
#define TGC_TEST_UNIT_RUNTIME_KERNELCALLS_H

#include "ElementwiseCalls.h"

#include "tgc/runtime/infer/TypeRules.h"
#include "tgc/runtime/parallel/ParallelFor.h"

#include <algorithm>
#include <functional>

namespace tgc {

/// A tensor of the tests' own, so that references share no code with kernels.
template <class T> struct Array {
  Shape shape;
  std::vector<T> elements;

  T &at(const Shape &index) {
    EXPECT_EQ(index.size(), shape.size());
    int64_t place = 0;
    for (size_t d = 0; d < shape.size(); ++d) {
      EXPECT_TRUE(index[d] >= 0 && index[d] < shape[d]);
      place = place * shape[d] + index[d];
    }
    return elements[static_cast<size_t>(place)];
  }
  const T &at(const Shape &index) const {
    return const_cast<Array *>(this)->at(index);
  }
};

template <class T> Array<T> arrayOf(Shape shape, T value = {}) {
  auto n = static_cast<size_t>(checkedProduct(shape).value());
  return {std::move(shape), std::vector<T>(n, value)};
}

/// visit(index) in row-major order.
template <class Visit> void forEachIndex(const Shape &shape, Visit visit) {
  if (checkedProduct(shape).value() == 0)
    return;
  Shape index(shape.size(), 0);
  for (;;) {
    visit(index);
    size_t d = shape.size();
    while (d > 0 && ++index[d - 1] == shape[d - 1])
      index[--d] = 0;
    if (d == 0)
      return;
  }
}

template <class T> Value valueOf(const Array<T> &array) {
  Value value = *Value::allocate(dtypeOfElement<T>(), array.shape);
  if (!array.elements.empty())
    std::memcpy(value.buffer->data(), array.elements.data(),
                array.elements.size() * sizeof(T));
  return value;
}

template <class T> Array<T> arrayOf(const Value &value) {
  EXPECT_EQ(value.dtype, dtypeOfElement<T>());
  Array<T> array = arrayOf<T>(value.shape);
  if (!array.elements.empty())
    std::memcpy(array.elements.data(), value.buffer->data(),
                array.elements.size() * sizeof(T));
  return array;
}

/// Elements whose sums depend on their order; of an integer type any bits.
template <class T> Array<T> randomArray(Shape shape, uint64_t seed = 1) {
  Array<T> array = arrayOf<T>(std::move(shape));
  std::mt19937_64 random(seed);
  for (T &x : array.elements) {
    uint64_t bits = random();
    if constexpr (std::is_floating_point_v<T>)
      x = std::ldexp(static_cast<T>(bits >> 40), static_cast<int>(bits % 6)) *
          (bits & 32 ? T(-0x1p-24) : T(0x1p-24));
    else if constexpr (std::is_same_v<T, I1>)
      x = static_cast<I1>(bits & 1);
    else
      std::memcpy(&x, &bits, sizeof x);
  }
  return array;
}

template <class T>
void expectSame(const Array<T> &got, const Array<T> &expected,
                const std::string &what) {
  ASSERT_EQ(got.shape, expected.shape) << what;
  for (size_t i = 0; i < expected.elements.size(); ++i)
    ASSERT_TRUE(sameElement(got.elements[i], expected.elements[i]))
        << what << ": element " << i;
}

/// Sets the level and number of threads for a scope.
class RunningAs {
public:
  RunningAs(CpuLevel level, int32_t threads)
      : levelBefore(currentCpuLevel()),
        threadsBefore(tgc_set_num_threads(threads)) {
    setCpuLevel(level);
  }
  ~RunningAs() {
    setCpuLevel(levelBefore);
    tgc_set_num_threads(threadsBefore);
  }

private:
  CpuLevel levelBefore;
  int32_t threadsBefore;
};

/// True if the level multiplies and adds in one rounding.
inline bool fuses(CpuLevel level) {
#if defined(__x86_64__)
  return level != CpuLevel::Baseline;
#else
  return true;
#endif
}

/// The result of an op is `expected(fused)` at every level, with 1, 2 and 5
/// threads. Attributes are normalised first.
template <class T>
void expectRuns(OpKind kind, const std::vector<Value> &operands, OpAttrs attrs,
                const std::function<Array<T>(bool fused)> &expected,
                const std::string &what) {
  absl::InlinedVector<TensorType, 3> types;
  for (const Value &operand : operands)
    types.push_back(typeOf(operand));
  ASSERT_TRUE(normalizeAttrs(kind, types, attrs).ok()) << what;
  Array<T> plain = expected(false), fused = expected(true);
  for (CpuLevel level : cpuLevels())
    for (int32_t threads : {1, 2, 5}) {
      RunningAs scope(level, threads);
      auto results = runOp(kind, operands, attrs);
      ASSERT_TRUE(results.ok()) << what << ": " << results.status().message();
      expectSame(arrayOf<T>((*results)[0]), fuses(level) ? fused : plain,
                 what + " at " + levelName(level) + ", " +
                     std::to_string(threads) + " threads");
    }
}

/// The same for an op without products.
template <class T>
void expectRuns(OpKind kind, const std::vector<Value> &operands, OpAttrs attrs,
                const Array<T> &expected, const std::string &what) {
  expectRuns<T>(
      kind, operands, std::move(attrs), [&](bool) { return expected; }, what);
}

} // namespace tgc

#endif // TGC_TEST_UNIT_RUNTIME_KERNELCALLS_H
