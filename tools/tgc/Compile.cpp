// tgc compile: a program as text, bytecode, assembly or code.
#include "tgc/frontend/eager/Bind.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/WriteFile.h"
#include "tgc/tools/tgc/Link.h"
#include "tgc/tools/tgc/Model.h"

#include "absl/strings/str_cat.h"

#include <filesystem>

namespace tgc::tool {
namespace {

/// The kinds of output, and the phases whose text they hold.
struct OutputKind {
  std::string_view suffix, phases;
};
constexpr OutputKind outputKinds[] = {
    {".mlir", "import, expand, simplify, fuse or vector"},
    {".mlirbc", "import"},
    {".ll", "llvm"},
    {".s", "asm"},
    {".o", ""},
    {".so", ""},
};

/// What is wrong with -o, --to and --name together; empty if nothing.
std::string outputProblem(const Flags &flags, const std::string &suffix) {
  if (flags.out.empty())
    return "no output given\n  fix: -o OUT.mlir, .mlirbc, .ll, .s, .o or .so";
  const OutputKind *kind = nullptr;
  for (const OutputKind &each : outputKinds)
    if (each.suffix == suffix)
      kind = &each;
  if (!kind)
    return absl::StrCat("output '", flags.out, "' has suffix '", suffix,
                        "'; expected .mlir, .mlirbc, .ll, .s, .o or .so");
  std::string phases(kind->phases);
  if (!flags.to.empty() && phases.find(flags.to) == std::string::npos)
    return absl::StrCat("flag '--to' has value '", flags.to, "', but '",
                        flags.out, "' holds ",
                        phases.empty() ? "code, the last phase"
                                       : absl::StrCat("the text of ", phases),
                        "\n  fix: choose the suffix that fits the phase");
  bool isIdentifier = !isdigit(static_cast<unsigned char>(flags.name[0]));
  for (unsigned char c : flags.name)
    isIdentifier &= isalnum(c) || c == '_';
  if (!isIdentifier)
    return absl::StrCat("flag '--name' has value '", flags.name,
                        "'; expected a C identifier");
  return "";
}

/// --name, else the file's stem as a C identifier.
std::string symbolName(const Flags &flags) {
  if (!flags.name.empty())
    return flags.name;
  std::string name = std::filesystem::path(flags.file).stem().string();
  for (char &c : name)
    if (!isalnum(static_cast<unsigned char>(c)))
      c = '_';
  if (name.empty() || isdigit(static_cast<unsigned char>(name[0])))
    name = "_" + name;
  return name;
}

/// Runs the phases and keeps the text of one.
std::string textOfPhase(Session &session, const Program &program,
                        const std::string &wanted) {
  CompileOptions options = compileOptions(session);
  auto dump = options.dump;
  std::string kept;
  options.dump = [&](std::string_view phase, std::string_view text) {
    if (dump)
      dump(phase, text);
    if (phase == wanted)
      kept = text;
  };
  compile_to_objects(program, symbolName(session.flags), options, {});
  if (kept.empty())
    throwStatus(withErrorId(absl::InvalidArgumentError(absl::StrCat(
                                "phase '", wanted, "' left no text")),
                            "TGC-E0101"),
                {});
  return kept;
}

} // namespace

ExitCode compileVerb(Session &session) {
  const Flags &flags = session.flags;
  std::string suffix = std::filesystem::path(flags.out).extension().string();
  if (std::string problem = outputProblem(flags, suffix); !problem.empty()) {
    session.error("TGC-E0101", problem);
    return UsageError;
  }
  Model model = loadModel(session);
  if (!model.program) {
    session.error("TGC-E0201", flags.file + " is compiled already");
    return InputError;
  }
  const Program &program = *model.program;
  if (suffix == ".mlir" && !flags.to.empty() && flags.to != "import")
    throwIfError(writeFile(flags.out, textOfPhase(session, program, flags.to)),
                 {});
  else if (suffix == ".mlir" || suffix == ".mlirbc")
    program.save(flags.out, {});
  else if (suffix == ".ll")
    throwIfError(writeFile(flags.out, textOfPhase(session, program, "llvm")),
                 {});
  else if (suffix == ".s")
    throwIfError(writeFile(flags.out, textOfPhase(session, program, "asm")),
                 {});
  else
    writeCode(flags.out, suffix == ".so",
              compile_to_objects(program, symbolName(flags),
                                 compileOptions(session), {}));
  return Ok;
}

} // namespace tgc::tool
