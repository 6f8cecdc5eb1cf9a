// tgc run: a function's results.
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/tools/tgc/Json.h"
#include "tgc/tools/tgc/Model.h"
#include "tgc/tools/tgc/TestData.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include <cmath>
#include <iostream>

namespace tgc::tool {
namespace {

double since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

template <class T> bool anyNaN(const Tensor &x) {
  for (T value : x.data<T>())
    if (std::isnan(value))
      return true;
  return false;
}

bool hasNaN(const Tensor &x) {
  return x.dtype() == DType::f32   ? anyNaN<float>(x)
         : x.dtype() == DType::f64 ? anyNaN<double>(x)
         : x.dtype() == DType::f16 ? anyNaN<float>(convert(x, DType::f32))
                                   : false;
}

void printResults(const Flags &flags, const std::vector<Tensor> &results,
                  const Signature &signature) {
  if (flags.print == "none")
    return;
  for (size_t i = 0; i < results.size(); ++i) {
    TensorSpec actual{results[i].dtype(), results[i].shape(), {}};
    std::cout << signature.outputs[i].name << ": " << typeText(actual) << '\n';
    PrintOptions print;
    if (flags.print == "full")
      print.threshold = INT64_MAX;
    if (flags.print != "shape")
      std::cout << results[i].to_string(print) << '\n';
  }
}

/// Flags that contradict each other.
absl::Status checkFlags(const Flags &flags) {
  auto refuse = [](std::string_view flag, std::string_view other,
                   std::string_view fix) {
    return withErrorId(absl::InvalidArgumentError(absl::StrCat(
                           "flag '", std::string(flag), "' does not go with ",
                           std::string(other), "\n  fix: ", std::string(fix))),
                       "TGC-E0101");
  };
  for (auto [flag, given] : {std::pair("--input", !flags.input.empty()),
                             std::pair("--output", !flags.output.empty()),
                             std::pair("--const", !flags.constants.empty())})
    if (given && !flags.testData.empty())
      return refuse(flag, "'--test-data', which gives all inputs and results",
                    "leave one of them out");
  if (flags.checkIntDiv &&
      (flags.route == "jit" || flags.file.ends_with(".so")))
    return refuse("--check-int-div", "compiled code: the interpreter checks",
                  "give a program, and --route=interpret");
  return absl::OkStatus();
}

} // namespace

ExitCode runVerb(Session &session) {
  const Flags &flags = session.flags;
  throwIfError(checkFlags(flags), {});
  Model model = loadModel(session);
  double compileSeconds = 0;
  std::optional<Executable> executable = model.executable;
  bool compiled = executable || flags.route == "jit";
  if (!compiled && (!flags.dumpPhases.empty() || flags.targetCpu != "native"))
    session.note("the interpreter has no phases and no target CPU: "
                 "--dump-phases and --target-cpu need --route=jit");
  std::vector<Tensor> inputs;
  if (flags.testData.empty())
    inputs = makeInputs(session, model.signature);
  auto start = std::chrono::steady_clock::now();
  if (compiled && !executable) {
    executable = compile(*model.program, compileOptions(session), {});
    compileSeconds = since(start);
  }
  auto run = [&](std::span<const Tensor> values) {
    return executable ? executable->run(values, runOptions(session), {})
                      : model.program->interpret(values, flags.function,
                                                 runOptions(session), {});
  };
  auto seconds = [&](double runSeconds) {
    return nlohmann::ordered_json{{"load", model.loadSeconds},
                                  {"compile", compileSeconds},
                                  {"run", runSeconds}};
  };
  start = std::chrono::steady_clock::now();
  if (!flags.testData.empty()) {
    auto sets = nlohmann::ordered_json::array();
    ExitCode code = runTestData(session, model.signature, run, sets);
    if (flags.json)
      session.setJson({{"sets", sets}, {"seconds", seconds(since(start))}});
    return code;
  }
  std::vector<Tensor> results = run(inputs);
  double runSeconds = since(start);
  session.endProgress();
  session.log(
      LogCategory::Run, LogLevel::Info,
      absl::StrCat(compiled ? "jit " : "interpret ", millis(runSeconds)));
  for (size_t i = 0; i < results.size(); ++i)
    session.log(
        LogCategory::Run, LogLevel::Debug,
        absl::StrCat("result ", model.signature.outputs[i].name, ": ",
                     typeText({results[i].dtype(), results[i].shape()})));
  saveOutputs(session, results, model.signature);
  if (flags.json) {
    auto outputs = nlohmann::ordered_json::array();
    for (size_t i = 0; i < results.size(); ++i)
      outputs.push_back(
          tensorJson(model.signature.outputs[i].name, results[i]));
    session.setJson({{"outputs", outputs}, {"seconds", seconds(runSeconds)}});
  } else {
    printResults(flags, results, model.signature);
  }
  if (flags.checkNan)
    for (size_t i = 0; i < results.size(); ++i)
      if (hasNaN(results[i])) {
        session.error("TGC-E0702", absl::StrCat("result ", i, " ('",
                                                model.signature.outputs[i].name,
                                                "') holds NaN"));
        return RunError;
      }
  return Ok;
}

} // namespace tgc::tool
