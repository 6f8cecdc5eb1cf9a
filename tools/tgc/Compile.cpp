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

/// The file's stem as a C identifier.
std::string symbolName(const Flags &flags) {
  std::string name = flags.name.empty()
                         ? std::filesystem::path(flags.file).stem().string()
                         : flags.name;
  for (char &c : name)
    if (!isalnum(static_cast<unsigned char>(c)))
      c = '_';
  if (name.empty() || isdigit(static_cast<unsigned char>(name[0])))
    name = "_" + name;
  return name;
}

void writeText(const std::string &path, std::string_view text) {
  throwIfError(
      writeFile(path, absl::Span<const uint8_t>(
                          reinterpret_cast<const uint8_t *>(text.data()),
                          text.size())),
      {});
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
  compile_to_objects(program, symbolName(session.flags), options);
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
  if (flags.out.empty()) {
    session.error("TGC-E0101", "no output given\n  fix: -o OUT.mlir, .mlirbc, "
                               ".ll, .s, .o or .so");
    return UsageError;
  }
  Model model = loadModel(session);
  if (!model.program) {
    session.error("TGC-E0201", flags.file + " is compiled already");
    return InputError;
  }
  const Program &program = *model.program;
  if (suffix == ".mlir" && !flags.to.empty() && flags.to != "import")
    writeText(flags.out, textOfPhase(session, program, flags.to));
  else if (suffix == ".mlir" || suffix == ".mlirbc")
    program.save(flags.out);
  else if (suffix == ".ll")
    writeText(flags.out, textOfPhase(session, program, "llvm"));
  else if (suffix == ".s")
    writeText(flags.out, textOfPhase(session, program, "asm"));
  else if (suffix == ".o" || suffix == ".so")
    writeCode(flags.out, suffix == ".so",
              compile_to_objects(program, symbolName(flags),
                                 compileOptions(session)));
  else {
    session.error("TGC-E0101",
                  absl::StrCat("output '", flags.out, "' has suffix '", suffix,
                               "'; expected .mlir, .mlirbc, .ll, .s, .o or "
                               ".so"));
    return UsageError;
  }
  return Ok;
}

} // namespace tgc::tool
