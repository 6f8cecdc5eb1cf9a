// floor_div, mod, min and max of size expressions, simplified where provable.
#include "tgc/runtime/core/CheckedSize.h"
#include "tgc/runtime/infer/Polynomial.h"

#include <algorithm>
#include <numeric>

namespace tgc {
namespace {

using namespace polynomial;

/// a - b * floor(a / b) for b > 0.
int64_t floorModulo(int64_t a, int64_t b) {
  int64_t remainder = a % b;
  return remainder < 0 ? remainder + b : remainder;
}

struct Quotient {
  std::vector<Term> quotient; // terms divided exactly, or their floors
  std::vector<Term> rest;
};

/// a = c * quotient + rest, c > 0, coefficients of the rest in [0, c).
Quotient splitByConstant(const DimExpr &a, int64_t c) {
  Quotient split;
  for (Term &term : termsOf(a)) {
    int64_t remainder = floorModulo(term.coefficient, c);
    int64_t quotient = floorDivide(term.coefficient, c);
    if (remainder)
      split.rest.push_back({remainder, term.factors});
    if (quotient)
      split.quotient.push_back({quotient, std::move(term.factors)});
  }
  return split;
}

/// a = d * quotient + rest for a divisor of one term, such as 2*batch.
Quotient splitByTerm(const DimExpr &a, const Term &d) {
  Quotient split;
  for (Term &term : termsOf(a)) {
    std::vector<AtomRef> left;
    std::set_difference(term.factors.begin(), term.factors.end(),
                        d.factors.begin(), d.factors.end(),
                        std::back_inserter(left), atomLess);
    bool exact = left.size() + d.factors.size() == term.factors.size() &&
                 !(d.coefficient == -1 && term.coefficient == lowest) &&
                 term.coefficient % d.coefficient == 0;
    if (exact)
      split.quotient.push_back(
          {term.coefficient / d.coefficient, std::move(left)});
    else
      split.rest.push_back(std::move(term));
  }
  return split;
}

/// Divides the coefficients of `rest` (in [0, c)) and c by their greatest
/// common divisor, rounding the constant down: rest = g * rest' + (what the
/// constant loses), c = g * c'. Returns g.
int64_t cancel(std::vector<Term> &rest, int64_t &c) {
  int64_t g = c;
  for (const Term &term : rest)
    if (!term.factors.empty())
      g = std::gcd(g, term.coefficient);
  for (Term &term : rest)
    term.coefficient /= g;
  c /= g;
  return g;
}

DimExpr floorDivPositive(const DimExpr &a, int64_t c) {
  if (c == 1 || a.isInvalid())
    return a;
  Range range = rangeOf(a);
  if (range.finite() && floorDivide(range.lo, c) == floorDivide(range.hi, c))
    return floorDivide(range.lo, c);
  Quotient split = splitByConstant(a, c);
  DimExpr rest = sumOf(split.rest);
  if (!split.quotient.empty())
    return sumOf(std::move(split.quotient)) + floorDivPositive(rest, c);
  if (cancel(split.rest, c) != 1)
    return floorDivPositive(sumOf(std::move(split.rest)), c);
  // floor((floor(x / k) + m) / c) = floor((x + m * k) / (k * c)) for k > 0.
  int64_t m =
      split.rest.back().factors.empty() ? split.rest.back().coefficient : 0;
  if (const Atom *inner = asAtom(rest - m, AtomKind::FloorDiv))
    if (std::optional<int64_t> k = inner->operands[1].constant(); k && *k > 0)
      if (std::optional<int64_t> divisor = checkedMul(*k, c)) {
        DimExpr dividend = inner->operands[0] + DimExpr(m) * *k;
        if (!dividend.isInvalid())
          return floorDivPositive(dividend, *divisor);
      }
  return ofCall(AtomKind::FloorDiv, {rest, c});
}

DimExpr modPositive(const DimExpr &a, int64_t c) {
  if (a.isInvalid())
    return a;
  Range range = rangeOf(a);
  if (range.lo >= 0 && range.hi < c)
    return a;
  std::vector<Term> rest = splitByConstant(a, c).rest;
  // mod(k * mod(x, c * n) + y, c) = mod(k * x + y, c).
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i].factors.size() != 1 ||
        rest[i].factors[0]->kind != AtomKind::Mod)
      continue;
    const std::vector<DimExpr> &inner = rest[i].factors[0]->operands;
    std::optional<int64_t> divisor = inner[1].constant();
    if (!divisor || *divisor % c != 0)
      continue;
    DimExpr product = inner[0] * rest[i].coefficient;
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(i));
    return modPositive(sumOf(std::move(rest)) + product, c);
  }
  DimExpr reduced = sumOf(rest);
  if (reduced.isConstant() || reduced.isInvalid())
    return reduced;
  int64_t m = rest.back().factors.empty() ? rest.back().coefficient : 0;
  if (int64_t g = cancel(rest, c); g != 1)
    return modPositive(sumOf(std::move(rest)), c) * g + floorModulo(m, g);
  range = rangeOf(reduced);
  if (range.lo >= 0 && range.hi < c)
    return reduced;
  return ofCall(AtomKind::Mod, {reduced, c});
}

