// Executable: the public face of a loaded program.
#include "tgc/frontend/api/Executable.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/eager/ExecutableImpl.h"

#include "absl/strings/str_cat.h"

namespace tgc {
namespace {

TensorSpec specOf(const TensorSignature &tensor) {
  TensorSpec spec{tensor.type.dtype, {}, tensor.name};
  for (const DimExpr &dim : tensor.type.dims)
    spec.dims.push_back(Dim(dim));
  return spec;
}

} // namespace

absl::Status checkThreads(const RunOptions &options) {
  if (options.threads >= 0)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("RunOptions::threads is ", options.threads,
                   "; expected 0 or more\n  fix: 0 stands for the CPUs that "
                   "this process may use"));
}

std::vector<Tensor> Executable::run(std::span<const Tensor> inputs,
                                    const RunOptions &options,
                                    std::source_location where) const {
  if (options.check_int_div)
    throwStatus(absl::InvalidArgumentError(
                    "compiled code does not check integer divisions\n  fix: "
                    "use Program::interpret (--route=interpret)"),
                where);
  throwIfError(checkThreads(options), where);
  std::vector<Value> values;
  for (const Tensor &input : inputs)
    values.push_back(valueOf(input, "Executable::run", where));
  ExecuteOptions execute;
  execute.threads = options.threads;
  execute.cancel = options.cancel;
  execute.limits = options.limits;
  std::vector<Value> results =
      valueOrThrow(impl->loaded->run(values, execute), where);
  std::vector<Tensor> tensors;
  for (Value &result : results)
    tensors.push_back(fromValue(std::move(result)));
  return tensors;
}

TensorMap Executable::run(const TensorMap &inputs, const RunOptions &options,
                          std::source_location where) const {
  const ExecutableSignature &signature = impl->loaded->signature();
  std::vector<Tensor> ordered;
  std::string names;
  for (const TensorSignature &input : signature.inputs) {
    auto it = inputs.find(input.name);
    if (it == inputs.end())
      throwStatus(absl::InvalidArgumentError(
                      absl::StrCat(signature.name, ": input '", input.name,
                                   "' is missing\n  fix: add it to the map")),
                  where);
    ordered.push_back(it->second);
    absl::StrAppend(&names, names.empty() ? "'" : ", '", input.name, "'");
  }
  for (const auto &[name, value] : inputs) {
    bool known = false;
    for (const TensorSignature &input : signature.inputs)
      known |= input.name == name;
    if (!known)
      throwStatus(absl::InvalidArgumentError(absl::StrCat(
                      signature.name, ": there is no input '", name,
                      "'; expected ", names, "\n  fix: remove it")),
                  where);
  }
  std::vector<Tensor> results = run(ordered, options, where);
  TensorMap named;
  for (size_t i = 0; i < results.size(); ++i)
    named.emplace(signature.outputs[i].name, results[i]);
  return named;
}

Signature Executable::signature() const {
  const ExecutableSignature &from = impl->loaded->signature();
  Signature signature{from.name, {}, {}};
  for (const TensorSignature &input : from.inputs)
    signature.inputs.push_back(specOf(input));
  for (const TensorSignature &output : from.outputs)
    signature.outputs.push_back(specOf(output));
  return signature;
}

CompileReport Executable::report() const { return impl->report; }

Executable Executable::load_trusted(const std::string &path,
                                    std::source_location where) {
  auto impl = std::make_shared<ExecutableImpl>();
  impl->loaded = valueOrThrow(LoadedExecutable::loadTrusted(path), where);
  return Executable(std::move(impl));
}

} // namespace tgc
