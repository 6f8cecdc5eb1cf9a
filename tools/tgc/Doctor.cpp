// tgc doctor: what this host and install can do.
#include "tgc/runtime/kernels/KernelTable.h"
#include "tgc/runtime/parallel/ParallelFor.h"
#include "tgc/tools/tgc/Link.h"
#include "tgc/tools/tgc/Session.h"

#include "tgc/frontend/api/Compile.h"

#include "nlohmann/json.hpp"

#include <functional>
#include <iostream>

namespace tgc::tool {
namespace {

struct Check {
  std::string name, found, mend; // mend: the command, empty if all is well
};

std::string levelName(CpuLevel level) {
  switch (level) {
  case CpuLevel::V4:
    return "x86-64-v4 (AVX-512)";
  case CpuLevel::V3:
    return "x86-64-v3 (AVX2, FMA)";
  case CpuLevel::Baseline:
    return "baseline";
  }
  return "";
}

/// Compiles and runs x + 1: the whole way.
Check checkJit() {
  try {
    Program program =
        Program::parse("func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {\n"
                       "  %one = tgc.constant dense<1.0> : tensor<4xf32>\n"
                       "  %y = tgc.add %x, %one : tensor<4xf32>\n"
                       "  return %y : tensor<4xf32>\n}\n");
    float values[] = {1, 2, 3, 4};
    Tensor x = from_span(std::span<const float>(values), {4});
    Tensor y = compile(program).run({&x, 1})[0];
    bool right = y.data<float>()[3] == 5;
    return {"jit", right ? "compiles and runs" : "gives wrong results",
            right ? "" : "report this as a defect"};
  } catch (const Error &error) {
    return {"jit", error.what(), "report this as a defect"};
  }
}

} // namespace

ExitCode doctorVerb(Session &session) {
  std::vector<Check> checks;
  checks.push_back({"kernels", levelName(currentCpuLevel()), ""});
  checks.push_back({"threads", std::to_string(tgc_num_threads()), ""});
  checks.push_back(checkJit());
  std::string linker = findLinker();
  checks.push_back({"linker for .so", linker.empty() ? "none found" : linker,
                    linker.empty() ? "apt-get install lld-22" : ""});
  bool well = true;
  auto list = nlohmann::ordered_json::array();
  for (const Check &check : checks) {
    well &= check.mend.empty();
    list.push_back(
        {{"name", check.name}, {"found", check.found}, {"mend", check.mend}});
    if (!session.flags.json)
      std::cout << (check.mend.empty() ? "ok       " : "missing  ")
                << check.name << ": " << check.found
                << (check.mend.empty() ? "" : "\n         fix: " + check.mend)
                << '\n';
  }
  if (session.flags.json)
    session.setJson({{"checks", list}});
  return well ? Ok : InputError;
}

} // namespace tgc::tool
