// The canonical form behind DimExpr: atoms, terms, bounds. Internal to infer.
#ifndef TGC_RUNTIME_INFER_POLYNOMIAL_H
#define TGC_RUNTIME_INFER_POLYNOMIAL_H

#include "tgc/runtime/infer/DimExpr.h"

#include <limits>

namespace tgc {
namespace polynomial {

inline constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
inline constexpr int64_t highest = std::numeric_limits<int64_t>::max();

/// Products of more terms than this are not formed.
inline constexpr size_t maxPairs = 4096;
/// Operands of one min or max.
inline constexpr size_t maxChoices = 16;

/// Bounds on a value; `lowest` and `highest` also stand for "unbounded". A
/// bound that does not fit is moved outward or, beyond its own end of the
/// scale, left at that end: both keep it a bound.
struct Range {
  int64_t lo = lowest;
  int64_t hi = highest;

  bool finite() const { return lo != lowest && hi != highest; }
};

/// Rounded toward minus infinity; b is not 0 and the result fits.
int64_t floorDivide(int64_t a, int64_t b);

enum class AtomKind : uint8_t { Symbol, FloorDiv, Mod, Min, Max };

/// By AtomKind.
inline constexpr std::string_view functionNames[] = {"", "floor_div", "mod",
                                                     "min", "max"};

struct Atom {
  AtomKind kind = AtomKind::Symbol;
  int depth = 0;                 // calls nested in it, itself included
  bool hasMod = false;           // here or below
  Range range;                   // of its values
  std::string text;              // canonical: equal atoms have equal texts
  std::string name;              // of a symbol
  std::vector<DimExpr> operands; // of a function: 2, min and max 2 or more
};
using AtomRef = std::shared_ptr<const Atom>;

/// coefficient * product of factors, which are sorted; none for the constant.
struct Term {
  int64_t coefficient;
  std::vector<AtomRef> factors;
};

/// A strict order of atoms that depends on their texts alone.
bool atomLess(const AtomRef &a, const AtomRef &b);

} // namespace polynomial

/// The canonical form of an expression that is not a constant. Also the door
/// to the private parts of DimExpr for the functions below.
struct DimExpr::Node {
  bool valid = true;
  std::vector<polynomial::Term> terms; // sorted, unlike, coefficients not 0
  polynomial::Range range;
  int depth = 0;
  bool hasMod = false;

  static const Node *of(const DimExpr &e) { return e.node.get(); }
  static DimExpr wrap(std::shared_ptr<const Node> node) {
    return DimExpr(std::move(node));
  }
};

namespace polynomial {

using Node = DimExpr::Node;

/// The terms of a valid expression; none for 0.
std::vector<Term> termsOf(const DimExpr &e);

/// Provable bounds on the values of an expression.
Range rangeOf(const DimExpr &e);

/// The sum of any terms, in canonical form; invalid() if it grows beyond the
/// bounds on expressions.
DimExpr sumOf(std::vector<Term> terms);

/// The expression that is one symbol; see DimExpr::symbol.
DimExpr ofSymbol(std::string_view name);

/// The call of a function that does not simplify further.
DimExpr ofCall(AtomKind kind, std::vector<DimExpr> operands);

/// The atom of an expression that is one atom of kind `kind`; else null.
const Atom *asAtom(const DimExpr &e, AtomKind kind);

} // namespace polynomial
} // namespace tgc

#endif // TGC_RUNTIME_INFER_POLYNOMIAL_H
