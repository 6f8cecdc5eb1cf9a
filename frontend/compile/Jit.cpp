// The cache behind jit: one compilation per combination of dtypes, ranks and
// sizes that must be known.
#include "tgc/frontend/api/Jit.h"

#include "tgc/frontend/compile/CompileModule.h"
#include "tgc/frontend/compile/ProgramImpl.h"
#include "tgc/frontend/compile/Tracer.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/eager/EagerInterpreter.h"
#include "tgc/ir/serialize/Serialize.h"

#include "absl/strings/str_cat.h"

#include <mutex>

namespace tgc::detail {
namespace {

struct Entry {
  std::shared_ptr<ExecutableImpl> executable;
  std::vector<Tensor> captures;
  int64_t number;
};

/// Types to trace with: a size of 0 or 1 is always known, as broadcasting
/// depends on it; others have a name of their own unless `fixed`.
std::vector<TensorSpec> specsFor(std::span<const Tensor> args, bool fixed) {
  std::vector<TensorSpec> specs;
  for (size_t i = 0; i < args.size(); ++i) {
    const TensorType &type = args[i].impl()->type;
    TensorSpec spec{type.dtype, {}, absl::StrCat("x", i)};
    for (int64_t d = 0; d < type.rank(); ++d) {
      int64_t size = *type.dims[d].constant();
      spec.dims.push_back(
          fixed || size < 2 ? Dim(size) : dim(absl::StrCat("x", i, ".", d)));
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

std::string keyOf(const std::vector<TensorSpec> &specs) {
  std::string key;
  for (const TensorSpec &spec : specs) {
    absl::StrAppend(&key, key.empty() ? "" : " ");
    for (const Dim &dim : spec.dims)
      absl::StrAppend(&key, dim.is_symbolic() ? "?" : dim.expr().text(), "x");
    absl::StrAppend(&key, std::string(dtypeName(spec.dtype)));
  }
  return key;
}

} // namespace

struct JitCache {
  JitOptions options;
  std::mutex compiling; // one thread traces and compiles
  std::mutex mutex;     // of what follows; never held in the user's function
  std::map<std::string, std::shared_ptr<Entry>> entries;
  bool fixedSizes = false; // the function asked for a size's value
  JitReport report;
};

std::shared_ptr<JitCache> makeJitCache(const JitOptions &options) {
  auto cache = std::make_shared<JitCache>();
  cache->options = options;
  cache->fixedSizes = options.static_sizes;
  return cache;
}

JitReport reportOf(JitCache &cache) {
  std::lock_guard lock(cache.mutex);
  return cache.report;
}

bool insideTrace() { return currentInterpreter().traceId() != 0; }

namespace {

using Build =
    std::function<std::vector<Tensor>(std::span<const Tensor>, int64_t)>;

std::shared_ptr<Entry> makeEntry(const JitCache &cache, int64_t number,
                                 const std::vector<TensorSpec> &specs,
                                 const Build &build,
                                 std::source_location where) {
  auto entry = std::make_shared<Entry>();
  entry->number = number;
  std::unique_ptr<mlir::MLIRContext> context = makeContext();
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(context.get()));
  ir::stamp(*module, "import");
  Tracer tracer(*module, "main", specs, where);
  std::vector<Tensor> results;
  {
    InterpreterScope scope(tracer);
    results = build(tracer.arguments(), entry->number);
  }
  entry->captures = valueOrThrow(tracer.finish(results), where);
  entry->executable = valueOrThrow(
      compileModule(*module, "main", cache.options.compile), where);
  return entry;
}

/// The entry for `args`, if there is one.
std::shared_ptr<Entry> find(JitCache &cache, std::span<const Tensor> args,
                            const std::string &structure) {
  std::lock_guard lock(cache.mutex);
  auto it = cache.entries.find(
      absl::StrCat(keyOf(specsFor(args, cache.fixedSizes)), structure));
  if (it == cache.entries.end())
    return nullptr;
  ++cache.report.cache_hits;
  return it->second;
}

std::shared_ptr<Entry> findOrMake(JitCache &cache, std::span<const Tensor> args,
                                  const std::string &structure,
                                  const Build &build,
                                  std::source_location where) {
  if (auto known = find(cache, args, structure))
    return known;
  std::lock_guard compiling(cache.compiling);
  if (auto known = find(cache, args, structure)) // made meanwhile
    return known;
  // Only the holder of `compiling` changes these two.
  bool fixed = cache.fixedSizes;
  int64_t number = cache.report.compiles;
  std::shared_ptr<Entry> entry;
  std::string whyFixed;
  std::vector<TensorSpec> specs = specsFor(args, fixed);
  try {
    entry = makeEntry(cache, number, specs, build, where);
  } catch (const Error &error) {
    // The function asked for the value of an open size: it gets the value.
    if (fixed || error.code() != ErrorCode::FailedPrecondition)
      throw;
    fixed = true;
    whyFixed = absl::StrCat("sizes are fixed from now on: ", error.what());
    specs = specsFor(args, fixed);
    entry = makeEntry(cache, number, specs, build, where);
  }
  std::lock_guard lock(cache.mutex);
  cache.fixedSizes = fixed;
  std::string key = keyOf(specs);
  cache.entries[absl::StrCat(key, structure)] = entry;
  if (!whyFixed.empty())
    cache.report.causes.push_back(whyFixed);
  cache.report.causes.push_back(absl::StrCat(
      number == 0 ? "first call: " : "new dtypes, ranks, sizes or structure: ",
      key));
  ++cache.report.compiles;
  return entry;
}

} // namespace

JitRun runJit(JitCache &cache, std::span<const Tensor> args,
              const std::string &structure, const Build &build,
              std::source_location where) {
  std::vector<Value> values;
  for (const Tensor &arg : args)
    values.push_back(valueOf(arg, "jit", where));
  std::shared_ptr<Entry> entry =
      findOrMake(cache, args, structure, build, where);
  for (const Tensor &capture : entry->captures)
    values.push_back(capture.impl()->value);
  std::vector<Value> results =
      valueOrThrow(entry->executable->loaded->run(values), where);
  JitRun run{{}, entry->number};
  for (Value &result : results)
    run.results.push_back(fromValue(std::move(result)));
  return run;
}

} // namespace tgc::detail
