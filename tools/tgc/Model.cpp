// Loads models and makes inputs for them.
#include "tgc/tools/tgc/Model.h"

#include "tgc/frontend/compile/Specialize.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/onnx/TensorData.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/FileDescriptor.h"
#include "tgc/runtime/io/Load.h"
#include "tgc/runtime/io/WriteFile.h"
#include "tgc/tools/tgc/Interrupt.h"
#include "tgc/tools/tgc/Reproducer.h"
#include "tgc/tools/tgc/values/ValueSpec.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

#include <filesystem>
#include <sstream>

namespace tgc::tool {
namespace {

[[noreturn]] void usage(const std::string &text) {
  throwStatus(withErrorId(absl::InvalidArgumentError(text), "TGC-E0101"), {});
}

/// NAME and the rest of "NAME=…".
std::pair<std::string, std::string>
splitName(const std::string &text, const char *flag, const char *form) {
  size_t equal = text.find('=');
  if (equal == std::string::npos || equal == 0)
    usage(absl::StrCat("flag '", flag, "' has value '", text, "'; expected ",
                       form));
  return {text.substr(0, equal), text.substr(equal + 1)};
}

/// Makes a folder and those above it, if they are not there.
void makeFolder(const std::string &path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error && !std::filesystem::is_directory(path, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (error)
    throwStatus(systemError(error.value(), path, "cannot be made a folder",
                            "name a folder that can be written"),
                {});
}

LoadOptions loadOptions(Session &session) {
  LoadOptions options;
  options.strict = session.flags.strict;
  options.map_external_data = session.flags.mmap;
  if (!session.flags.externalData.empty())
    options.external_data = session.flags.externalData;
  options.warning = [&](std::string_view text) {
    session.warning("TGC-W0301", text);
  };
  for (const std::string &text : session.flags.dim) {
    auto [name, value] = splitName(text, "--dim", "NAME=N");
    int64_t size;
    if (!absl::SimpleAtoi(value, &size) || size < 0)
      usage(absl::StrCat("flag '--dim' has value '", text,
                         "'; expected NAME=N with N >= 0"));
    options.dims[name] = size;
  }
  for (const std::string &text : session.flags.shape) {
    auto [name, value] = splitName(text, "--shape", "NAME=1x3x224x224");
    std::vector<Dim> dims;
    for (absl::string_view part : absl::StrSplit(value, 'x')) {
      int64_t size;
      if (!absl::SimpleAtoi(part, &size) || size < 0)
        usage(absl::StrCat("flag '--shape' has value '", text,
                           "'; expected sizes such as NAME=1x3x224x224"));
      dims.emplace_back(size);
    }
    options.shapes[name] = Dims(dims);
  }
  return options;
}

/// Sizes of named dimensions as they become known.
using Sizes = std::map<std::string, int64_t, std::less<>>;

ValueRequest requestFor(const TensorSpec &spec, const Sizes &sizes) {
  ValueRequest request{spec.dtype, Shape{}};
  for (const Dim &dim : spec.dims) {
    auto size = dim.expr().evaluate(
        [&](std::string_view name) -> std::optional<int64_t> {
          auto it = sizes.find(name);
          return it == sizes.end() ? std::nullopt : std::optional(it->second);
        });
    request.shape->push_back(size.value_or(-1));
  }
  return request;
}

SpecOptions specOptions(const Session &session) {
  SpecOptions options;
  options.seed = static_cast<uint64_t>(session.flags.seed);
  options.readTensorProto = [](absl::Span<const uint8_t> bytes) {
    return onnx::parseTensor(bytes, {}, "TensorProto");
  };
  return options;
}

/// The tensor of a SPEC for an input, which messages and notes name.
Tensor parsedInput(Session &session, const std::string &text,
                   const TensorSpec &declared, const Sizes &sizes) {
  absl::StatusOr<ParsedInput> parsed =
      parseInput(text, requestFor(declared, sizes), specOptions(session));
  std::string name = absl::StrCat("input '", declared.name, "'");
  if (!parsed.ok()) // a SPEC that names its input says so itself
    throwStatus(valueOrThrow(inputName(text), {}).empty()
                    ? withPrefix(parsed.status(), name)
                    : parsed.status(),
                {});
  if (!parsed->note.empty())
    session.note(absl::StrCat(name, ": ", parsed->note));
  return fromValue(std::move(parsed->value));
}

/// What --const bakes.
InputConstants constants(Session &session) {
  InputConstants constants;
  for (const std::string &text : session.flags.constants) {
    std::string name = valueOrThrow(inputName(text), {});
    if (name.empty())
      usage(absl::StrCat("flag '--const' has value '", text,
                         "'; expected NAME=SPEC"));
    auto make = [&session, text](const TensorSpec &declared) {
      return parsedInput(session, text, declared, {});
    };
    if (!constants.emplace(name, make).second)
      usage(absl::StrCat("input '", name, "' is given twice"));
  }
  return constants;
}

Signature chooseSignature(const Program &program, const std::string &file,
                          const std::string &wanted) {
  std::vector<Signature> all = program.functions();
  std::string names;
  for (const Signature &signature : all) {
    if (signature.name == (wanted.empty() ? "main" : wanted))
      return signature;
    absl::StrAppend(&names, names.empty() ? "'" : ", '", signature.name, "'");
  }
  if (wanted.empty() && all.size() == 1)
    return all[0];
  throwStatus(absl::NotFoundError(
                  absl::StrCat(file, ": there is no function '",
                               wanted.empty() ? "main" : wanted, "'; it has ",
                               names.empty() ? "none" : names,
                               "\n  fix: name one with --function")),
              {});
}

} // namespace

std::string typeText(const TensorSpec &spec) {
  std::ostringstream text;
  for (const Dim &dim : spec.dims)
    text << dim << 'x';
  text << dtypeName(spec.dtype);
  return text.str();
}

std::string millis(double seconds) {
  return absl::StrFormat("%.1f ms", seconds * 1e3);
}

Model loadModel(Session &session) {
  auto start = std::chrono::steady_clock::now();
  const Flags &flags = session.flags;
  Model model;
  std::filesystem::path path(flags.file);
  if (path.extension() == ".so") {
    if (!flags.trusted)
      throwStatus(
          withErrorId(absl::FailedPreconditionError(absl::StrCat(
                          flags.file, ": a shared object is code that would "
                                      "run here\n  fix: give --trusted for a "
                                      "file of your own")),
                      "TGC-E0204"),
          {});
    if (!flags.saveReproducer.empty())
      throwStatus(withErrorId(absl::InvalidArgumentError(
                                  flags.file + ": is compiled: it has no IR to "
                                               "save\n  fix: give the program "
                                               "it was compiled from"),
                              "TGC-E0201"),
                  {});
    if (!flags.constants.empty())
      usage("flag '--const' does not go with compiled code\n  fix: compile "
            "the program with it");
    // A name without a slash would be searched for in the system's folders.
    model.executable =
        Executable::load_trusted(std::filesystem::absolute(path).string(), {});
    model.signature = model.executable->signature();
    // Sizes of random inputs: compiled code keeps its own open.
    LoadOptions options = loadOptions(session);
    throwIfError(checkNames(model.signature.inputs, options, {}, flags.file),
                 {});
    model.signature.inputs = valueOrThrow(
        giveSizes(model.signature.inputs, options, flags.file), {});
  } else {
    std::string file = flags.file == "-" ? "/dev/stdin" : flags.file;
    model.program = valueOrThrow(loadProgram(file, loadOptions(session),
                                             constants(session), flags.trusted),
                                 {});
    if (!flags.saveReproducer.empty())
      saveReproducer(flags, *model.program);
    session.loaded = true;
    model.signature =
        chooseSignature(*model.program, flags.file, flags.function);
  }
  model.loadSeconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  deferInterrupt();
  session.log(LogCategory::Load, LogLevel::Info,
              absl::StrCat(flags.file, " ", millis(model.loadSeconds),
                           ", function ", model.signature.name, ", ",
                           model.signature.inputs.size(), " inputs, ",
                           model.signature.outputs.size(), " outputs"));
  for (const TensorSpec &spec : model.signature.inputs)
    session.log(LogCategory::Load, LogLevel::Debug,
                absl::StrCat("input ", spec.name, ": ", typeText(spec)));
  for (const TensorSpec &spec : model.signature.outputs)
    session.log(LogCategory::Load, LogLevel::Debug,
                absl::StrCat("output ", spec.name, ": ", typeText(spec)));
  return model;
}

namespace {

void learnSizes(const TensorSpec &spec, const Tensor &value, Sizes &sizes) {
  for (size_t i = 0; i < spec.dims.size(); ++i) {
    std::vector<std::string> names = spec.dims[i].expr().symbols();
    if (names.size() == 1 &&
        spec.dims[i].expr().provablyEqual(DimExpr::symbol(names[0])))
      sizes.try_emplace(names[0], static_cast<int64_t>(value.size(i)));
  }
}

} // namespace

std::vector<Tensor> makeInputs(Session &session, const Signature &signature) {
  size_t count = signature.inputs.size();
  std::vector<std::optional<std::string>> specs(count);
  size_t next = 0;
  for (const std::string &text : session.flags.input) {
    std::string name = valueOrThrow(inputName(text), {});
    size_t i = 0;
    if (name.empty()) {
      while (next < count && specs[next])
        ++next;
      i = next;
      if (i == count)
        usage(absl::StrCat("more --input than the ", count, " inputs of '",
                           signature.name, "': '", text, "'"));
    } else {
      std::vector<std::string> names;
      while (i < count && signature.inputs[i].name != name)
        names.push_back(signature.inputs[i++].name);
      if (i == count)
        throwStatus(unknownName("input", name, names, signature.name), {});
      if (specs[i])
        usage(absl::StrCat("input '", name, "' is given twice"));
    }
    specs[i] = text;
  }
  Sizes sizes;
  std::vector<Tensor> inputs(count);
  // Given values first: they tell sizes to the random ones.
  for (size_t i = 0; i < count; ++i) {
    if (!specs[i])
      continue;
    inputs[i] = parsedInput(session, *specs[i], signature.inputs[i], sizes);
    learnSizes(signature.inputs[i], inputs[i], sizes);
  }
  for (size_t i = 0; i < count; ++i) {
    if (specs[i])
      continue;
    ValueRequest request = requestFor(signature.inputs[i], sizes);
    for (size_t d = 0; d < request.shape->size(); ++d)
      if ((*request.shape)[d] < 0) {
        (*request.shape)[d] = 1;
        std::ostringstream name;
        name << signature.inputs[i].dims[d];
        session.note(absl::StrCat("size '", name.str(),
                                  "' is 1; give it with "
                                  "--dim ",
                                  name.str(), "=N"));
      }
    ParsedInput parsed =
        valueOrThrow(parseInput("random", request, specOptions(session)), {});
    session.note(absl::StrCat("input '", signature.inputs[i].name, "' (",
                              typeText(parsed.value.dtype, parsed.value.shape),
                              ") is ",
                              parsed.note.empty() ? "random" : parsed.note));
    inputs[i] = fromValue(std::move(parsed.value));
    learnSizes(signature.inputs[i], inputs[i], sizes);
  }
  return inputs;
}

namespace {

Limits limitsOf(const Flags &flags) {
  Limits limits;
  limits.compile_time = limits.run_time = flags.timeLimit.value;
  limits.memory = flags.memoryLimit.value;
  return limits;
}

void logReport(Session &session, const CompileReport &report) {
  int64_t ops = 0;
  for (const CompileReport::Group &group : report.groups)
    ops += group.ops;
  session.log(LogCategory::Passes, LogLevel::Info,
              absl::StrCat(ops, " ops -> ", report.groups.size(), " groups"));
  session.log(LogCategory::Jit, LogLevel::Info,
              absl::StrCat(report.code_bytes, " bytes of code, ",
                           report.weight_bytes, " of weights, workspace ",
                           report.workspace, ", for ", report.target_cpu));
  for (size_t i = 0; i < report.groups.size(); ++i)
    session.log(LogCategory::Jit, LogLevel::Debug,
                absl::StrCat("group ", i, ": ", report.groups[i].kind, ", ",
                             report.groups[i].ops, " ops, ",
                             report.groups[i].schedule));
}

} // namespace

RunOptions runOptions(const Session &session) {
  RunOptions options;
  options.threads = session.flags.threads;
  options.cancel = &interruptFlag();
  options.check_int_div = session.flags.checkIntDiv;
  options.limits = limitsOf(session.flags);
  return options;
}

CompileOptions compileOptions(Session &session) {
  CompileOptions options;
  options.limits = limitsOf(session.flags);
  options.level = session.flags.level;
  options.function = session.flags.function;
  options.from = session.flags.from;
  options.target_cpu = session.flags.targetCpu;
  options.progress = [&session, last = 0.0](std::string_view name, int index,
                                            int count, double seconds) mutable {
    session.phase(name, index, count, seconds);
    session.log(index < 4 ? LogCategory::Passes : LogCategory::Jit,
                LogLevel::Info,
                absl::StrCat(std::string(name), " ", millis(seconds - last)));
    last = seconds;
    return !interruptFlag();
  };
  options.report = [&](const CompileReport &report) {
    logReport(session, report);
  };
  options.dump = phaseDumper(session);
  return options;
}

void saveOutputs(Session &session, const std::vector<Tensor> &results,
                 const Signature &signature) {
  auto save = [](const std::string &path, const std::string &name,
                 const Tensor &value) {
    throwIfError(saveTensors(path, {{name, value.impl()->value}}), {});
  };
  for (const std::string &text : session.flags.output) {
    size_t at = text.find('@');
    if (at == std::string::npos || (at > 0 && text[at - 1] != '='))
      usage(absl::StrCat("flag '--output' has value '", text,
                         "'; expected [NAME=]@FILE or @DIR/"));
    std::string name = at ? text.substr(0, at - 1) : "";
    std::string path = text.substr(at + 1);
    if (path.ends_with('/')) {
      makeFolder(path);
      for (size_t i = 0; i < results.size(); ++i) {
        std::string file = signature.outputs[i].name;
        for (char &c : file)
          if (!isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' &&
              c != '-')
            c = '_';
        save(absl::StrCat(path, file, ".npy"), signature.outputs[i].name,
             results[i]);
      }
      continue;
    }
    if (name.empty() && results.size() > 1 && !path.ends_with(".npy")) {
      ValueMap all;
      for (size_t i = 0; i < results.size(); ++i)
        all.emplace(signature.outputs[i].name, results[i].impl()->value);
      throwIfError(saveTensors(path, all), {});
      continue;
    }
    size_t i = 0;
    while (!name.empty() && i < results.size() &&
           signature.outputs[i].name != name)
      ++i;
    if (i == results.size() || (name.empty() && results.size() != 1))
      usage(absl::StrCat(
          "flag '--output=", text, "': ",
          name.empty() ? absl::StrCat("there are ", results.size(),
                                      " results; name one, or give @DIR/")
                       : absl::StrCat("there is no result '", name, "'")));
    save(path, signature.outputs[i].name, results[i]);
  }
}

std::function<void(std::string_view, std::string_view)>
phaseDumper(Session &session) {
  std::string dir = session.flags.dumpPhases;
  if (dir.empty())
    return {};
  makeFolder(dir);
  auto index = std::make_shared<int>(0);
  return [dir, index](std::string_view phase, std::string_view text) {
    const char *suffix = phase == "llvm"     ? ".ll"
                         : phase == "asm"    ? ".s"
                         : phase == "memory" ? ".txt"
                                             : ".mlir";
    std::string path =
        absl::StrCat(dir, "/", (*index)++, "-", std::string(phase), suffix);
    throwIfError(
        writeFile(path, absl::Span<const uint8_t>(
                            reinterpret_cast<const uint8_t *>(text.data()),
                            text.size())),
        {});
  };
}

} // namespace tgc::tool
