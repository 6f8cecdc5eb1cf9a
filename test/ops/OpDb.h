// The op table of the tests: one row per op, from which every property is
// derived. An op without a row fails the build.
#ifndef TGC_TEST_OPS_OPDB_H
#define TGC_TEST_OPS_OPDB_H

#include "tgc/runtime/core/OpKind.h"
#include "tgc/test/ops/Values.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tgc::test {

using Operands = std::span<const Tensor>;

/// How to make an operand.
struct OperandSpec {
  /// A character per dimension: a digit is its size; a letter names a size
  /// that differs from run to run. "bc33": batch and channels of a 3x3 kernel.
  std::string dims;
  Domain domain = Domain::Any;
  /// None: the dtype that the test runs for.
  std::optional<DType> dtype = {};
};

/// One way to call an op.
struct OpCase {
  /// Attributes, for messages.
  std::string name;
  std::vector<OperandSpec> operands;
  /// Sizes of attributes are written as Dim arithmetic on those of operands,
  /// so that the same call is traced with named sizes.
  std::function<Tensor(Operands)> call;
  /// Sizes of the letters, in the order of their first appearance; a run each.
  std::vector<std::vector<int64_t>> sizes;
};
using OpCases = std::vector<OpCase>;

/// What results of CPUs without fused multiply-add have to do with the others'.
enum class WithoutFma : uint8_t {
  Equal,   // the same bits
  Ulps,    // each within the op's ULP bound (semantics.md 8)
  Product, // each within the bound of sums of products (semantics.md 6)
};

struct OpRow {
  OpKind kind;
  /// Every way to call it with operands of a dtype.
  OpCases (*cases)(DType dtype);
  /// A call with operands that no rule allows, and what its message says after
  /// "TGC-E0402: tgc.<op>: "; null where all shapes are allowed.
  Tensor (*callWrongly)();
  const char *wrongText;
  WithoutFma withoutFma = WithoutFma::Equal;
  /// ULP bounds in f32 and f64 of semantics.md 8; 0 for exact ops.
  int ulps32 = 0, ulps64 = 0;
};

/// The row of an op.
const OpRow &opRow(OpKind kind);

/// The dtypes to run an op for: those that operand 0 takes, the result's for
/// an op without operands. A choice or an index is no parameter.
std::vector<DType> dtypesOf(OpKind kind);

/// Values of `dims` where `sizes` are those of the letters of all `operands`,
/// in order of first appearance.
std::vector<int64_t> concreteDims(const OpCase &opCase, const std::string &dims,
                                  const std::vector<int64_t> &sizes);

} // namespace tgc::test

#endif // TGC_TEST_OPS_OPDB_H
