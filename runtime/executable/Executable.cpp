// Checks inputs, binds named sizes, allocates, runs compiled code.
#include "tgc/runtime/executable/Executable.h"

#include "tgc/runtime/core/RunControl.h"
#include "tgc/runtime/executable/CpuFeatures.h"
#include "tgc/runtime/parallel/FloatEnvironment.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include <algorithm>
#include <limits>

namespace tgc {
namespace {

constexpr int64_t noIndex = std::numeric_limits<int64_t>::max();
constexpr size_t keptWorkspaces = 4;

absl::Status damaged(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the table of this compiled program is damaged: ", what,
                   "\n  fix: compile the program again"));
}

absl::StatusOr<DimExpr> parseSize(const char *text) {
  std::optional<DimExpr> size = text ? DimExpr::parse(text) : std::nullopt;
  if (!size)
    return damaged(absl::StrCat("'", text ? text : "", "' is no size"));
  return *std::move(size);
}

absl::StatusOr<DimExprs> parseSizes(const char *const *texts, int64_t rank) {
  DimExprs dims;
  for (int64_t i = 0; i < rank; ++i) {
    TGC_ASSIGN_OR_RETURN(DimExpr dim, parseSize(texts[i]));
    dims.push_back(std::move(dim));
  }
  return dims;
}

absl::StatusOr<std::vector<TensorSignature>>
parseTensors(const tgc_executable_tensor *tensors, int64_t count) {
  std::vector<TensorSignature> result;
  for (int64_t i = 0; i < count; ++i) {
    std::optional<DType> dtype = dtypeFromName(tensors[i].dtype);
    if (!dtype || !isStored(*dtype))
      return damaged(absl::StrCat("dtype '", tensors[i].dtype, "'"));
    TGC_ASSIGN_OR_RETURN(DimExprs dims,
                         parseSizes(tensors[i].dims, tensors[i].rank));
    result.push_back({tensors[i].name, {*dtype, std::move(dims)}});
  }
  return result;
}

/// Bytes rounded up to the alignment of workspace entries.
std::optional<int64_t> aligned(int64_t bytes) {
  std::optional<int64_t> end = checkedAdd(bytes, TGC_EXECUTABLE_ALIGNMENT - 1);
  if (!end)
    return std::nullopt;
  return *end / TGC_EXECUTABLE_ALIGNMENT * TGC_EXECUTABLE_ALIGNMENT;
}

/// A range function called in chunks with a poll before each.
struct Polled {
  RunControl *control;
  tgc_executable_range range;
  void *context;
  int64_t chunk;
};

// A grain is about 20 microseconds of work, a chunk less than a millisecond.
constexpr int64_t grainsPerChunk = 8;

void polledRange(void *context, int64_t begin, int64_t end) {
  auto *polled = static_cast<Polled *>(context);
  while (begin < end && !polled->control->stopped()) {
    int64_t next = end - begin > polled->chunk ? begin + polled->chunk : end;
    polled->range(polled->context, begin, next);
    begin = next;
  }
}

void parallelFor(void *user, int64_t n, int64_t grain,
                 tgc_executable_range range, void *context) {
  auto *control = static_cast<RunControl *>(user);
  if (!control->polls()) {
    tgc_parallel_for(n, grain, range, context);
    return;
  }
  Polled polled{control, range, context,
                checkedMul(grain, grainsPerChunk).value_or(grain)};
  tgc_parallel_for(n, grain, polledRange, &polled);
}

} // namespace

absl::StatusOr<std::shared_ptr<const LoadedExecutable>>
LoadedExecutable::create(const tgc_executable *executable,
                         std::shared_ptr<const void> owner) {
  if (executable->abi != TGC_EXECUTABLE_ABI)
    return absl::FailedPreconditionError(absl::StrCat(
        "compiled with ABI ", executable->abi, "; this library runs ABI ",
        TGC_EXECUTABLE_ABI, "\n  fix: compile the program with tgc ",
        "of this library's version"));
  if (executable->struct_size < TGC_EXECUTABLE_MIN_SIZE)
    return damaged("it is too short");
  TGC_RETURN_IF_ERROR(checkCpuFeatures(executable->features));
  if (executable->weights_bytes > 0 && !executable->weights)
    return absl::FailedPreconditionError(
        absl::StrCat(executable->name, ": its ", executable->weights_bytes,
                     " bytes of weights are not linked in"));
  std::shared_ptr<LoadedExecutable> loaded(new LoadedExecutable());
  loaded->executable = executable;
  loaded->owner = std::move(owner);
  TGC_RETURN_IF_ERROR(loaded->read());
  return std::shared_ptr<const LoadedExecutable>(std::move(loaded));
}

