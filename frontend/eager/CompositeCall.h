// A composite's call as its body sees it: internal.
#ifndef TGC_FRONTEND_EAGER_COMPOSITECALL_H
#define TGC_FRONTEND_EAGER_COMPOSITECALL_H

#include "tgc/frontend/eager/InterpreterScope.h"

#include <string>
#include <vector>

namespace tgc {

/// The scope of one call, first in the body, and the checks of its arguments:
/// their messages name the composite and its operand, where those of an op
/// inside would name the op's. Errors: InvalidArgument.
class CompositeCall : public CompositeScope {
public:
  using CompositeScope::CompositeScope;

  struct Operand {
    const Tensor &tensor;
    size_t index = 0;
    const char *name = "x";
    /// "operand 0 ('x')".
    std::string text() const;
  };

  /// "tgc.<name>: <message>\n  fix: <fix>".
  [[noreturn]] void refuse(const std::string &message,
                           const std::string &fix) const;
  /// Not default-constructed.
  void needsValue(const Operand &x) const;
  /// Of dtype f32 or f64.
  void needsFloat(const Operand &x) const;
  /// Of `least` dimensions or more.
  void needsRank(const Operand &x, int64_t least, const char *fix) const;
  /// `dim` in [0, rank) if it is in [-rank, rank); `what` has that rank:
  /// "operand 0 ('x')", "the result".
  int64_t normalized(const char *attribute, int64_t dim, int64_t rank,
                     const std::string &what) const;
  int64_t normalized(const char *attribute, int64_t dim,
                     const Operand &x) const;
  /// The same of every entry, sorted; each may be named once.
  std::vector<int64_t> normalized(const char *attribute, const Axes &dims,
                                  int64_t rank, const std::string &what) const;
  std::vector<int64_t> normalized(const char *attribute, const Axes &dims,
                                  const Operand &x) const;
};

} // namespace tgc

#endif // TGC_FRONTEND_EAGER_COMPOSITECALL_H