/// The operands of a nested call of the same kind, or the expression itself.
void addChoices(const DimExpr &e, AtomKind kind, std::vector<DimExpr> &to) {
  if (const Atom *atom = asAtom(e, kind))
    to.insert(to.end(), atom->operands.begin(), atom->operands.end());
  else
    to.push_back(e);
}

DimExpr extremum(AtomKind kind, const DimExpr &a, const DimExpr &b) {
  if (a.isInvalid() || b.isInvalid())
    return DimExpr::invalid();
  std::vector<DimExpr> choices, kept;
  addChoices(a, kind, choices);
  addChoices(b, kind, choices);
  auto makesIdle = [kind](const DimExpr &x, const DimExpr &y) {
    return kind == AtomKind::Max ? x.provablyAtLeast(y) : y.provablyAtLeast(x);
  };
  for (DimExpr &choice : choices) {
    if (std::any_of(kept.begin(), kept.end(),
                    [&](const DimExpr &x) { return makesIdle(x, choice); }))
      continue;
    std::erase_if(kept, [&](const DimExpr &x) { return makesIdle(choice, x); });
    kept.push_back(std::move(choice));
  }
  if (kept.size() == 1)
    return kept[0];
  if (kept.size() > maxChoices)
    return DimExpr::invalid();
  std::vector<std::pair<std::string, DimExpr>> sorted;
  for (DimExpr &choice : kept)
    sorted.emplace_back(choice.text(), std::move(choice));
  std::sort(sorted.begin(), sorted.end(), [](const auto &x, const auto &y) {
    return std::pair(x.second.isConstant(), std::string_view(x.first)) <
           std::pair(y.second.isConstant(), std::string_view(y.first));
  });
  for (size_t i = 0; i < sorted.size(); ++i)
    kept[i] = std::move(sorted[i].second);
  return ofCall(kind, std::move(kept));
}

} // namespace

DimExpr floor_div(const DimExpr &a, const DimExpr &b) {
  if (a.isInvalid() || b.isInvalid())
    return DimExpr::invalid();
  if (std::optional<int64_t> c = b.constant()) {
    if (*c == 0)
      return DimExpr::invalid();
    if (std::optional<int64_t> dividend = a.constant())
      return *c == -1 ? 0 - a : DimExpr(floorDivide(*dividend, *c));
    if (*c > 0)
      return floorDivPositive(a, *c);
    if (*c != lowest)
      return floorDivPositive(0 - a, -*c);
    return ofCall(AtomKind::FloorDiv, {a, b});
  }
  if (a.provablyEqual(b))
    return 1;
  if (a.provablyAtLeast(0) && b.provablyAtLeast(a + 1))
    return 0;
  DimExpr quotient = 0, rest = a;
  if (const Node *divisor = Node::of(b); divisor->terms.size() == 1) {
    Quotient split = splitByTerm(a, divisor->terms[0]);
    quotient = sumOf(std::move(split.quotient));
    rest = sumOf(std::move(split.rest));
  }
  if (rest.constant() == 0)
    return quotient;
  return quotient + ofCall(AtomKind::FloorDiv, {rest, b});
}

DimExpr mod(const DimExpr &a, const DimExpr &b) {
  if (a.isInvalid() || b.isInvalid())
    return DimExpr::invalid();
  if (std::optional<int64_t> c = b.constant()) {
    if (*c == 0)
      return DimExpr::invalid();
    if (std::optional<int64_t> dividend = a.constant()) {
      if (*c == -1) // the lowest value has no quotient, so no remainder in C++
        return 0;
      int64_t remainder = *dividend % *c;
      bool differs = remainder != 0 && (remainder < 0) != (*c < 0);
      return differs ? remainder + *c : remainder;
    }
    if (*c > 0)
      return modPositive(a, *c);
    if (*c != lowest)
      return 0 - modPositive(0 - a, -*c);
    return ofCall(AtomKind::Mod, {a, b});
  }
  if (a.provablyEqual(b))
    return 0;
  if (a.provablyAtLeast(0) && b.provablyAtLeast(a + 1))
    return a;
  DimExpr rest = a;
  if (const Node *divisor = Node::of(b); divisor->terms.size() == 1)
    rest = sumOf(splitByTerm(a, divisor->terms[0]).rest);
  if (rest.constant() == 0)
    return 0;
  return ofCall(AtomKind::Mod, {rest, b});
}

DimExpr min(const DimExpr &a, const DimExpr &b) {
  if (!a.node && !b.node)
    return std::min(a.value, b.value);
  return extremum(AtomKind::Min, a, b);
}

DimExpr max(const DimExpr &a, const DimExpr &b) {
  if (!a.node && !b.node)
    return std::max(a.value, b.value);
  return extremum(AtomKind::Max, a, b);
}

} // namespace tgc
