// Canonical polynomials over sizes: terms, bounds and the text of atoms.
#include "tgc/runtime/infer/Polynomial.h"

#include "tgc/runtime/core/CheckedSize.h"

#include <algorithm>

namespace tgc::polynomial {
namespace {

// Bounds on the work of one operation, beside those on the text.
constexpr size_t maxTerms = 256;
constexpr size_t maxFactors = 64;

int64_t saturatedAdd(int64_t a, int64_t b) {
  if (std::optional<int64_t> sum = checkedAdd(a, b))
    return *sum;
  return a < 0 ? lowest : highest;
}

int64_t saturatedMul(int64_t a, int64_t b) {
  if (a == 0 || b == 0)
    return 0;
  bool unbounded = a == lowest || a == highest || b == lowest || b == highest;
  std::optional<int64_t> product = checkedMul(a, b);
  if (!unbounded && product)
    return *product;
  return (a < 0) == (b < 0) ? highest : lowest;
}

Range operator+(Range a, Range b) {
  return {a.lo == lowest || b.lo == lowest ? lowest : saturatedAdd(a.lo, b.lo),
          a.hi == highest || b.hi == highest ? highest
                                             : saturatedAdd(a.hi, b.hi)};
}

Range operator*(Range a, Range b) {
  std::initializer_list<int64_t> corners = {
      saturatedMul(a.lo, b.lo), saturatedMul(a.lo, b.hi),
      saturatedMul(a.hi, b.lo), saturatedMul(a.hi, b.hi)};
  return {std::min(corners), std::max(corners)};
}

bool sameAtom(const AtomRef &a, const AtomRef &b) {
  return a == b || a->text == b->text;
}

/// Highest degree first, so that the constant comes last.
bool termLess(const Term &a, const Term &b) {
  if (a.factors.size() != b.factors.size())
    return a.factors.size() > b.factors.size();
  return std::lexicographical_compare(a.factors.begin(), a.factors.end(),
                                      b.factors.begin(), b.factors.end(),
                                      atomLess);
}

bool sameFactors(const Term &a, const Term &b) {
  return std::equal(a.factors.begin(), a.factors.end(), b.factors.begin(),
                    b.factors.end(), sameAtom);
}

DimExpr ofAtom(Atom atom) {
  return sumOf({Term{1, {std::make_shared<const Atom>(std::move(atom))}}});
}

Range rangeOfCall(AtomKind kind, const std::vector<DimExpr> &operands) {
  Range a = rangeOf(operands[0]), b = rangeOf(operands[1]);
  switch (kind) {
  case AtomKind::Symbol:
    break;
  case AtomKind::FloorDiv:
    if (std::optional<int64_t> c = operands[1].constant(); c && *c > 0)
      return {a.lo == lowest ? lowest : floorDivide(a.lo, *c),
              a.hi == highest ? highest : floorDivide(a.hi, *c)};
    if (a.lo >= 0 && b.lo >= 0) // where defined, the divisor is at least 1
      return {0, a.hi};
    break;
  case AtomKind::Mod:
    if (b.lo >= 0)
      return {0, b.hi == highest ? highest : std::max<int64_t>(b.hi - 1, 0)};
    break;
  case AtomKind::Min:
  case AtomKind::Max:
    for (const DimExpr &operand : operands) {
      Range r = rangeOf(operand);
      a = kind == AtomKind::Min
              ? Range{std::min(a.lo, r.lo), std::min(a.hi, r.hi)}
              : Range{std::max(a.lo, r.lo), std::max(a.hi, r.hi)};
    }
    return a;
  }
  return {};
}

bool isBareName(std::string_view name) {
  auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !letter(name[0]))
    return false;
  for (char c : name)
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '.')
      return false;
  return std::find(std::begin(functionNames), std::end(functionNames), name) ==
         std::end(functionNames);
}

std::string symbolText(std::string_view name) {
  if (isBareName(name))
    return std::string(name);
  std::string text = "'";
  for (char c : name) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      text += '\\';
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
      continue;
    }
    if (c == '\'' || c == '\\')
      text += '\\';
    text += c;
  }
  return text + "'";
}

} // namespace

