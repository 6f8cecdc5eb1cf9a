// The tables of verbs, flags and variables, and the usage made of them.
#include "tgc/tools/tgc/Flags.h"

#include "absl/strings/str_cat.h"

namespace tgc::tool {

const std::vector<VerbInfo> &verbs() {
  static const std::vector<VerbInfo> table = {
      {"run", Run, "tgc run [flags] FILE", "run a function and print results"},
      {"compile", Compile, "tgc compile [flags] FILE -o OUT",
       "write a program as .mlir, .mlirbc, .ll, .s, .o or .so"},
      {"bench", Bench, "tgc bench [flags] FILE",
       "time load, compile, first and steady runs"},
      {"inspect", Inspect, "tgc inspect [flags] FILE",
       "show signature, ops, weights, groups, memory, IR"},
      {"opt", Opt, "tgc opt --pass=a,b [flags] FILE", "run passes by name"},
      {"doctor", Doctor, "tgc doctor", "say what this host can do"},
      {"version", Version, "tgc version", "print version, LLVM, CPU features"},
      {"help", Help, "tgc help [VERB|flags|env|onnx|FUNCTION|TGC-E0301]",
       "explain a verb, the flags, an op or an error id"},
  };
  return table;
}

const std::vector<FlagInfo> &flags() {
  static const std::string passHelp =
      absl::StrCat("passes in order: ", std::string(passNames()));
  static const std::vector<FlagInfo> table = {
      {"--input", "[NAME=]SPEC", Run | Bench,
       "an input; absent ones are random. SPEC: a literal, @FILE, zeros, ones, "
       "iota, random[:SEED][:LO..HI], normal[:SEED][:MEAN,STD], each with "
       "TYPE= in front if the declared type is not meant",
       &Flags::input},
      {"--output", "[NAME=]@FILE|@DIR/", Run | Bench,
       "where a result, or all of them, are saved", &Flags::output},
      {"--print", "WHAT", Run, "what is printed of results", &Flags::print,
       "summary|full|shape|none"},
      {"--check-nan", "", Run, "fail if a result holds NaN", &Flags::checkNan},
      {"--check-int-div", "", Run,
       "fail if integers are divided by 0, or the least one by -1, anywhere; "
       "interpreter only",
       &Flags::checkIntDiv},
      {"--test-data", "DIR", Run,
       "run each DIR/test_data_set_N/{input,output}_K.pb, or DIR itself, and "
       "compare: exit code 3 if a result differs by more than 1e-7 + 1e-3 of "
       "the value",
       &Flags::testData},
      {"--route", "ROUTE", Run | Bench,
       "how the program runs, with the same bits; run interprets, which is "
       "soonest done once, bench compiles",
       &Flags::route, "interpret|jit"},
      {"--function", "F", Models | Opt, "the function, by default main",
       &Flags::function},
      {"--dim", "NAME=N", Models, "the size of a named dimension", &Flags::dim},
      {"--shape", "NAME=1x3x224x224", Models, "the whole shape of an input",
       &Flags::shape},
      {"--const", "NAME=SPEC", Models,
       "bake an input: the program does not take it any more",
       &Flags::constants},
      {"--external-data", "DIR", Models,
       "where an ONNX model's external data lies, links followed; by default "
       "its own folder, without links",
       &Flags::externalData},
      {"--mmap", "", Models,
       "map external data instead of reading it: the files must not be cut "
       "short meanwhile",
       &Flags::mmap},
      {"-o", "OUT", Compile | Opt, "the file to write; its suffix decides",
       &Flags::out},
      {"--name", "PREFIX", Compile, "prefix of exported symbols", &Flags::name},
      {"--dump-phases", "DIR", Compile | Run,
       "write the program after every phase to DIR", &Flags::dumpPhases},
      {"--from", "PHASE", Compile,
       "the file is the program after this phase, such as a dump, which "
       "is relied on: the phases up to it are not run",
       &Flags::from, "import|expand|simplify|fuse"},
      {"--to", "PHASE", Compile, "stop after this phase", &Flags::to,
       "import|expand|simplify|fuse|vector|memory|llvm|asm"},
      {"-O", "LEVEL", Run | Compile | Bench | Inspect,
       "0: one group per op; 1 to 3: fused", &Flags::level, "0|1|2|3"},
      {"--target-cpu", "CPU", Run | Compile | Bench | Inspect,
       "the CPU to compile for: native, x86-64-v3, ...; one without FMA gives "
       "other bits, within the same bounds",
       &Flags::targetCpu},
      {"--threads", "N", Run | Bench, "threads of a run; 0: all CPUs allowed",
       &Flags::threads},
      {"--seed", "N", Run | Bench, "seed of random inputs", &Flags::seed},
      {"--time-limit", "N[s|ms|m]", Models,
       "longest time of the compilation and of each run; 0: none",
       &Flags::timeLimit},
      {"--memory-limit", "N[KiB|MiB|GiB|KB|MB|GB|B]", Models,
       "most memory for results, workspace and intermediate values of a run; "
       "0: no limit",
       &Flags::memoryLimit},
      {"--save-reproducer", "F.mlir", Models | Opt,
       "write the program, as it is before all work, with the command line, "
       "for a report of a defect",
       &Flags::saveReproducer},
      {"--trusted", "", Models | Opt, "accept bytecode and machine code",
       &Flags::trusted},
      {"--strict", "", Models, "make warnings errors", &Flags::strict},
      {"--ops", "", Inspect, "count ops", &Flags::ops},
      {"--weights", "", Inspect, "list constants", &Flags::weights},
      {"--memory", "", Inspect, "show the memory plan", &Flags::memory},
      {"--fusion", "", Inspect, "list groups and schedules", &Flags::fusion},
      {"--ir", "[PHASE]", Inspect, "print the IR of a phase, by default import",
       &Flags::ir},
      {"--warmup", "N", Bench, "runs that are not counted", &Flags::warmup},
      {"--iters", "N", Bench, "counted runs; 0: as --duration says",
       &Flags::iters},
      {"--duration", "SECONDS", Bench, "time for counted runs",
       &Flags::duration},
      {"--pass", "a,b", Opt, passHelp, &Flags::pass},
      {"--print-after", "a", Opt, "print the program after this pass",
       &Flags::printAfter},
      {"--json", "", AllVerbs & ~Help, "one JSON document on stdout",
       &Flags::json},
      {"--progress", "HOW", AllVerbs, "progress on stderr", &Flags::progress,
       "auto|bar|plain|json|none"},
      {"--color", "WHEN", AllVerbs, "colours on stderr", &Flags::color,
       "auto|always|never"},
      {"--log", "load|passes|jit|run[:debug],...", Models | Opt,
       "what was done and how long it took, on stderr", &Flags::log},
      {"-q", "", AllVerbs, "say less", &Flags::quiet},
      {"-v", "", AllVerbs, "say more: --log of everything", &Flags::verbose},
      {"--help", "", AllVerbs, "print this", &Flags::help},
  };
  return table;
}

const std::vector<EnvInfo> &environment() {
  static const std::vector<EnvInfo> table = {
      {"TGC_FLAGS", "", "flags put in front of those given"},
      {"TGC_LOG", "--log", ""},
      {"TGC_DUMP", "--dump-phases", ""},
      {"TGC_NUM_THREADS", "--threads", ""},
      {"NO_COLOR", "", "no colours on stderr"},
  };
  return table;
}

std::string usageText(std::string_view verbName) {
  std::string text;
  const VerbInfo *verb = nullptr;
  for (const VerbInfo &info : verbs())
    if (info.name == verbName)
      verb = &info;
  if (!verb) {
    text = "tgc, the tensor graph compiler\n\nusage: tgc VERB [flags] FILE\n\n";
    for (const VerbInfo &info : verbs())
      absl::StrAppend(&text, "  ", std::string(info.name),
                      std::string(10 - info.name.size(), ' '),
                      std::string(info.summary), "\n");
    absl::StrAppend(&text, "\n`tgc FILE` inspects FILE; `-` is stdin. See `tgc "
                           "help VERB`, `tgc help flags`, `tgc help env`.\n");
    if (verbName != "flags")
      return text;
  } else {
    absl::StrAppend(&text, "usage: ", std::string(verb->usage), "\n  ",
                    std::string(verb->summary), "\n");
  }
  absl::StrAppend(&text, "\nflags:\n");
  for (const FlagInfo &info : flags()) {
    if (verb && !(info.verbs & verb->bit))
      continue;
    std::string head(info.name);
    if (!info.value.empty())
      absl::StrAppend(&head, info.name.size() > 2 ? "=" : " ",
                      std::string(info.value));
    absl::StrAppend(&text, "  ", head,
                    head.size() < 28 ? std::string(28 - head.size(), ' ')
                                     : "\n" + std::string(30, ' '),
                    std::string(info.help));
    if (!info.choices.empty())
      absl::StrAppend(&text, ": ", std::string(info.choices));
    absl::StrAppend(&text, "\n");
  }
  return text;
}

} // namespace tgc::tool
