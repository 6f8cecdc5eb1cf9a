// Calls of type rules, and what is expected of them, for their tests.
#ifndef TGC_TEST_UNIT_RUNTIME_TYPERULECALLS_H
#define TGC_TEST_UNIT_RUNTIME_TYPERULECALLS_H

#include "tgc/runtime/infer/TypeRules.h"

#include <gtest/gtest.h>

#include <limits>

namespace tgc {

inline constexpr int64_t highest = std::numeric_limits<int64_t>::max();

using Types = std::vector<TensorType>;
using List = std::vector<int64_t>;
using Sizes = std::vector<DimExpr>;

inline DimExpr sym(std::string_view name) { return DimExpr::symbol(name); }
inline const DimExpr b = sym("b"), h = sym("h");

inline TensorType f(DimExprs dims) { return {f32, std::move(dims)}; }
inline TensorType of(DType dtype, DimExprs dims = {}) {
  return {dtype, std::move(dims)};
}

/// Normalises and infers, as every caller does.
inline absl::StatusOr<TensorTypes>
infer(OpKind kind, const Types &operands, OpAttrs attrs = {},
      std::vector<SizeCheck> *checks = nullptr) {
  TGC_RETURN_IF_ERROR(normalizeAttrs(kind, operands, attrs));
  return inferTypes(kind, operands, attrs, checks);
}

inline std::string messageOf(const absl::Status &status) {
  return status.ok() ? "accepted" : std::string(status.message());
}

inline void expectType(OpKind kind, const Types &operands, const OpAttrs &attrs,
                       const std::string &expected) {
  auto types = infer(kind, operands, attrs);
  SCOPED_TRACE(std::string(opInfo(kind).mnemonic));
  ASSERT_TRUE(types.ok()) << types.status().message();
  ASSERT_EQ(types->size(), opInfo(kind).numResults);
  EXPECT_EQ(typeText((*types)[0]), expected);
}

inline void expectError(OpKind kind, const Types &operands,
                        const OpAttrs &attrs, const std::string &expected) {
  auto types = infer(kind, operands, attrs);
  EXPECT_EQ(messageOf(types.status()), expected);
}

/// The rule alone, for what normalizeAttrs would refuse or change.
inline void expectRuleError(OpKind kind, const Types &operands,
                            const OpAttrs &attrs, const std::string &expected) {
  EXPECT_EQ(messageOf(inferTypes(kind, operands, attrs).status()), expected);
}

inline std::string checksText(const std::vector<SizeCheck> &checks) {
  std::string text;
  for (const SizeCheck &check : checks)
    text += check.what + " has size " + check.got.text() + "; expected " +
            (check.relation == SizeRelation::AtLeast ? "at least " : "") +
            check.expected.text() + "\n";
  return text;
}

inline void expectChecks(OpKind kind, const Types &operands,
                         const OpAttrs &attrs, const std::string &type,
                         const std::string &expected) {
  std::vector<SizeCheck> checks;
  auto types = infer(kind, operands, attrs, &checks);
  ASSERT_TRUE(types.ok()) << types.status().message();
  EXPECT_EQ(typeText((*types)[0]), type);
  EXPECT_EQ(checksText(checks), expected);
  EXPECT_TRUE(infer(kind, operands, attrs).ok()); // checks may be null
}

inline DotGeneralAttrs dot(List lhsContract, List rhsContract,
                           List lhsBatch = {}, List rhsBatch = {}) {
  return {.lhs_contract = std::move(lhsContract),
          .rhs_contract = std::move(rhsContract),
          .lhs_batch = std::move(lhsBatch),
          .rhs_batch = std::move(rhsBatch),
          .accum = {},
          .out = {}};
}

inline GatherAttrs rows() {
  GatherAttrs attrs;
  attrs.offset_dims = {1};
  attrs.collapsed_dims = {0};
  attrs.start_index_map = {0};
  attrs.index_vector_dim = 1;
  attrs.slice_sizes = {1, 8};
  return attrs;
}

inline Value value(DType dtype, Shape shape) {
  return Value{dtype, std::move(shape), nullptr};
}

} // namespace tgc

#endif // TGC_TEST_UNIT_RUNTIME_TYPERULECALLS_H
