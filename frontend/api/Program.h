// Programs: IR that can be looked into, saved and compiled.
#ifndef TGC_FRONTEND_API_PROGRAM_H
#define TGC_FRONTEND_API_PROGRAM_H

#include "tgc/frontend/api/Run.h"
#include "tgc/frontend/api/Tree.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tgc {

struct LoadOptions {
  Limits limits = {};
  /// Sizes for named dimensions, before shapes are inferred.
  std::map<std::string, int64_t> dims = {};
  /// Whole shapes for inputs, by name.
  std::map<std::string, Dims> shapes = {};
  /// Inputs that become constants: the functions do not take them any more.
  /// dtype and shape are the declared ones.
  TensorMap constants = {};
  /// The folder of data that an ONNX model keeps outside its file; links in it
  /// are followed. Without one it is the model's own, in which they are
  /// refused, and none for a model that comes through a pipe or a link.
  std::optional<std::string> external_data = {};
  /// Map such data instead of reading it: no file of it may be cut short while
  /// the program lives.
  bool map_external_data = false;
  /// Refuse what would be a warning.
  bool strict = false;
  /// Called with each warning.
  std::function<void(std::string_view)> warning = {};
};

struct IrPrintOptions {
  bool locations = false;
  /// Constants of more elements print elided; negative: never.
  int64_t elide_above = 16;
};

struct ProgramImpl;

/// An immutable program in tgc's IR: one or more functions of tensors. Cheap to
/// copy; safe to share between threads.
class TGC_API Program {
public:
  /// Reads a model by its content: ONNX or IR text; any bytes are safe.
  /// `options.dims`, `shapes` and `constants` apply to every public function
  /// that has the name. Errors: NotFound, InvalidArgument (a name that no
  /// function has, too), Unimplemented listing everything that is not
  /// supported, ResourceExhausted beyond `options.limits`.
  static Program
  load(const std::string &path, const LoadOptions &options = {},
       std::source_location where = std::source_location::current());
  /// As load, but bytecode (.mlirbc) too: own files only.
  static Program
  load_trusted(const std::string &path, const LoadOptions &options = {},
               std::source_location where = std::source_location::current());
  /// IR text. Errors: InvalidArgument with line and column.
  static Program
  parse(std::string_view text,
        std::source_location where = std::source_location::current());

  std::vector<Signature> functions() const;
  /// IR text; what `parse` reads back if nothing is elided.
  std::string to_mlir(const IrPrintOptions &options = {}) const;
  /// Writes by suffix: .mlir (text), .mlirbc (bytecode). Errors: an unknown
  /// suffix; a file that cannot be written.
  void save(const std::string &path,
            std::source_location where = std::source_location::current()) const;

  /// Runs a function through the interpreter: the reference for every route.
  /// Cancellation and time are looked at between ops. Errors: those of
  /// Executable::run.
  std::vector<Tensor>
  interpret(std::span<const Tensor> inputs, std::string_view function = {},
            const RunOptions &options = {},
            std::source_location where = std::source_location::current()) const;

  /// Internal.
  explicit Program(std::shared_ptr<const ProgramImpl> impl)
      : impl(std::move(impl)) {}
  std::shared_ptr<const ProgramImpl> impl;
};

namespace detail {
/// Traces `build`, which maps traced arguments to results.
TGC_API Program traceProgram(
    std::span<const TensorSpec> specs,
    const std::function<std::vector<Tensor>(std::span<const Tensor>)> &build,
    std::source_location where);

/// The function that is traced takes another number of tensors.
[[noreturn]] TGC_API void refuseArity(size_t count, std::source_location where);

template <class F, size_t... I>
std::vector<Tensor> callWith(F &f, std::span<const Tensor> args,
                             std::index_sequence<I...>) {
  return flattenTree(f(args[I]...));
}
inline constexpr size_t maxArity = 16;
} // namespace detail

/// Runs `f` once with traced arguments of the types `specs` and records what
/// it does as a program with the function `main`. Any number of arguments up
/// to 16, or one std::span<const Tensor>; results are a tree. Tensors that `f`
/// captures become constants of the program. Errors: what the ops in `f` throw;
/// InvalidArgument if `f` does not take that many tensors, if two arguments
/// have one name, and for a size below 0 or a name that is the whole size of no
/// dimension.
template <class F>
Program trace(F f, std::span<const TensorSpec> specs,
              std::source_location where = std::source_location::current()) {
  auto build = [&](std::span<const Tensor> args) -> std::vector<Tensor> {
    if constexpr (std::is_invocable_v<F &, std::span<const Tensor>>) {
      return detail::flattenTree(f(args));
    } else {
      std::vector<Tensor> results;
      bool called = false;
      auto attempt = [&]<size_t N>() {
        using Indices = std::make_index_sequence<N>;
        auto invocable = []<size_t... I>(std::index_sequence<I...>) {
          return std::is_invocable_v<
              F &, decltype((void)I, std::declval<const Tensor &>())...>;
        };
        if constexpr (invocable(Indices{})) {
          if (args.size() == N) {
            results = detail::callWith(f, args, Indices{});
            called = true;
          }
        }
      };
      [&]<size_t... N>(std::index_sequence<N...>) {
        (attempt.template operator()<N>(), ...);
      }(std::make_index_sequence<detail::maxArity + 1>{});
      if (!called)
        detail::refuseArity(args.size(), where);
      return results;
    }
  };
  return detail::traceProgram(specs, build, where);
}
template <class F>
Program trace(F f, std::initializer_list<TensorSpec> specs,
              std::source_location where = std::source_location::current()) {
  return trace(std::move(f), std::span(specs.begin(), specs.size()), where);
}

} // namespace tgc

#endif // TGC_FRONTEND_API_PROGRAM_H
