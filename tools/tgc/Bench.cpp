// tgc bench: how long load, compile, first and steady runs take.
#include "tgc/runtime/parallel/ParallelFor.h"
#include "tgc/tools/tgc/Cost.h"
#include "tgc/tools/tgc/Interrupt.h"
#include "tgc/tools/tgc/Model.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sys/resource.h>

namespace tgc::tool {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double quantile(const std::vector<double> &sorted, double q) {
  return sorted[static_cast<size_t>(q * static_cast<double>(sorted.size() - 1) +
                                    0.5)];
}

std::string cpuName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name"))
      return line.substr(line.find(':') + 2);
  return "unknown";
}

} // namespace

ExitCode benchVerb(Session &session) {
  const Flags &flags = session.flags;
  Model model = loadModel(session);
  std::vector<Tensor> inputs = makeInputs(session, model.signature);
  double compileSeconds = 0;
  std::optional<Executable> executable = model.executable;
  if (!executable && flags.route != "interpret") {
    auto start = Clock::now();
    executable = compile(*model.program, compileOptions(session), {});
    compileSeconds = since(start);
  }
  session.endProgress();
  RunOptions options = runOptions(session);
  auto run = [&] {
    checkInterrupt();
    return executable
               ? executable->run(inputs, options, {})
               : model.program->interpret(inputs, flags.function, options, {});
  };
  auto start = Clock::now();
  std::vector<Tensor> results = run();
  double first = since(start);
  session.log(LogCategory::Run, LogLevel::Info,
              absl::StrCat("first ", millis(first)));
  for (int i = 0; i < flags.warmup; ++i)
    run();
  std::vector<double> times;
  auto begin = Clock::now();
  while (flags.iters ? static_cast<int>(times.size()) < flags.iters
                     : times.empty() || since(begin) < flags.duration) {
    start = Clock::now();
    run();
    times.push_back(since(start));
  }
  std::sort(times.begin(), times.end());
  saveOutputs(session, results, model.signature);
  std::optional<Cost> cost;
  if (model.program)
    cost = costOf(*model.program, flags.function, inputs);
  double median = quantile(times, 0.5);
  double gflops = cost ? cost->operations / median * 1e-9 : 0;
  double gbytes = cost ? cost->bytes / median * 1e-9 : 0;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  nlohmann::ordered_json steady = {{"min", times.front()},
                                   {"median", median},
                                   {"p90", quantile(times, 0.9)},
                                   {"p99", quantile(times, 0.99)}};
  if (flags.json) {
    session.setJson(
        {{"load_s", model.loadSeconds},
         {"compile_s", compileSeconds},
         {"first_s", first},
         {"steady_s", steady},
         {"runs", times.size()},
         {"gflops", cost ? nlohmann::ordered_json(gflops) : nullptr},
         {"gbytes_s", cost ? nlohmann::ordered_json(gbytes) : nullptr},
         {"peak_bytes", usage.ru_maxrss * 1024L},
         {"threads", flags.threads ? flags.threads : tgc_num_threads()},
         {"cpu", cpuName()}});
    return Ok;
  }
  std::cout << absl::StrFormat(
      "load     %10.3f ms\ncompile  %10.3f ms\nfirst    %10.3f ms\n"
      "steady   %10.4f ms median of %zu (min %.4f, p90 %.4f, p99 %.4f)\n"
      "rate     %s\n"
      "peak     %10.1f MiB\n",
      model.loadSeconds * 1e3, compileSeconds * 1e3, first * 1e3, median * 1e3,
      times.size(), times.front() * 1e3, quantile(times, 0.9) * 1e3,
      quantile(times, 0.99) * 1e3,
      cost ? absl::StrFormat("%10.3f GFLOP/s, %.3f GB/s at least", gflops,
                             gbytes)
           : "unknown: sizes do not follow from the inputs",
      static_cast<double>(usage.ru_maxrss) / 1024);
  return Ok;
}

} // namespace tgc::tool
