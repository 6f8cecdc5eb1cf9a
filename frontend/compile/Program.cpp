// Programs: loading, tracing, printing, interpreting.
#include "tgc/frontend/compile/ProgramImpl.h"

#include "tgc/frontend/compile/LoadOnnx.h"
#include "tgc/frontend/compile/Specialize.h"
#include "tgc/frontend/compile/Tracer.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/eager/ExecutableImpl.h"
#include "tgc/ir/TgcDialect.h"
#include "tgc/ir/analysis/DimAnalysis.h"
#include "tgc/ir/interpret/Interpreter.h"
#include "tgc/ir/serialize/Serialize.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/ReadFile.h"
#include "tgc/runtime/io/WriteFile.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/MemoryBuffer.h"

#include <set>

namespace tgc {

std::unique_ptr<mlir::MLIRContext> makeContext() {
  mlir::DialectRegistry registry;
  ir::registerDialects(registry);
  auto context = std::make_unique<mlir::MLIRContext>(
      registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

absl::StatusOr<mlir::func::FuncOp> findFunction(mlir::ModuleOp module,
                                                std::string_view name) {
  std::string names;
  mlir::func::FuncOp only;
  int count = 0;
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    if (function.isPrivate())
      continue;
    ++count;
    only = function;
    absl::StrAppend(&names, names.empty() ? "" : ", ", "'",
                    function.getName().str(), "'");
    if (function.getName() == llvm::StringRef(name.empty() ? "main" : name))
      return function;
  }
  if (name.empty() && count == 1)
    return only;
  return absl::NotFoundError(absl::StrCat(
      "the program has no function '",
      std::string(name.empty() ? "main" : name), "'; it has ",
      names.empty() ? "none" : names, "\n  fix: name one with --function"));
}

namespace {

std::string nameOf(mlir::StringAttr attr, std::string fallback) {
  return attr ? attr.str() : std::move(fallback);
}

TensorSpec specOf(const TensorType &type, std::string name) {
  TensorSpec spec{type.dtype, {}, std::move(name)};
  for (const DimExpr &dim : type.dims)
    spec.dims.push_back(Dim(dim));
  return spec;
}

/// Constants that are there already.
InputConstants makersOf(const TensorMap &constants) {
  InputConstants makers;
  for (const auto &[name, value] : constants)
    makers[name] = [value = value](const TensorSpec &) { return value; };
  return makers;
}

/// Refuses what is neither a model nor text, before a parser complains of a
/// character in it.
absl::Status checkIsText(llvm::StringRef bytes, const std::string &path) {
  auto isText = [](char c) {
    return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\r' ||
           c == '\t' || c == '\f';
  };
  if (!bytes.empty() && llvm::all_of(bytes.take_front(256), isText))
    return absl::OkStatus();
  return withErrorId(
      absl::InvalidArgumentError(absl::StrCat(
          path,
          bytes.empty() ? ": is empty; expected an ONNX model or IR text"
                        : ": is neither an ONNX model nor IR text",
          "\n  fix: give a .onnx or .mlir file")),
      "TGC-E0201");
}

} // namespace

absl::StatusOr<Program> loadProgram(const std::string &path,
                                    const LoadOptions &options,
                                    const InputConstants &constants,
                                    bool trusted) {
  TGC_ASSIGN_OR_RETURN(
      std::shared_ptr<Buffer> file,
      readBytes(path, options.limits.model_bytes, "Limits::model_bytes"));
  llvm::StringRef bytes(static_cast<const char *>(file->data()), file->size());
  auto impl = std::make_shared<ProgramImpl>();
  impl->context = makeContext();
  bool isBytecode = mlir::isBytecode(llvm::MemoryBufferRef(bytes, path));
  if (isBytecode && trusted) {
    TGC_ASSIGN_OR_RETURN(impl->module,
                         ir::readBytecode(impl->context.get(), bytes, path));
  } else if (!isBytecode && looksLikeOnnx(bytes)) {
    TGC_RETURN_IF_ERROR(loadOnnx(*impl, bytes, path, options, constants));
    return Program(std::move(impl));
  } else {
    if (!isBytecode) // which parseText refuses in words of its own
      TGC_RETURN_IF_ERROR(checkIsText(bytes, path));
    TGC_ASSIGN_OR_RETURN(impl->module, ir::parseText(impl->context.get(), bytes,
                                                     options.limits, path));
  }
  TGC_RETURN_IF_ERROR(specialize(*impl->module, options, constants, path));
  return Program(std::move(impl));
}

Signature signatureOf(mlir::func::FuncOp function) {
  ir::DimAnalysis dims(function);
  Signature signature{function.getName().str(), {}, {}};
  for (mlir::BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    signature.inputs.push_back(specOf(
        dims.typeOf(argument),
        nameOf(function.getArgAttrOfType<mlir::StringAttr>(i, ir::nameAttr),
               absl::StrCat("x", i))));
  }
  mlir::Operation *terminator = function.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(terminator->getOperands()))
    signature.outputs.push_back(specOf(
        dims.typeOf(value),
        nameOf(function.getResultAttrOfType<mlir::StringAttr>(i, ir::nameAttr),
               absl::StrCat("y", i))));
  return signature;
}

Program Program::load(const std::string &path, const LoadOptions &options,
                      std::source_location where) {
  return valueOrThrow(
      loadProgram(path, options, makersOf(options.constants), false), where);
}

Program Program::load_trusted(const std::string &path,
                              const LoadOptions &options,
                              std::source_location where) {
  return valueOrThrow(
      loadProgram(path, options, makersOf(options.constants), true), where);
}

Program Program::parse(std::string_view text, std::source_location where) {
  auto impl = std::make_shared<ProgramImpl>();
  impl->context = makeContext();
  impl->module = valueOrThrow(
      ir::parseText(impl->context.get(), llvm::StringRef(text)), where);
  return Program(std::move(impl));
}

std::vector<Signature> Program::functions() const {
  std::lock_guard lock(impl->mutex);
  std::vector<Signature> result;
  for (auto function : impl->get().getOps<mlir::func::FuncOp>())
    if (!function.isPrivate())
      result.push_back(signatureOf(function));
  return result;
}

std::string Program::to_mlir(const IrPrintOptions &options) const {
  std::lock_guard lock(impl->mutex);
  return ir::printText(impl->get(), {options.locations, options.elide_above});
}

void Program::save(const std::string &path, std::source_location where) const {
  std::lock_guard lock(impl->mutex);
  std::string bytes;
  if (absl::EndsWith(path, ".mlirbc"))
    bytes = valueOrThrow(ir::writeBytecode(impl->get()), where);
  else if (absl::EndsWith(path, ".mlir"))
    bytes = ir::printText(impl->get());
  else
    throwStatus(
        withErrorId(
            absl::InvalidArgumentError(absl::StrCat(
                path, ": a program is saved as .mlir (text) or "
                      ".mlirbc (bytecode)\n  fix: use one of these suffixes")),
            "TGC-E0201"),
        where);
  throwIfError(
      writeFile(path, absl::Span<const uint8_t>(
                          reinterpret_cast<const uint8_t *>(bytes.data()),
                          bytes.size())),
      where);
}

std::vector<Tensor> Program::interpret(std::span<const Tensor> inputs,
                                       std::string_view name,
                                       const RunOptions &options,
                                       std::source_location where) const {
  throwIfError(checkThreads(options), where);
  std::vector<Value> values;
  for (const Tensor &input : inputs)
    values.push_back(valueOf(input, "interpret", where));
  ir::InterpretOptions interpret;
  interpret.threads = options.threads;
  interpret.cancel = options.cancel;
  interpret.checkIntDivision = options.check_int_div;
  interpret.limits = options.limits;
  interpret.owner = impl;
  std::lock_guard lock(impl->mutex);
  auto function = valueOrThrow(findFunction(impl->get(), name), where);
  std::vector<Value> results =
      valueOrThrow(ir::interpret(function, values, interpret), where);
  std::vector<Tensor> tensors;
  for (Value &result : results)
    tensors.push_back(fromValue(std::move(result)));
  return tensors;
}

namespace {

/// Names tell arguments apart, and sizes that are numbers are possible.
absl::Status checkSpecs(std::span<const TensorSpec> specs) {
  std::map<std::string, size_t> numbers;
  for (size_t i = 0; i < specs.size(); ++i) {
    std::string name = argumentName(specs[i], i);
    auto [it, fresh] = numbers.emplace(name, i);
    if (!fresh)
      return absl::InvalidArgumentError(absl::StrCat(
          "trace: argument ", i, " is named '", name, "', as argument ",
          it->second, "; expected unlike names\n  fix: rename one of them"));
    for (size_t d = 0; d < specs[i].dims.size(); ++d) {
      const DimExpr &size = specs[i].dims[d].expr();
      if (size.isInvalid() || size.constant().value_or(0) < 0)
        return absl::InvalidArgumentError(
            absl::StrCat("trace: argument ", i, " ('", name, "') has size ",
                         size.text(), " in dimension ", d,
                         "; expected 0 or more\n  fix: leave a size "
                         "open by a name, e.g. dim(\"n\")"));
    }
  }
  return absl::OkStatus();
}

/// Every name in a size is the whole size of some dimension: that is where its
/// value comes from.
absl::Status checkSizeNames(std::span<const TensorSpec> specs) {
  std::set<std::string> given;
  for (const TensorSpec &spec : specs)
    for (const Dim &dim : spec.dims) {
      std::vector<std::string> names = dim.expr().symbols();
      if (names.size() == 1 &&
          dim.expr().provablyEqual(DimExpr::symbol(names[0])))
        given.insert(names[0]);
    }
  for (size_t i = 0; i < specs.size(); ++i)
    for (const Dim &dim : specs[i].dims)
      for (const std::string &name : dim.expr().symbols())
        if (!given.count(name))
          return absl::InvalidArgumentError(absl::StrCat(
              "trace: argument ", i, " has size ", dim.expr().text(),
              ", but no argument has a dimension of size ", name,
              "\n  fix: name one dimension '", name, "'"));
  return absl::OkStatus();
}

} // namespace

void detail::refuseArity(size_t count, std::source_location where) {
  throwStatus(absl::InvalidArgumentError(absl::StrCat(
                  "trace: ", count,
                  " arguments were specified, which the function does not "
                  "take\n  fix: give one TensorSpec per argument")),
              where);
}

Program detail::traceProgram(
    std::span<const TensorSpec> specs,
    const std::function<std::vector<Tensor>(std::span<const Tensor>)> &build,
    std::source_location where) {
  auto impl = std::make_shared<ProgramImpl>();
  impl->context = makeContext();
  impl->module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(impl->context.get()));
  ir::stamp(*impl->module, "import");
  for (const TensorSpec &spec : specs)
    if (!isStored(spec.dtype))
      throwIfError(Value::allocate(spec.dtype, {}).status(), where);
  throwIfError(checkSpecs(specs), where);
  throwIfError(checkSizeNames(specs), where);
  Tracer tracer(*impl->module, "main", specs, where);
  std::vector<Tensor> results;
  {
    InterpreterScope scope(tracer);
    results = build(tracer.arguments());
  }
  std::vector<Tensor> captures = valueOrThrow(tracer.finish(results), where);
  tracer.bakeCaptures(captures);
  return Program(std::move(impl));
}

} // namespace tgc
