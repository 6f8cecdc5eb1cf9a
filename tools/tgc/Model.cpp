// Loads models and makes inputs for them.
#include "tgc/tools/tgc/Model.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/Load.h"
#include "tgc/runtime/io/WriteFile.h"
#include "tgc/tools/tgc/ValueSpec.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
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

LoadOptions loadOptions(Session &session) {
  LoadOptions options;
  options.strict = session.flags.strict;
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

Signature chooseSignature(const Program &program, const std::string &wanted) {
  std::vector<Signature> all = program.functions();
  std::string names;
  for (const Signature &signature : all) {
    if (signature.name == (wanted.empty() ? "main" : wanted))
      return signature;
    absl::StrAppend(&names, names.empty() ? "'" : ", '", signature.name, "'");
  }
  if (wanted.empty() && all.size() == 1)
    return all[0];
  throwStatus(absl::NotFoundError(absl::StrCat(
                  "there is no function '", wanted.empty() ? "main" : wanted,
                  "'; the file has ", names.empty() ? "none" : names,
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
    // A name without a slash would be searched for in the system's folders.
    model.executable =
        Executable::load_trusted(std::filesystem::absolute(path).string());
    model.signature = model.executable->signature();
  } else {
    LoadOptions options = loadOptions(session);
    std::string file = flags.file == "-" ? "/dev/stdin" : flags.file;
    model.program = flags.trusted ? Program::load_trusted(file, options)
                                  : Program::load(file, options);
    model.signature = chooseSignature(*model.program, flags.function);
  }
  model.loadSeconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  return model;
}

namespace {

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
      std::string names;
      while (i < count && signature.inputs[i].name != name)
        absl::StrAppend(&names, names.empty() ? "'" : ", '",
                        signature.inputs[i++].name, "'");
      if (i == count)
        throwStatus(withErrorId(absl::InvalidArgumentError(absl::StrCat(
                                    "there is no input '", name, "'; '",
                                    signature.name, "' has ", names)),
                                "TGC-E0202"),
                    {});
      if (specs[i])
        usage(absl::StrCat("input '", name, "' is given twice"));
    }
    specs[i] = text;
  }
  Sizes sizes;
  for (const std::string &text : session.flags.dim) {
    auto [name, value] = splitName(text, "--dim", "NAME=N");
    int64_t size;
    if (absl::SimpleAtoi(value, &size))
      sizes[name] = size;
  }
  SpecOptions options;
  options.seed = static_cast<uint64_t>(session.flags.seed);
  std::vector<Tensor> inputs(count);
  // Given values first: they tell sizes to the random ones.
  for (size_t i = 0; i < count; ++i) {
    if (!specs[i])
      continue;
    ParsedInput parsed = valueOrThrow(
        parseInput(*specs[i], requestFor(signature.inputs[i], sizes), options),
        {});
    if (!parsed.note.empty())
      session.note(absl::StrCat("input '", signature.inputs[i].name,
                                "': ", parsed.note));
    inputs[i] = fromValue(std::move(parsed.value));
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
        valueOrThrow(parseInput("random", request, options), {});
    session.note(absl::StrCat("input '", signature.inputs[i].name, "' (",
                              typeText(parsed.value.dtype, parsed.value.shape),
                              ") is ",
                              parsed.note.empty() ? "random" : parsed.note));
    inputs[i] = fromValue(std::move(parsed.value));
    learnSizes(signature.inputs[i], inputs[i], sizes);
  }
  return inputs;
}

CompileOptions compileOptions(Session &session) {
  CompileOptions options;
  options.level = session.flags.level;
  options.function = session.flags.function;
  options.target_cpu = session.flags.targetCpu;
  options.progress = [&](std::string_view name, int index, int count,
                         double seconds) {
    session.phase(name, index, count, seconds);
    return true;
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
      std::filesystem::create_directories(path);
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
  std::filesystem::create_directories(dir);
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
