// What the type rules of all families share: one call, its messages, and the
// comparison of sizes. Internal to infer.
#ifndef TGC_RUNTIME_INFER_RULE_H
#define TGC_RUNTIME_INFER_RULE_H

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "tgc/runtime/infer/TypeRules.h"

namespace tgc::rule {

using Text = absl::FunctionRef<std::string()>;
using Error = absl::FunctionRef<absl::Status()>;

/// One call under inference. Methods that return a Status build no text unless
/// they fail.
struct Call {
  OpKind kind;
  const OpInfo &info;
  absl::Span<const TensorType> operands;
  const OpAttrs &attrs;
  std::vector<SizeCheck> *checks; // may be null

  const TensorType &operand(size_t i) const { return operands[i]; }
  /// "rhs".
  std::string operandName(size_t i) const;
  /// "operand 1 ('rhs')".
  std::string operandText(size_t i) const;

  /// InvalidArgument "tgc.<op>: <message>\n  fix: <fix>".
  absl::Status error(const std::string &message, const std::string &fix) const;
  absl::Status tooLarge(const std::string &what) const;
  /// The attributes in the variant belong to another op.
  absl::Status wrongAttrs() const;

  absl::Status checkOperandCount() const;
  /// Refuses a rank above Limits::rank, so that a set of dims fits 64 bits.
  absl::Status checkRank(int64_t rank, Text what) const;
  /// operand i has the dtype of operand `base`.
  absl::Status sameDType(size_t i, size_t base) const;

  void addCheck(const DimExpr &got, const DimExpr &expected,
                const std::string &what, SizeRelation relation) const;
};

/// One result.
inline absl::StatusOr<TensorTypes> result(DType dtype, DimExprs dims) {
  TensorTypes types;
  types.push_back({dtype, std::move(dims)});
  return types;
}

/// Makes `size` the better known of itself and `got`, which must be equal: a
/// static size beats a symbolic one. The error if they are provably different;
/// a SizeCheck with the text `what` if that is open.
absl::Status unify(const Call &call, DimExpr &size, const DimExpr &got,
                   Text what, Error error);

/// A dimension of an operand; `role` precedes the word, as "contracted ".
struct Place {
  size_t operand;
  int64_t dim;
  const char *role = "";
};

/// unify for the size of a dimension that must be that of another one (`size`
/// holds what is known of it so far).
absl::Status unifyPlaces(const Call &call, DimExpr &size, Place got,
                         Place expected, Text fix);

/// value >= minimum. The error if it is provably less; a SizeCheck if open;
/// `what` too if the value is invalid().
absl::Status atLeast(const Call &call, const DimExpr &value, int64_t minimum,
                     Text what, Error error);

/// Entries of the size list attribute `name` are 0 or more.
absl::Status checkSizes(const Call &call, const char *name,
                        absl::Span<const DimExpr> sizes);

/// Like atLeast, for the condition that a block lies inside a dimension of
/// operand 0 unless it is empty: offset >= 0 and
/// offset + (size - 1) * stride < size of the dimension; stride > 0.
absl::Status checkBlock(const Call &call, int64_t dim, const DimExpr &offset,
                        const DimExpr &size, const DimExpr &stride);

/// A list attribute has `expected` entries; `reason`: "one per dimension of
/// operand 0 ('x')".
absl::Status checkCount(const Call &call, const char *name, size_t count,
                        size_t expected, Text reason);

/// What a dimension belongs to: the index of an operand, or the result.
inline constexpr size_t theResult = ~size_t{0};

/// "one per dimension of operand 0 ('x')".
std::string perDimension(const Call &call, size_t owner);

/// Entries of an attribute are in [0, rank) and unlike; `owner` is what has
/// that rank. Sets their bits in `seen`.
absl::Status checkDims(const Call &call, const char *name,
                       absl::Span<const int64_t> dims, int64_t rank,
                       size_t owner, uint64_t &seen);

/// checkDims for one dimension.
absl::Status checkDim(const Call &call, const char *name, int64_t dim,
                      int64_t rank, size_t owner);

/// `perm` is a permutation of [0, rank).
absl::Status checkPermutation(const Call &call, const char *name,
                              absl::Span<const int64_t> perm, int64_t rank,
                              size_t owner);

/// Entries of an attribute are at least `minimum`.
absl::Status checkEntries(const Call &call, const char *name,
                          absl::Span<const int64_t> values, int64_t minimum);

/// `accum` is a float not narrower than a float operand 0, the dtype of any
/// other.
absl::Status checkAccum(const Call &call, std::optional<DType> accum);

/// Adds `rank` to a negative dim. Error: outside [-rank, rank).
absl::Status normalizeDim(const Call &call, const char *name, int64_t &dim,
                          int64_t rank, size_t owner);
absl::Status normalizeDims(const Call &call, const char *name,
                           std::vector<int64_t> &dims, int64_t rank,
                           size_t owner);

/// Fills an empty list with `count` times `value`.
inline void fillEmpty(std::vector<int64_t> &list, int64_t count,
                      int64_t value) {
  if (list.empty())
    list.assign(static_cast<size_t>(count), value);
}

/// Size of a dimension after `dilation - 1` holes between its elements:
/// 0 if it is 0, else (size - 1) * dilation + 1.
DimExpr dilated(const DimExpr &size, int64_t dilation);

/// Positions of a window: (base + lo + hi - window) / stride + 1, 0 if the
/// window does not fit.
DimExpr windowPositions(const DimExpr &base, int64_t lo, int64_t hi,
                        const DimExpr &window, int64_t stride);

/// "2xbatch", "scalar".
std::string shapeText(absl::Span<const DimExpr> dims);
std::string nameText(DType dtype);
/// "[2, 1]".
std::string listText(absl::Span<const int64_t> list);
/// "1 entry", "2 entries".
std::string countText(size_t count, const char *one, const char *many);
/// "f32, f64 or i1" of the words of "f32 f64 i1".
std::string orText(std::string_view words);

// One rule per op, infer<Op>, or one for several (typeRule in the op records);
// normalize<Op> puts dims and empty lists of the attributes into the form that
// IR holds. Defined in the file of the op's family.
#define TGC_TYPE_RULES
#include "tgc/runtime/TypeRules.inc"

} // namespace tgc::rule

#endif // TGC_RUNTIME_INFER_RULE_H
