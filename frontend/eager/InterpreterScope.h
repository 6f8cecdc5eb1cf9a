// Interpreters: what an op call does in the current mode.
#ifndef TGC_FRONTEND_EAGER_INTERPRETERSCOPE_H
#define TGC_FRONTEND_EAGER_INTERPRETERSCOPE_H

#include "tgc/frontend/eager/TensorImpl.h"

#include <source_location>

namespace tgc {

using Tensors = absl::InlinedVector<Tensor, 1>;

/// One op call after type inference.
struct OpCall {
  OpKind kind;
  absl::Span<const Tensor> operands;
  const OpAttrs &attrs;
  const TensorTypes &results;
  const std::vector<SizeCheck> &checks;
  std::source_location where;
};

/// A mode: eager, or a trace under construction.
class Interpreter {
public:
  virtual ~Interpreter() = default;
  /// The results of one op. Errors become the user's, with `where`.
  virtual absl::StatusOr<Tensors> process(const OpCall &call) = 0;
  /// 0 for eager, else the id of the trace.
  virtual uint64_t traceId() const { return 0; }
};

/// The top of this thread's stack of interpreters; eager at the bottom.
Interpreter &currentInterpreter();

/// Makes `interpreter` current on this thread for the scope's life.
class InterpreterScope {
public:
  explicit InterpreterScope(Interpreter &interpreter);
  ~InterpreterScope();
  InterpreterScope(const InterpreterScope &) = delete;
  InterpreterScope &operator=(const InterpreterScope &) = delete;

private:
  Interpreter *previous;
};

/// A name for the ops bound on this thread while it lives: an importer's node.
/// Messages start with `prefix` ("m.onnx: node 'fc1' (MatMul)"), traced ops
/// get the location `name` in `file`, at `line` (the node's number).
class LocationScope {
public:
  LocationScope(std::string prefix, std::string name, std::string file,
                unsigned line);
  ~LocationScope();
  LocationScope(const LocationScope &) = delete;
  LocationScope &operator=(const LocationScope &) = delete;

  const std::string prefix, name, file;
  const unsigned line;

  /// The innermost scope of this thread; null if there is none.
  static const LocationScope *current();

private:
  const LocationScope *outer;
};

/// A composite that runs on this thread. An error that is thrown while it
/// lives, by the ops that it calls too, is the user's call of the outermost
/// one: it names that composite and has the place `where`.
class CompositeScope {
public:
  /// `name` outlives the scope: "softmax".
  CompositeScope(const char *name, std::source_location where);
  ~CompositeScope();
  CompositeScope(const CompositeScope &) = delete;
  CompositeScope &operator=(const CompositeScope &) = delete;

  const char *const name;
  const std::source_location where;

  /// The outermost scope of this thread; null if there is none.
  static const CompositeScope *outermost();

private:
  const bool isOutermost;
};

} // namespace tgc

#endif // TGC_FRONTEND_EAGER_INTERPRETERSCOPE_H
