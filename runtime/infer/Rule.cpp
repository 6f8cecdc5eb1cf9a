// Messages and checks that the type rules of all families share.
#include "tgc/runtime/infer/Rule.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "tgc/runtime/core/Limits.h"

namespace tgc::rule {

std::string nameText(DType dtype) { return std::string(dtypeName(dtype)); }

std::string shapeText(absl::Span<const DimExpr> dims) {
  if (dims.empty())
    return "scalar";
  return absl::StrJoin(dims, "x", [](std::string *out, const DimExpr &dim) {
    std::string text = dim.text();
    bool compound = !dim.isConstant() && !dim.isInvalid() &&
                    text.find_first_of(" *-") != std::string::npos;
    absl::StrAppend(out, compound ? "(" : "", text, compound ? ")" : "");
  });
}

std::string listText(absl::Span<const int64_t> list) {
  return absl::StrCat("[", absl::StrJoin(list, ", "), "]");
}

std::string countText(size_t count, const char *one, const char *many) {
  return absl::StrCat(count, " ", count == 1 ? one : many);
}

std::string orText(std::string_view words) {
  std::string text = absl::StrReplaceAll(
      absl::string_view(words.data(), words.size()), {{" ", ", "}});
  if (size_t last = text.rfind(", "); last != std::string::npos)
    text.replace(last, 2, " or ");
  return text;
}

std::string Call::operandName(size_t i) const {
  // A variadic operand is the last one.
  size_t record = std::min<size_t>(i, info.numOperands - 1u);
  return std::string(info.operands[record].name);
}

std::string Call::operandText(size_t i) const {
  return absl::StrCat("operand ", i, " ('", operandName(i), "')");
}

absl::Status Call::error(const std::string &message,
                         const std::string &fix) const {
  return absl::InvalidArgumentError(absl::StrCat(
      "tgc.", std::string(info.mnemonic), ": ", message, "\n  fix: ", fix));
}

absl::Status Call::tooLarge(const std::string &what) const {
  return error(what + " is too large; expected at most 9223372036854775807",
               "use smaller sizes");
}

absl::Status Call::wrongAttrs() const {
  return error("the attributes are those of another op; expected its own",
               "pass the struct of this op from OpAttrs.h");
}

absl::Status Call::checkOperandCount() const {
  bool variadic =
      info.numOperands && info.operands[info.numOperands - 1].variadic;
  if (variadic ? operands.size() + 1 >= info.numOperands
               : operands.size() == info.numOperands)
    return absl::OkStatus();
  std::string names;
  for (size_t i = 0; i < info.numOperands; ++i)
    absl::StrAppend(&names, i ? ", " : " (", "'", operandName(i), "'");
  return error(absl::StrCat("got ",
                            countText(operands.size(), "operand", "operands"),
                            "; expected ", static_cast<int>(info.numOperands),
                            names, names.empty() ? "" : ")"),
               "pass every operand once");
}

absl::Status Call::checkRank(int64_t rank, Text what) const {
  constexpr int64_t limit = Limits{}.rank;
  static_assert(limit <= 64, "sets of dims are 64-bit masks");
  if (rank <= limit)
    return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("tgc.", std::string(info.mnemonic), ": ", what(),
                   " has rank ", rank, "; expected at most ", limit,
                   " (Limits::rank)\n  fix: merge dimensions with reshape"));
}

absl::Status Call::sameDType(size_t i, size_t base) const {
  DType got = operand(i).dtype, expected = operand(base).dtype;
  if (got == expected)
    return absl::OkStatus();
  return error(absl::StrCat(operandText(i), " has dtype ", nameText(got),
                            "; expected ", nameText(expected),
                            ", the dtype of ", operandText(base)),
               absl::StrCat("convert it first, e.g. convert(", operandName(i),
                            ", ", nameText(expected), ")"));
}

void Call::addCheck(const DimExpr &got, const DimExpr &expected,
                    const std::string &what, SizeRelation relation) const {
  if (checks)
    checks->push_back(
        {got, expected,
         absl::StrCat("tgc.", std::string(info.mnemonic), ": ", what),
         relation});
}

absl::Status unify(const Call &call, DimExpr &size, const DimExpr &got,
                   Text what, Error error) {
  if (size.provablyEqual(got)) {
    if (got.isConstant())
      size = got;
    return absl::OkStatus();
  }
  if (size.isInvalid() || got.isInvalid())
    return call.tooLarge(what());
  if (size.provablyDifferent(got))
    return error();
  call.addCheck(got, size, what(), SizeRelation::Equal);
  if (got.isConstant())
    size = got;
  return absl::OkStatus();
}

