// Calls of elementwise kernels at a CPU level, and distances in ULPs, for their
// tests.
#ifndef TGC_TEST_UNIT_RUNTIME_ELEMENTWISECALLS_H
#define TGC_TEST_UNIT_RUNTIME_ELEMENTWISECALLS_H

#include "tgc/runtime/kernels/KernelTable.h"

#include <gtest/gtest.h>
#include <mpfr.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

namespace tgc {

/// An element of i1: std::vector<bool> has no bytes.
enum class I1 : uint8_t { No, Yes };

template <class T> constexpr DType dtypeOfElement() {
  if constexpr (std::is_same_v<T, I1>)
    return DType::i1;
  else
    return dtypeOf<T>;
}

inline std::vector<CpuLevel> cpuLevels() {
  std::vector<CpuLevel> levels = {CpuLevel::Baseline};
  for (CpuLevel level : {CpuLevel::V3, CpuLevel::V4})
    if (level <= bestCpuLevel())
      levels.push_back(level);
  return levels;
}

inline const char *levelName(CpuLevel level) {
  return level == CpuLevel::Baseline ? "baseline"
         : level == CpuLevel::V3     ? "v3"
                                     : "v4";
}

/// Runs the kernel of `kind`; operands have one length.
template <class Out, class... In>
std::vector<Out> runKernel(CpuLevel level, OpKind kind, const OpAttrs &attrs,
                           const std::vector<In> &...operands) {
  std::vector<KernelTensor> tensors = {
      KernelTensor{const_cast<In *>(operands.data()), dtypeOfElement<In>(),
                   nullptr, 1, static_cast<int64_t>(operands.size())}...};
  for (KernelTensor &tensor : tensors)
    tensor.dims = &tensor.elements;
  std::vector<Out> result(tensors[0].elements);
  KernelTensor out = {result.data(), dtypeOfElement<Out>(),
                      &tensors[0].elements, 1, tensors[0].elements};
  KernelCall call = {
      kind, tensors.data(), static_cast<int64_t>(tensors.size()), &out,
      1,    &attrs};
  EXPECT_EQ(kernelFor(kind, level)(call), -1);
  return result;
}

template <class F>
using BitsOf = std::conditional_t<sizeof(F) == 4, uint32_t, uint64_t>;
template <class F> F fromBits(BitsOf<F> bits) {
  F x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
template <class F> BitsOf<F> toBits(F x) {
  BitsOf<F> bits;
  std::memcpy(&bits, &x, sizeof x);
  return bits;
}

/// Same bits, all NaN being one.
template <class T> bool sameElement(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return (std::isnan(a) && std::isnan(b)) || toBits(a) == toBits(b);
  else
    return a == b;
}

/// |got - exact| in ULPs of the exact value's binade; infinite where one is
/// NaN or an infinity that the rounded exact value is not, or a zero's sign
/// differs.
template <class F> double ulpsFrom(long double exact, F got) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  using Limits = std::numeric_limits<F>;
  F rounded = static_cast<F>(exact);
  if (std::isnan(rounded) || std::isnan(got))
    return std::isnan(rounded) && std::isnan(got) ? 0 : wrong;
  if (std::isinf(rounded) && std::isinf(got))
    return rounded == got ? 0 : wrong;
  if (exact == 0 && got == 0)
    return std::signbit(rounded) == std::signbit(got) ? 0 : wrong;
  if (std::isinf(got)) // its place is the next after the largest
    return static_cast<double>(
        (std::ldexp(1.0L, Limits::max_exponent) - std::fabs(exact)) /
        std::ldexp(1.0L, Limits::max_exponent - Limits::digits));
  int exponent = 0;
  std::frexp(exact, &exponent);
  int least = Limits::min_exponent - Limits::digits;
  int ulp = exact == 0 ? least : std::max(exponent - Limits::digits, least);
  return static_cast<double>(std::fabs(got - exact) / std::ldexp(1.0L, ulp));
}

/// Random floats of all magnitudes, NaN and infinities with them.
template <class F> std::vector<F> anyFloats(int64_t n, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<F> x(n);
  for (F &v : x)
    v = fromBits<F>(static_cast<BitsOf<F>>(random()));
  return x;
}

/// n floats spread evenly over [low, high].
template <class F>
void appendRange(std::vector<F> &x, double low, double high, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    x.push_back(static_cast<F>(low + (high - low) * i / (n - 1)));
}

/// The n floats on each side of `centre`, and itself.
template <class F>
void appendNeighbours(std::vector<F> &x, F centre, int64_t n) {
  F up = centre, down = centre;
  x.push_back(centre);
  for (int64_t i = 0; i < n; ++i) {
    x.push_back(up = std::nextafter(up, std::numeric_limits<F>::infinity()));
    x.push_back(down =
                    std::nextafter(down, -std::numeric_limits<F>::infinity()));
  }
}

/// Zeros, ones, halves, denormals, extremes, infinities, NaN, of both signs.
template <class F> std::vector<F> specialFloats() {
  using Limits = std::numeric_limits<F>;
  std::vector<F> x;
  for (F v : {F(0),
              Limits::denorm_min(),
              F(5) * Limits::denorm_min(),
              std::nextafter(Limits::min(), F(0)),
              Limits::min(),
              Limits::epsilon(),
              F(0.25),
              F(0.5),
              F(1) - Limits::epsilon() / 2,
              F(1),
              F(1) + Limits::epsilon(),
              F(1.5),
              F(2),
              F(2.5),
              F(3),
              F(1000001),
              F(2) / Limits::epsilon() - 1,
              F(4) / Limits::epsilon(),
              Limits::max(),
              Limits::infinity(),
              Limits::quiet_NaN()}) {
    x.push_back(v);
    x.push_back(-v);
  }
  return x;
}

} // namespace tgc

#endif // TGC_TEST_UNIT_RUNTIME_ELEMENTWISECALLS_H
