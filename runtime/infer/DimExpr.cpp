// Size expressions: sums, products, and what they prove.
#include "tgc/runtime/infer/DimExpr.h"

#include "tgc/runtime/core/CheckedSize.h"
#include "tgc/runtime/infer/Polynomial.h"

#include <algorithm>
#include <set>

namespace tgc {
namespace {

using namespace polynomial;

/// Builds an expression anew, as its operations simplify.
DimExpr::Builder<DimExpr> rebuilder() {
  DimExpr::Builder<DimExpr> builder;
  builder.constant = [](int64_t value) { return DimExpr(value); };
  builder.symbol = DimExpr::symbol;
  builder.add = [](DimExpr a, DimExpr b) { return a + b; };
  builder.mul = [](DimExpr a, DimExpr b) { return a * b; };
  builder.floorDiv = [](DimExpr a, DimExpr b) { return floor_div(a, b); };
  builder.mod = [](DimExpr a, DimExpr b) { return mod(a, b); };
  builder.min = [](DimExpr a, DimExpr b) { return min(a, b); };
  builder.max = [](DimExpr a, DimExpr b) { return max(a, b); };
  return builder;
}

/// a - b * floor_div(a, b) in place of every mod: the form in which a mod and
/// a floor_div of the same expressions cancel.
DimExpr withoutMods(const DimExpr &e) {
  const Node *node = Node::of(e);
  if (!node || !node->hasMod)
    return e;
  DimExpr::Builder<DimExpr> builder = rebuilder();
  builder.mod = [](DimExpr a, DimExpr b) { return a - b * floor_div(a, b); };
  return e.build(builder);
}

using Values = std::function<std::optional<int64_t>(std::string_view)>;

std::optional<int64_t> valueOf(const Atom &atom, const Values &lookup) {
  if (atom.kind == AtomKind::Symbol)
    return lookup(atom.name);
  std::optional<int64_t> a = atom.operands[0].evaluate(lookup);
  for (size_t i = 1; a && i < atom.operands.size(); ++i) {
    std::optional<int64_t> b = atom.operands[i].evaluate(lookup);
    if (!b)
      return std::nullopt;
    if (atom.kind == AtomKind::Min)
      a = std::min(*a, *b);
    else if (atom.kind == AtomKind::Max)
      a = std::max(*a, *b);
    else
      a = (atom.kind == AtomKind::Mod ? mod(*a, *b) : floor_div(*a, *b))
              .constant();
  }
  return a;
}

} // namespace

DimExpr DimExpr::symbol(std::string_view name) { return ofSymbol(name); }

DimExpr DimExpr::invalid() {
  // Never freed: expressions in other static objects may outlive it.
  static const auto &shared = *new std::shared_ptr<const Node>([] {
    auto node = std::make_shared<Node>();
    node->valid = false;
    return node;
  }());
  return DimExpr(shared);
}

bool DimExpr::isInvalid() const { return node && !node->valid; }

bool DimExpr::provablyEqual(const DimExpr &other) const {
  if (isConstant() && other.isConstant())
    return value == other.value;
  if (isInvalid() || other.isInvalid())
    return false;
  if (node == other.node)
    return true;
  DimExpr difference = *this - other;
  if (std::optional<int64_t> d = difference.constant())
    return *d == 0;
  return withoutMods(difference).constant() == 0;
}

bool DimExpr::provablyDifferent(const DimExpr &other) const {
  if (isConstant() && other.isConstant())
    return value != other.value;
  if (isInvalid() || other.isInvalid())
    return false;
  // Against a constant, bounds are compared without forming a difference.
  bool direct = other.isConstant();
  Range range = direct ? rangeOf(*this) : rangeOf(*this - other);
  int64_t at = direct ? other.value : 0;
  return range.lo > at || range.hi < at;
}

bool DimExpr::provablyAtLeast(const DimExpr &other) const {
  if (isConstant() && other.isConstant())
    return value >= other.value;
  if (isInvalid() || other.isInvalid())
    return false;
  if (other.isConstant())
    return rangeOf(*this).lo >= other.value;
  if (isConstant())
    return rangeOf(other).hi <= value;
  return rangeOf(*this - other).lo >= 0;
}

std::optional<int64_t> DimExpr::evaluate(const Values &lookup) const {
  if (!node)
    return value;
  if (!node->valid)
    return std::nullopt;
  int64_t sum = 0;
  for (const Term &term : node->terms) {
    std::optional<int64_t> product = term.coefficient;
    for (const AtomRef &factor : term.factors) {
      std::optional<int64_t> v = valueOf(*factor, lookup);
      if (!v || !(product = checkedMul(*product, *v)))
        return std::nullopt;
    }
    std::optional<int64_t> next = checkedAdd(sum, *product);
    if (!next)
      return std::nullopt;
    sum = *next;
  }
  return sum;
}

DimExpr DimExpr::substitute(
    const std::function<std::optional<DimExpr>(std::string_view)> &lookup)
    const {
  if (!node || !node->valid)
    return *this;
  Builder<DimExpr> builder = rebuilder();
  builder.symbol = [&](std::string_view name) {
    return lookup(name).value_or(symbol(name));
  };
  return build(builder);
}

std::vector<std::string> DimExpr::symbols() const {
  std::set<std::string> names;
  for (const Step &step : steps())
    if (step.kind == Step::Symbol)
      names.emplace(step.name);
  return {names.begin(), names.end()};
}

std::string DimExpr::text() const {
  if (!node)
    return std::to_string(value);
  if (!node->valid)
    return "(too large)";
  std::string text;
  for (const Term &term : node->terms) {
    int64_t coefficient = term.coefficient;
    if (!text.empty()) {
      bool minus = coefficient < 0 && coefficient != lowest;
      text += minus ? " - " : " + ";
      coefficient = minus ? -coefficient : coefficient;
    }
    bool first = true;
    if (coefficient == -1 && !term.factors.empty()) {
      text += "-";
    } else if (coefficient != 1 || term.factors.empty()) {
      text += std::to_string(coefficient);
      first = false;
    }
    for (const AtomRef &factor : term.factors) {
      text += first ? "" : "*";
      text += factor->text;
      first = false;
    }
  }
  return text;
}

std::vector<DimExpr::Step> DimExpr::steps() const {
  if (!node)
    return {{Step::Constant, value, {}}};
  if (!node->valid)
    return {{Step::Constant, -1, {}}};
  constexpr Step::Kind stepKinds[] = {Step::Symbol, Step::FloorDiv, Step::Mod,
                                      Step::Min, Step::Max};
  std::vector<Step> steps;
  for (const Term &term : node->terms) {
    bool first = term.coefficient == 1 && !term.factors.empty();
    if (!first)
      steps.push_back({Step::Constant, term.coefficient, {}});
    for (const AtomRef &factor : term.factors) {
      if (factor->kind == AtomKind::Symbol)
        steps.push_back({Step::Symbol, 0, factor->name});
      for (const DimExpr &operand : factor->operands) {
        std::vector<Step> inner = operand.steps();
        steps.insert(steps.end(), inner.begin(), inner.end());
        if (&operand != &factor->operands[0])
          steps.push_back(
              {stepKinds[static_cast<size_t>(factor->kind)], 0, {}});
      }
      if (!first)
        steps.push_back({Step::Mul, 0, {}});
      first = false;
    }
    if (&term != &node->terms[0])
      steps.push_back({Step::Add, 0, {}});
  }
  return steps;
}

DimExpr operator+(const DimExpr &a, const DimExpr &b) {
  if (!a.node && !b.node) {
    std::optional<int64_t> sum = checkedAdd(a.value, b.value);
    return sum ? DimExpr(*sum) : DimExpr::invalid();
  }
  if (a.isInvalid() || b.isInvalid())
    return DimExpr::invalid();
  std::vector<Term> terms = termsOf(a), more = termsOf(b);
  terms.insert(terms.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  return sumOf(std::move(terms));
}

DimExpr operator-(const DimExpr &a, const DimExpr &b) {
  if (!a.node && !b.node) {
    std::optional<int64_t> difference = checkedSub(a.value, b.value);
    return difference ? DimExpr(*difference) : DimExpr::invalid();
  }
  return a + b * -1;
}

DimExpr operator*(const DimExpr &a, const DimExpr &b) {
  if (!a.node && !b.node) {
    std::optional<int64_t> product = checkedMul(a.value, b.value);
    return product ? DimExpr(*product) : DimExpr::invalid();
  }
  if (a.isInvalid() || b.isInvalid())
    return DimExpr::invalid();
  std::vector<Term> lhs = termsOf(a), rhs = termsOf(b), terms;
  if (lhs.size() * rhs.size() > maxPairs)
    return DimExpr::invalid();
  for (const Term &x : lhs)
    for (const Term &y : rhs) {
      std::optional<int64_t> coefficient =
          checkedMul(x.coefficient, y.coefficient);
      if (!coefficient)
        return DimExpr::invalid();
      Term &term = terms.emplace_back(Term{*coefficient, {}});
      std::merge(x.factors.begin(), x.factors.end(), y.factors.begin(),
                 y.factors.end(), std::back_inserter(term.factors), atomLess);
    }
  return sumOf(std::move(terms));
}

} // namespace tgc
