// tgc inspect: what a program is and what compilation makes of it.
#include "tgc/frontend/compile/ProgramImpl.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/tools/tgc/Json.h"
#include "tgc/tools/tgc/Model.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include <iostream>

namespace tgc::tool {
namespace {

using Json = nlohmann::ordered_json;

void printSignature(const Signature &signature) {
  std::cout << "function " << signature.name << '\n';
  for (const TensorSpec &spec : signature.inputs)
    std::cout << "  input   " << spec.name << ": " << typeText(spec) << '\n';
  for (const TensorSpec &spec : signature.outputs)
    std::cout << "  output  " << spec.name << ": " << typeText(spec) << '\n';
}

std::map<std::string, int64_t> countOps(const Program &program) {
  std::lock_guard lock(program.impl->mutex);
  std::map<std::string, int64_t> counts;
  program.impl->get().walk([&](mlir::Operation *op) {
    if (llvm::isa_and_nonnull<ir::TgcDialect>(op->getDialect()))
      ++counts[op->getName().getStringRef().str()];
  });
  return counts;
}

struct Weight {
  std::string location;
  std::string type;
  int64_t bytes;
};

std::vector<Weight> listWeights(const Program &program) {
  std::lock_guard lock(program.impl->mutex);
  std::vector<Weight> weights;
  program.impl->get().walk([&](ir::ConstantOp op) {
    auto value = ir::valueOf(op.getValue());
    if (!value.ok())
      return;
    std::string name;
    if (auto named = llvm::dyn_cast<mlir::NameLoc>(op.getLoc()))
      name = named.getName().str();
    weights.push_back(
        {name, tgc::typeText(value->dtype, value->shape), value->numBytes()});
  });
  return weights;
}

/// The IR after a phase; "" or "import" is the program as loaded.
std::string irOfPhase(Session &session, const Program &program,
                      const std::string &phase) {
  if (phase.empty() || phase == "import")
    return program.to_mlir();
  CompileOptions options = compileOptions(session);
  std::string kept;
  options.dump = [&](std::string_view name, std::string_view text) {
    if (name == phase)
      kept = text;
  };
  compile_to_objects(program, "main", options, {});
  // Phases before code generation are tgc's IR: weights are elided to read it.
  bool isProgram = phase == "expand" || phase == "simplify" || phase == "fuse";
  return isProgram && !kept.empty() ? Program::parse(kept).to_mlir() : kept;
}

} // namespace

ExitCode inspectVerb(Session &session) {
  const Flags &flags = session.flags;
  Model model = loadModel(session);
  if (flags.ir) {
    if (!model.program) {
      session.error("TGC-E0201", flags.file + " is compiled: it has no IR");
      return InputError;
    }
    std::string text = irOfPhase(session, *model.program, *flags.ir);
    session.endProgress();
    if (text.empty()) {
      session.error("TGC-E0101",
                    absl::StrCat("there is no phase '", *flags.ir,
                                 "'; expected import, expand, simplify, fuse, "
                                 "vector, memory, llvm or asm"));
      return UsageError;
    }
    std::cout << text;
    return Ok;
  }
  Json document;
  Json inputs = Json::array(), outputs = Json::array();
  for (const TensorSpec &spec : model.signature.inputs)
    inputs.push_back(specJson(spec));
  for (const TensorSpec &spec : model.signature.outputs)
    outputs.push_back(specJson(spec));
  document["function"] = model.signature.name;
  document["inputs"] = inputs;
  document["outputs"] = outputs;
  bool text = !flags.json;
  if (text)
    printSignature(model.signature);
  if (model.program) {
    std::map<std::string, int64_t> counts = countOps(*model.program);
    std::vector<Weight> weights = listWeights(*model.program);
    int64_t total = 0, bytes = 0;
    for (const auto &[name, count] : counts)
      total += count;
    for (const Weight &weight : weights)
      bytes += weight.bytes;
    document["ops"] = counts;
    document["weight_bytes"] = bytes;
    if (text)
      std::cout << total << " ops, " << weights.size() << " constants of "
                << bytes << " bytes\n";
    if (text && flags.ops)
      for (const auto &[name, count] : counts)
        std::cout << "  " << count << "  " << name << '\n';
    if (text && flags.weights)
      for (const Weight &weight : weights)
        std::cout << "  " << weight.bytes << " bytes  " << weight.type << "  "
                  << weight.location << '\n';
    if (flags.fusion || flags.memory) {
      CompileReport report =
          compile(*model.program, compileOptions(session), {}).report();
      session.endProgress();
      Json groups = Json::array();
      for (const auto &group : report.groups)
        groups.push_back({{"kind", group.kind}, {"schedule", group.schedule}});
      document["groups"] = groups;
      document["workspace"] = report.workspace;
      if (text && flags.fusion)
        for (size_t i = 0; i < report.groups.size(); ++i)
          std::cout << "  group " << i << "  " << report.groups[i].kind << "  "
                    << report.groups[i].schedule << '\n';
      if (text && flags.memory)
        std::cout << "  workspace " << report.workspace << "; weights "
                  << report.weight_bytes << " bytes, code " << report.code_bytes
                  << " bytes\n";
    }
  }
  if (flags.json)
    session.setJson(document);
  return Ok;
}

} // namespace tgc::tool