absl::Status unifyPlaces(const Call &call, DimExpr &size, Place got,
                         Place expected, Text fix) {
  const DimExpr &gotSize =
      call.operand(got.operand).dims[static_cast<size_t>(got.dim)];
  return unify(
      call, size, gotSize,
      [&] {
        return absl::StrCat(call.operandText(got.operand), " in ", got.role,
                            "dimension ", got.dim);
      },
      [&] {
        return call.error(
            absl::StrCat(call.operandText(got.operand), " has size ",
                         gotSize.text(), " in ", got.role, "dimension ",
                         got.dim, "; expected ", size.text(),
                         ", the size of dimension ", expected.dim, " of ",
                         call.operandText(expected.operand)),
            fix());
      });
}

absl::Status atLeast(const Call &call, const DimExpr &value, int64_t minimum,
                     Text what, Error error) {
  if (value.provablyAtLeast(minimum))
    return absl::OkStatus();
  if (value.isInvalid())
    return call.tooLarge(what());
  if (DimExpr(minimum - 1).provablyAtLeast(value))
    return error();
  call.addCheck(value, minimum, what(), SizeRelation::AtLeast);
  return absl::OkStatus();
}

absl::Status checkSizes(const Call &call, const char *name,
                        absl::Span<const DimExpr> sizes) {
  for (size_t i = 0; i < sizes.size(); ++i) {
    auto what = [&] {
      return absl::StrCat("attribute '", name, "' in dimension ", i);
    };
    TGC_RETURN_IF_ERROR(atLeast(call, sizes[i], 0, what, [&] {
      return call.error(
          absl::StrCat(what(), " is ", sizes[i].text(), "; expected 0 or more"),
          "count the elements of the dimension");
    }));
  }
  return absl::OkStatus();
}

absl::Status checkBlock(const Call &call, int64_t dim, const DimExpr &offset,
                        const DimExpr &size, const DimExpr &stride) {
  if (size.provablyEqual(0))
    return absl::OkStatus();
  bool nonEmpty = size.provablyAtLeast(1);
  // Conditions on a block that may turn out empty are multiplied by 0 or 1.
  DimExpr factor = nonEmpty ? DimExpr(1) : min(size, 1);
  DimExpr gated = offset.provablyAtLeast(0) ? offset : offset * factor;
  TGC_RETURN_IF_ERROR(atLeast(
      call, gated, 0,
      [&] { return absl::StrCat("attribute 'offsets' in dimension ", dim); },
      [&] {
        return call.error(absl::StrCat("attribute 'offsets' in dimension ", dim,
                                       " is ", offset.text(),
                                       "; expected 0 or more"),
                          "count offsets from the start of the dimension");
      }));
  DimExpr extent = call.operand(0).dims[static_cast<size_t>(dim)];
  DimExpr end = offset + (size - 1) * stride + 1;
  if (extent.provablyAtLeast(end))
    return absl::OkStatus();
  bool constant =
      offset.isConstant() && size.isConstant() && stride.isConstant();
  // Constants that overflow end behind every dimension.
  bool outside = end.isInvalid() ? constant : end.provablyAtLeast(extent + 1);
  if (nonEmpty && outside)
    return call.error(
        absl::StrCat(call.operandText(0), " has size ", extent.text(),
                     " in dimension ", dim, "; expected at least ",
                     end.isInvalid() ? "2^63" : end.text(),
                     ", the end of a block of offset ", offset.text(),
                     ", size ", size.text(), " and stride ", stride.text()),
        "use a smaller offset, size or stride");
  DimExpr reach = end * factor;
  if (reach.isInvalid())
    return call.tooLarge(absl::StrCat("the block in ", call.operandText(0),
                                      ", up to its end in dimension ", dim,
                                      ","));
  call.addCheck(extent, reach,
                absl::StrCat(call.operandText(0), " in dimension ", dim),
                SizeRelation::AtLeast);
  return absl::OkStatus();
}

absl::Status checkCount(const Call &call, const char *name, size_t count,
                        size_t expected, Text reason) {
  if (count == expected)
    return absl::OkStatus();
  return call.error(absl::StrCat("attribute '", name, "' has ",
                                 countText(count, "entry", "entries"),
                                 "; expected ", expected, ", ", reason()),
                    absl::StrCat("give '", name, "' ",
                                 countText(expected, "entry", "entries")));
}