absl::Status LoadedExecutable::read() {
  const tgc_executable &e = *executable;
  sig.name = e.name;
  TGC_ASSIGN_OR_RETURN(sig.inputs, parseTensors(e.inputs, e.num_inputs));
  TGC_ASSIGN_OR_RETURN(sig.outputs, parseTensors(e.outputs, e.num_outputs));
  for (int64_t i = 0; i < e.num_symbols; ++i) {
    const tgc_executable_symbol &symbol = e.symbols[i];
    if (symbol.input < 0 || symbol.input >= e.num_inputs ||
        symbol.dimension < 0 ||
        symbol.dimension >= sig.inputs[symbol.input].type.rank())
      return damaged(absl::StrCat("size '", symbol.name, "' has no source"));
    sig.symbols.emplace_back(symbol.name);
    symbolSources.emplace_back(symbol.input, symbol.dimension);
  }
  for (int64_t i = 0; i < e.num_checks; ++i) {
    TGC_ASSIGN_OR_RETURN(DimExpr got, parseSize(e.checks[i].got));
    TGC_ASSIGN_OR_RETURN(DimExpr expected, parseSize(e.checks[i].expected));
    checks.push_back({std::move(got), std::move(expected), e.checks[i].what,
                      e.checks[i].relation == TGC_CHECK_AT_LEAST});
  }
  for (int64_t i = 0; i < e.num_sites; ++i) {
    TGC_ASSIGN_OR_RETURN(DimExprs dims,
                         parseSizes(e.sites[i].dims, e.sites[i].rank));
    sites.push_back({e.sites[i].what, e.sites[i].where, std::move(dims)});
  }
  for (int64_t i = 0; i < e.num_buffers; ++i) {
    TGC_ASSIGN_OR_RETURN(DimExpr bytes, parseSize(e.buffers[i].bytes));
    buffers.push_back({std::move(bytes), e.buffers[i].count});
  }
  return absl::OkStatus();
}

std::optional<int64_t>
LoadedExecutable::evaluate(const DimExpr &size,
                           absl::Span<const int64_t> symbols) const {
  if (std::optional<int64_t> constant = size.constant())
    return constant;
  return size.evaluate([&](std::string_view name) -> std::optional<int64_t> {
    for (size_t i = 0; i < symbols.size(); ++i)
      if (sig.symbols[i] == name)
        return symbols[i];
    return std::nullopt;
  });
}

bool LoadedExecutable::fits(const TensorType &type, const Value &input) const {
  return input.buffer && input.dtype == type.dtype &&
         static_cast<int64_t>(input.shape.size()) == type.rank();
}

bool LoadedExecutable::sizesFit(const TensorType &type, const Value &input,
                                absl::Span<const int64_t> symbols) const {
  for (int64_t d = 0; d < type.rank(); ++d)
    if (evaluate(type.dims[d], symbols) != input.shape[d])
      return false;
  return true;
}

