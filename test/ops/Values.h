// Values for the tests of ops: random ones with every edge, and how two
// tensors differ.
#ifndef TGC_TEST_OPS_VALUES_H
#define TGC_TEST_OPS_VALUES_H

#include "tgc/frontend/api/Tensor.h"

#include <cstdint>
#include <random>
#include <string>
#include <utility>

namespace tgc::test {

/// Which values a random operand has.
enum class Domain : uint8_t {
  /// Every kind: NaN, infinities, zeros, denormals, extremes, random bits.
  Any,
  /// Floats in [-2, 2] with zeros and denormals, so that sums and products
  /// depend on their order; one in some thousand elements is not finite.
  /// Integers as Any.
  Sums,
  /// Few distinct values, of Any: ties.
  Ties,
  /// Integers 0, 1, 2: in range for every size the tests use.
  SmallIndex,
  /// Integers in and around a range of sizes, and the extremes.
  AnyIndex,
};

using Random = std::mt19937_64;

/// Calls `visit` with a value of the C++ type of a stored dtype.
template <class Visit> decltype(auto) visitDType(DType dtype, Visit visit) {
  switch (dtype) {
  case DType::i1:
    return visit(bool());
  case DType::u8:
    return visit(uint8_t());
  case DType::i32:
    return visit(int32_t());
  case DType::i64:
    return visit(int64_t());
  case DType::f16:
    return visit(Half());
  case DType::f32:
    return visit(float());
  default:
    return visit(double());
  }
}

/// A tensor of a stored dtype and concrete sizes. Small tensors of Any begin
/// with different special values, larger ones hold all.
Tensor randomTensor(DType dtype, const std::vector<int64_t> &sizes,
                    Domain domain, Random &random);

/// How NaNs compare: all alike (semantics.md 4: payload and sign of an
/// arithmetic NaN are unspecified), or as bits.
enum class NaNs : uint8_t { Alike, Bits };

/// Nothing if `got` has the dtype, shape and bits of `expected`; else the
/// first difference, as "element 17 is 1.5 (0x3fc00000); expected ...".
std::string difference(const Tensor &got, const Tensor &expected,
                       NaNs nans = NaNs::Alike);

/// Like difference, for floats that may be this many ULPs apart. NaN and
/// infinities must agree, but for an infinity next to the largest number.
std::string differenceInUlps(const Tensor &got, const Tensor &expected,
                             int64_t ulps);

/// "2x3xf32".
std::string typeText(const Tensor &x);

} // namespace tgc::test

#endif // TGC_TEST_OPS_VALUES_H