static std::string ownerText(const Call &call, size_t owner) {
  return owner == theResult ? "the result" : call.operandText(owner);
}

std::string perDimension(const Call &call, size_t owner) {
  return "one per dimension of " + ownerText(call, owner);
}

static absl::Status dimError(const Call &call, const char *name, int64_t dim,
                             int64_t lowest, int64_t rank, size_t owner) {
  if (rank == 0)
    return call.error(absl::StrCat("attribute '", name, "' has dimension ", dim,
                                   "; expected none, as ",
                                   ownerText(call, owner), " has rank 0"),
                      "reshape to a higher rank first");
  return call.error(absl::StrCat("attribute '", name, "' has dimension ", dim,
                                 "; expected one in [", lowest, ", ", rank,
                                 "), as ", ownerText(call, owner), " has rank ",
                                 rank),
                    "name a dimension that exists");
}

absl::Status checkDim(const Call &call, const char *name, int64_t dim,
                      int64_t rank, size_t owner) {
  if (dim < 0 || dim >= rank)
    return dimError(call, name, dim, 0, rank, owner);
  return absl::OkStatus();
}

absl::Status checkDims(const Call &call, const char *name,
                       absl::Span<const int64_t> dims, int64_t rank,
                       size_t owner, uint64_t &seen) {
  uint64_t own = 0;
  for (int64_t dim : dims) {
    TGC_RETURN_IF_ERROR(checkDim(call, name, dim, rank, owner));
    uint64_t bit = uint64_t{1} << dim;
    if (own & bit)
      return call.error(absl::StrCat("attribute '", name, "' has dimension ",
                                     dim,
                                     " twice; expected every dimension once"),
                        "name each dimension once");
    own |= bit;
  }
  seen |= own;
  return absl::OkStatus();
}

absl::Status checkPermutation(const Call &call, const char *name,
                              absl::Span<const int64_t> perm, int64_t rank,
                              size_t owner) {
  TGC_RETURN_IF_ERROR(checkCount(call, name, perm.size(),
                                 static_cast<size_t>(rank),
                                 [&] { return perDimension(call, owner); }));
  uint64_t seen = 0;
  return checkDims(call, name, perm, rank, owner, seen);
}

absl::Status checkEntries(const Call &call, const char *name,
                          absl::Span<const int64_t> values, int64_t minimum) {
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i] < minimum)
      return call.error(absl::StrCat("attribute '", name, "' is ",
                                     listText(values), ", with ", values[i],
                                     " at position ", i, "; expected ", minimum,
                                     " or more"),
                        absl::StrCat("write ", minimum, " or more"));
  return absl::OkStatus();
}

absl::Status checkAccum(const Call &call, std::optional<DType> accum) {
  DType dtype = call.operand(0).dtype;
  bool fits = !accum || *accum == dtype ||
              (isFloat(dtype) && isFloat(*accum) && isComputed(*accum) &&
               dtypeBytes(*accum) >= dtypeBytes(dtype));
  if (fits)
    return absl::OkStatus();
  return call.error(
      absl::StrCat("attribute 'accum' is ", nameText(*accum), "; expected ",
                   dtype == DType::f32 ? "f32 or f64" : nameText(dtype),
                   ", as ", call.operandText(0), " has dtype ",
                   nameText(dtype)),
      "leave 'accum' away");
}

absl::Status normalizeDim(const Call &call, const char *name, int64_t &dim,
                          int64_t rank, size_t owner) {
  if (dim < -rank || dim >= rank)
    return dimError(call, name, dim, -rank, rank, owner);
  if (dim < 0)
    dim += rank;
  return absl::OkStatus();
}

absl::Status normalizeDims(const Call &call, const char *name,
                           std::vector<int64_t> &dims, int64_t rank,
                           size_t owner) {
  for (int64_t &dim : dims)
    TGC_RETURN_IF_ERROR(normalizeDim(call, name, dim, rank, owner));
  return absl::OkStatus();
}

DimExpr dilated(const DimExpr &size, int64_t dilation) {
  return dilation == 1 ? size : max((size - 1) * dilation + 1, 0);
}

DimExpr windowPositions(const DimExpr &base, int64_t lo, int64_t hi,
                        const DimExpr &window, int64_t stride) {
  return max(floor_div(base + lo + hi - window, stride) + 1, 0);
}

} // namespace tgc::rule