absl::StatusOr<std::vector<int64_t>>
LoadedExecutable::bind(absl::Span<const Value> inputs) const {
  // Fast where all is well; else the check of every route finds the words.
  bool ok = inputs.size() == sig.inputs.size();
  for (size_t i = 0; ok && i < inputs.size(); ++i)
    ok = fits(sig.inputs[i].type, inputs[i]);
  std::vector<int64_t> symbols;
  for (size_t s = 0; ok && s < symbolSources.size(); ++s)
    symbols.push_back(
        inputs[symbolSources[s].first].shape[symbolSources[s].second]);
  for (size_t i = 0; ok && i < inputs.size(); ++i)
    ok = sizesFit(sig.inputs[i].type, inputs[i], symbols);
  if (!ok) {
    TGC_RETURN_IF_ERROR(checkInputs(sig.name, sig.inputs, inputs));
    return damaged("a size of an input has no name");
  }
  for (const Check &check : checks) {
    std::optional<int64_t> got = evaluate(check.got, symbols);
    std::optional<int64_t> expected = evaluate(check.expected, symbols);
    if (got && expected &&
        (check.atLeast ? *got >= *expected : got == expected))
      continue;
    auto value = [](std::optional<int64_t> v) {
      return v ? absl::StrCat(*v) : std::string("beyond 64 bits");
    };
    auto named = [](const DimExpr &size) {
      return size.isConstant() ? "" : absl::StrCat(" (", size.text(), ")");
    };
    return absl::InvalidArgumentError(absl::StrCat(
        check.what, " has size ", value(got), named(check.got), "; expected ",
        check.atLeast ? "at least " : "", value(expected),
        named(check.expected), "\n  fix: run it with inputs of other sizes"));
  }
  return symbols;
}

absl::StatusOr<int64_t>
LoadedExecutable::workspaceSize(absl::Span<const int64_t> symbols) const {
  std::optional<int64_t> total = executable->workspace_bytes;
  for (const Buffers &buffer : buffers) {
    std::optional<int64_t> bytes = evaluate(buffer.bytes, symbols);
    if (bytes && *bytes >= 0)
      bytes = aligned(*bytes);
    if (bytes)
      bytes = checkedMul(*bytes, buffer.count);
    total = total && bytes && *bytes >= 0 ? checkedAdd(*total, *bytes)
                                          : std::nullopt;
  }
  if (!total)
    return absl::ResourceExhaustedError(absl::StrCat(
        sig.name, ": intermediate values of these sizes do not fit memory"));
  return *total;
}

absl::StatusOr<int64_t>
LoadedExecutable::workspaceBytes(absl::Span<const Value> inputs) const {
  TGC_ASSIGN_OR_RETURN(std::vector<int64_t> symbols, bind(inputs));
  return workspaceSize(symbols);
}

absl::StatusOr<std::shared_ptr<Buffer>>
LoadedExecutable::takeWorkspace(int64_t bytes) const {
  if (bytes == 0)
    return nullptr;
  {
    // Only tried: a forked child may find it held by no thread of its own.
    std::unique_lock<std::mutex> lock(mutex, std::try_to_lock);
    auto best = freeWorkspaces.end();
    for (auto it = lock ? freeWorkspaces.begin() : best;
         it != freeWorkspaces.end(); ++it)
      if ((*it)->size() >= bytes &&
          (best == freeWorkspaces.end() || (*it)->size() < (*best)->size()))
        best = it;
    if (lock && best != freeWorkspaces.end()) {
      std::shared_ptr<Buffer> found = std::move(*best);
      freeWorkspaces.erase(best);
      return found;
    }
  }
  return Buffer::allocate(bytes);
}

void LoadedExecutable::returnWorkspace(
    std::shared_ptr<Buffer> workspace) const {
  if (!workspace)
    return;
  std::unique_lock<std::mutex> lock(mutex, std::try_to_lock);
  if (!lock)
    return;
  freeWorkspaces.push_back(std::move(workspace));
  if (freeWorkspaces.size() > keptWorkspaces)
    freeWorkspaces.erase(std::min_element(
        freeWorkspaces.begin(), freeWorkspaces.end(),
        [](const auto &a, const auto &b) { return a->size() < b->size(); }));
}

