// tgc run: a function's results.
#include "tgc/tools/tgc/Json.h"
#include "tgc/tools/tgc/Model.h"

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

} // namespace

ExitCode runVerb(Session &session) {
  const Flags &flags = session.flags;
  Model model = loadModel(session);
  std::vector<Tensor> inputs = makeInputs(session, model.signature);
  auto start = std::chrono::steady_clock::now();
  double compileSeconds = 0;
  std::vector<Tensor> results;
  if (model.program && flags.route != "jit") {
    results = model.program->interpret(inputs, flags.function);
  } else {
    Executable executable =
        model.executable ? *model.executable
                         : compile(*model.program, compileOptions(session));
    compileSeconds = since(start);
    start = std::chrono::steady_clock::now();
    RunOptions options;
    options.threads = flags.threads;
    results = executable.run(inputs, options);
  }
  double runSeconds = since(start);
  session.endProgress();
  saveOutputs(session, results, model.signature);
  if (flags.json) {
    auto outputs = nlohmann::ordered_json::array();
    for (size_t i = 0; i < results.size(); ++i)
      outputs.push_back(
          tensorJson(model.signature.outputs[i].name, results[i]));
    session.printJson({{"outputs", outputs},
                       {"seconds",
                        {{"load", model.loadSeconds},
                         {"compile", compileSeconds},
                         {"run", runSeconds}}}},
                      "tgc.run/1");
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
