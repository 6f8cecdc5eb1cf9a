// tgc opt: passes by short name; tgc-opt is the full driver.
#include "tgc/frontend/compile/ProgramImpl.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/ir/serialize/Serialize.h"
#include "tgc/passes/Passes.h"
#include "tgc/runtime/core/Nearest.h"
#include "tgc/runtime/io/WriteFile.h"
#include "tgc/tools/tgc/Interrupt.h"
#include "tgc/tools/tgc/Model.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <algorithm>
#include <iostream>

namespace tgc::tool {
namespace {

struct NamedPass {
  std::string_view name;
  void (*add)(mlir::PassManager &);
};

using mlir::func::FuncOp;

constexpr NamedPass namedPasses[] = {
    {"inline-calls",
     [](mlir::PassManager &pm) {
       pm.addPass(passes::createInlineCallsPass());
     }},
    {"simplify",
     [](mlir::PassManager &pm) {
       pm.addNestedPass<FuncOp>(passes::createSimplifyPass());
     }},
    {"fold-constants",
     [](mlir::PassManager &pm) {
       pm.addNestedPass<FuncOp>(passes::createFoldConstantsPass());
     }},
    {"form-fusion-groups",
     [](mlir::PassManager &pm) {
       pm.addPass(passes::createFormFusionGroupsPass());
     }},
    {"cse",
     [](mlir::PassManager &pm) {
       pm.addNestedPass<FuncOp>(mlir::createCSEPass());
     }},
};

const NamedPass *findPass(std::string_view name) {
  for (const NamedPass &pass : namedPasses)
    if (pass.name == name)
      return &pass;
  return nullptr;
}

} // namespace

std::string_view passNames() {
  static const std::string names =
      absl::StrJoin(namedPasses, ", ", [](std::string *out, const auto &pass) {
        out->append(pass.name);
      });
  return names;
}

ExitCode optVerb(Session &session) {
  const Flags &flags = session.flags;
  std::vector<std::string> names =
      absl::StrSplit(flags.pass, ',', absl::SkipEmpty());
  std::vector<std::string> wanted = names;
  if (!flags.printAfter.empty())
    wanted.push_back(flags.printAfter);
  std::vector<std::string_view> known;
  for (const NamedPass &pass : namedPasses)
    known.push_back(pass.name);
  for (const std::string &name : wanted)
    if (!findPass(name)) {
      std::string near = nearest(name, known);
      session.error("TGC-E0101",
                    absl::StrCat("there is no pass '", name, "'; expected ",
                                 std::string(passNames()),
                                 near.empty() ? ""
                                              : absl::StrCat("; did you mean '",
                                                             near, "'?")));
      return UsageError;
    }
  std::string problem;
  if (!flags.printAfter.empty() &&
      std::find(names.begin(), names.end(), flags.printAfter) == names.end())
    problem = absl::StrCat("flag '--print-after' has value '", flags.printAfter,
                           "'; expected one of the passes of '--pass'");
  else if (!flags.out.empty() && !flags.out.ends_with(".mlir"))
    problem = absl::StrCat("output '", flags.out,
                           "' is IR text; expected a name that ends in .mlir");
  if (!problem.empty()) {
    session.error("TGC-E0101", problem);
    return UsageError;
  }
  Model model = loadModel(session);
  if (!model.program) {
    session.error("TGC-E0201", flags.file + " is compiled: it has no IR");
    return InputError;
  }
  std::lock_guard lock(model.program->impl->mutex);
  mlir::ModuleOp module = model.program->impl->get();
  for (const std::string &name : names) {
    checkInterrupt();
    mlir::PassManager pm(module.getContext());
    findPass(name)->add(pm);
    if (mlir::failed(pm.run(module))) {
      session.error("TGC-E0601", absl::StrCat("pass '", name, "' failed"));
      return InputError;
    }
    if (flags.printAfter == name)
      std::cerr << "// after " << name << '\n' << ir::printText(module, {});
  }
  if (!flags.out.empty())
    throwIfError(writeFile(flags.out, ir::printText(module)), {});
  else if (flags.json)
    session.setJson({{"ir", ir::printText(module, {false, 16})}});
  else
    std::cout << ir::printText(module, {false, 16});
  return Ok;
}

} // namespace tgc::tool