absl::Status
LoadedExecutable::indexError(absl::Span<const int64_t> slots,
                             absl::Span<const int64_t> symbols) const {
  for (size_t i = 0; i < sites.size(); ++i) {
    if (slots[i] == noIndex)
      continue;
    const Site &site = sites[i];
    std::vector<int64_t> position(site.dims.size());
    int64_t rest = slots[i];
    for (size_t d = site.dims.size(); d-- > 0;) {
      int64_t size =
          std::max<int64_t>(1, evaluate(site.dims[d], symbols).value_or(1));
      position[d] = rest % size;
      rest /= size;
    }
    return absl::OutOfRangeError(absl::StrCat(
        site.what, " is out of range at position [",
        absl::StrJoin(position, ", "), "]",
        site.where.empty() ? "" : absl::StrCat(" [", site.where, "]"),
        "\n  fix: keep indices within the size they index, or use oob = clamp "
        "or oob = fill"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Value>>
LoadedExecutable::run(absl::Span<const Value> inputs,
                      const ExecuteOptions &options) const {
  TGC_ASSIGN_OR_RETURN(std::vector<int64_t> symbols, bind(inputs));
  TGC_ASSIGN_OR_RETURN(int64_t workspaceBytes, workspaceSize(symbols));

  std::vector<Shape> shapes;
  std::optional<int64_t> total = workspaceBytes;
  for (const TensorSignature &output : sig.outputs) {
    Shape &shape = shapes.emplace_back();
    for (const DimExpr &dim : output.type.dims)
      shape.push_back(evaluate(dim, symbols).value_or(-1));
    std::optional<int64_t> bytes = checkedProduct(shape);
    if (bytes && *bytes > options.limits.elements)
      return absl::ResourceExhaustedError(absl::StrCat(
          sig.name, ": output '", output.name, "' of shape ", shapeText(shape),
          " has ", *bytes, " elements, above the limit of ",
          options.limits.elements, " (Limits::elements)"));
    if (bytes)
      bytes = checkedMul(*bytes,
                         static_cast<int64_t>(dtypeBytes(output.type.dtype)));
    total = total && bytes ? checkedAdd(*total, *bytes) : std::nullopt;
  }
  int64_t limit = options.limits.memory;
  if (limit > 0 && (!total || *total > limit))
    return absl::ResourceExhaustedError(absl::StrCat(
        sig.name, ": the run needs ",
        total ? absl::StrCat(*total) : "more than 2^63", " bytes, above the ",
        "limit of ", limit,
        " (Limits::memory)\n  fix: raise the limit (--memory-limit), or use "
        "smaller sizes"));

  std::vector<Value> outputs;
  for (size_t i = 0; i < shapes.size(); ++i) {
    TGC_ASSIGN_OR_RETURN(Value value, Value::allocate(sig.outputs[i].type.dtype,
                                                      std::move(shapes[i])));
    outputs.push_back(std::move(value));
  }
  std::vector<const void *> inputData;
  for (const Value &input : inputs)
    inputData.push_back(input.buffer->data());
  std::vector<void *> outputData;
  for (const Value &output : outputs)
    outputData.push_back(output.buffer->data());
  std::vector<int64_t> slots(sites.size(), noIndex);

  RunControl control(options.cancel, options.limits);
  if (control.stopped())
    return control.status(sig.name);
  ThreadsScope threads(options.threads);
  TGC_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> workspace,
                       takeWorkspace(workspaceBytes));
  bool serial = !control.polls() && tgc_num_threads() == 1;
  tgc_run_args args{};
  args.struct_size = sizeof(args);
  args.symbols = symbols.data();
  args.inputs = inputData.data();
  args.outputs = outputData.data();
  args.workspace = workspace ? workspace->data() : nullptr;
  args.weights = executable->weights;
  args.oob_slots = slots.data();
  args.parallel_for = serial ? nullptr : parallelFor;
  args.user = &control;
  int32_t code;
  {
    FloatEnvironment environment;
    code = executable->run(&args);
  }
  returnWorkspace(std::move(workspace));
  if (code != TGC_RUN_OK)
    return absl::InternalError(
        absl::StrCat(sig.name, ": compiled code returned ", code,
                     code == TGC_RUN_MISALIGNED
                         ? ": workspace or weights are not 64-byte aligned"
                         : ": it does not know these arguments"));
  TGC_RETURN_IF_ERROR(control.status(sig.name));
  TGC_RETURN_IF_ERROR(indexError(slots, symbols));
  return outputs;
}

} // namespace tgc