int64_t floorDivide(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

bool atomLess(const AtomRef &a, const AtomRef &b) {
  if (a == b)
    return false;
  if ((a->kind == AtomKind::Symbol) != (b->kind == AtomKind::Symbol))
    return a->kind == AtomKind::Symbol;
  return a->text < b->text;
}

std::vector<Term> termsOf(const DimExpr &e) {
  if (const Node *node = Node::of(e))
    return node->terms;
  if (*e.constant() == 0)
    return {};
  return {Term{*e.constant(), {}}};
}

Range rangeOf(const DimExpr &e) {
  if (const Node *node = Node::of(e))
    return node->range;
  return {*e.constant(), *e.constant()};
}

DimExpr sumOf(std::vector<Term> terms) {
  std::sort(terms.begin(), terms.end(), termLess);
  std::vector<Term> merged;
  for (size_t i = 0; i < terms.size();) {
    // At most maxPairs + maxTerms summands of 64 bits: 128 hold them.
    __int128 coefficient = 0;
    size_t first = i;
    for (; i < terms.size() && sameFactors(terms[first], terms[i]); ++i)
      coefficient += terms[i].coefficient;
    if (coefficient < lowest || coefficient > highest)
      return DimExpr::invalid();
    if (coefficient != 0)
      merged.push_back(
          {static_cast<int64_t>(coefficient), std::move(terms[first].factors)});
  }
  if (merged.empty())
    return 0;
  if (merged.size() == 1 && merged[0].factors.empty())
    return merged[0].coefficient;

  auto node = std::make_shared<Node>();
  node->range = {0, 0};
  size_t bytes = 0;
  for (const Term &term : merged) {
    Range product = {term.coefficient, term.coefficient};
    bytes += 24; // " + ", 20 digits, "*"
    for (const AtomRef &factor : term.factors) {
      product = product * factor->range;
      bytes += factor->text.size() + 1;
      node->depth = std::max(node->depth, factor->depth);
      node->hasMod |= factor->hasMod;
    }
    node->range = node->range + product;
    if (term.factors.size() > maxFactors || bytes > DimExpr::maxTextBytes)
      return DimExpr::invalid();
  }
  if (merged.size() > maxTerms)
    return DimExpr::invalid();
  node->terms = std::move(merged);
  return Node::wrap(std::move(node));
}

DimExpr ofSymbol(std::string_view name) {
  if (name.empty() || name.size() > DimExpr::maxTextBytes)
    return DimExpr::invalid();
  Atom atom;
  atom.range = {0, highest};
  atom.text = symbolText(name);
  atom.name = name;
  return ofAtom(std::move(atom));
}

DimExpr ofCall(AtomKind kind, std::vector<DimExpr> operands) {
  Atom atom;
  atom.kind = kind;
  atom.hasMod = kind == AtomKind::Mod;
  atom.text = std::string(functionNames[static_cast<size_t>(kind)]) + "(";
  for (const DimExpr &operand : operands) {
    if (const Node *node = Node::of(operand)) {
      atom.depth = std::max(atom.depth, node->depth);
      atom.hasMod |= node->hasMod;
    }
    atom.text += (&operand == &operands[0] ? "" : ", ") + operand.text();
  }
  atom.text += ")";
  if (++atom.depth > DimExpr::maxDepth ||
      atom.text.size() > DimExpr::maxTextBytes)
    return DimExpr::invalid();
  atom.range = rangeOfCall(kind, operands);
  atom.operands = std::move(operands);
  return ofAtom(std::move(atom));
}

const Atom *asAtom(const DimExpr &e, AtomKind kind) {
  const Node *node = Node::of(e);
  if (!node || node->terms.size() != 1 || node->terms[0].coefficient != 1 ||
      node->terms[0].factors.size() != 1 ||
      node->terms[0].factors[0]->kind != kind)
    return nullptr;
  return node->terms[0].factors[0].get();
}

} // namespace tgc::polynomial
