// jit: a function compiled at its first call.
#ifndef TGC_FRONTEND_API_JIT_H
#define TGC_FRONTEND_API_JIT_H

#include "tgc/frontend/api/Compile.h"

#include <map>
#include <mutex>
#include <typeindex>

namespace tgc {

struct JitOptions {
  CompileOptions compile = {};
  /// Compile for the very sizes of each call. By default sizes of 2 and more
  /// are left open, so that one compilation serves them all.
  bool static_sizes = false;
};

struct JitReport {
  int64_t compiles = 0, cache_hits = 0;
  /// One line per compilation: why it was needed.
  std::vector<std::string> causes;
};

namespace detail {
struct JitCache;
TGC_API std::shared_ptr<JitCache> makeJitCache(const JitOptions &options);
struct JitRun {
  std::vector<Tensor> results;
  int64_t entry; // which compilation ran
};
/// True inside a trace, where a jitted function's ops join those around.
TGC_API bool insideTrace();
/// Finds or makes the code for arguments of these types and runs it.
/// `structure` tells apart trees with the same tensors. `build` traces; it is
/// called before the entry is visible to other threads, with the entry's
/// number.
TGC_API JitRun runJit(JitCache &cache, std::span<const Tensor> args,
                      const std::string &structure,
                      const std::function<std::vector<Tensor>(
                          std::span<const Tensor>, int64_t entry)> &build,
                      std::source_location where);
TGC_API JitReport reportOf(JitCache &cache);
} // namespace detail

/// A compiled callable with the signature of F.
template <class F> class Jitted {
public:
  Jitted(F f, const JitOptions &options, std::source_location where)
      : function(std::make_shared<F>(std::move(f))),
        cache(detail::makeJitCache(options)), where(where) {}

  /// Arguments and result are trees of tensors. The first call of each
  /// combination of dtypes, ranks and sizes 0 and 1 traces and compiles;
  /// captured tensors are read then. Errors: what the ops in the function
  /// throw, with the user's line.
  template <class... Args> auto operator()(const Args &...args) const {
    using Result = std::decay_t<std::invoke_result_t<F &, const Args &...>>;
    if (detail::insideTrace())
      return Result((*function)(args...));
    // The result tree of an entry: a later call fills a copy with its tensors.
    auto shapes = shapesOf<Result>();
    auto build = [&](std::span<const Tensor> traced, int64_t entry) {
      const Tensor *next = traced.data();
      // Braces: arguments are rebuilt from left to right.
      std::tuple<Args...> rebuilt{detail::unflattenTree(args, next)...};
      Result result = std::apply(*function, rebuilt);
      std::vector<Tensor> flat = detail::flattenTree(result);
      std::lock_guard lock(shapes->mutex);
      shapes->trees.insert_or_assign(entry, std::move(result));
      return flat;
    };
    // Argument types differ between the calls of a generic callable.
    std::string structure = typeid(std::tuple<Args...>).name();
    ((structure += ' ' + detail::treeStructure(args)), ...);
    detail::JitRun run = detail::runJit(*cache, detail::flattenTree(args...),
                                        structure, build, where);
    const Tensor *next = run.results.data();
    std::lock_guard lock(shapes->mutex);
    return detail::unflattenTree(shapes->trees.at(run.entry), next);
  }

  /// How often it compiled, and why.
  JitReport report() const { return detail::reportOf(*cache); }

private:
  template <class Result> struct Shapes {
    std::mutex mutex;
    std::map<int64_t, Result> trees;
  };
  template <class Result> std::shared_ptr<Shapes<Result>> shapesOf() const {
    // One result type per Jitted in practice; a generic callable may have more.
    std::lock_guard lock(state->mutex);
    std::shared_ptr<void> &slot =
        state->shapes[std::type_index(typeid(Result))];
    if (!slot)
      slot = std::make_shared<Shapes<Result>>();
    return std::static_pointer_cast<Shapes<Result>>(slot);
  }
  struct State {
    std::mutex mutex;
    std::map<std::type_index, std::shared_ptr<void>> shapes;
  };

  std::shared_ptr<F> function;
  std::shared_ptr<detail::JitCache> cache;
  std::shared_ptr<State> state = std::make_shared<State>();
  std::source_location where;
};

/// `f` compiled: same arguments, same results, same bits as eager.
template <class F>
Jitted<F> jit(F f, const JitOptions &options = {},
              std::source_location where = std::source_location::current()) {
  return Jitted<F>(std::move(f), options, where);
}

} // namespace tgc

#endif // TGC_FRONTEND_API_JIT_H
