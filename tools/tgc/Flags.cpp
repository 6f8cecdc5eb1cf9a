// The flag table and its parser.
#include "tgc/tools/tgc/Flags.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include <algorithm>
#include <numeric>

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
      {"help", Help, "tgc help [VERB|flags|env|OP|TGC-E0301]",
       "explain a verb, the flags, an op or an error id"},
  };
  return table;
}

const std::vector<FlagInfo> &flags() {
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
      {"--route", "ROUTE", Run | Bench,
       "how the program runs, with the same bits; run interprets, which is "
       "soonest done once, bench compiles",
       &Flags::route, "interpret|jit"},
      {"--function", "F", Models | Opt, "the function, by default main",
       &Flags::function},
      {"--dim", "NAME=N", Models, "the size of a named dimension", &Flags::dim},
      {"--shape", "NAME=1x3x224x224", Models, "the whole shape of an input",
       &Flags::shape},
      {"-o", "OUT", Compile | Opt, "the file to write; its suffix decides",
       &Flags::out},
      {"--name", "PREFIX", Compile, "prefix of exported symbols", &Flags::name},
      {"--dump-phases", "DIR", Compile | Run,
       "write the program after every phase to DIR", &Flags::dumpPhases},
      {"--to", "PHASE", Compile, "stop after this phase", &Flags::to,
       "import|expand|simplify|fuse|vector|memory|llvm|asm"},
      {"-O", "LEVEL", Run | Compile | Bench | Inspect,
       "0: one group per op; 1 to 3: fused", &Flags::level, "0|1|2|3"},
      {"--target-cpu", "CPU", Run | Compile | Bench | Inspect,
       "the CPU to compile for: native, x86-64-v3, ...", &Flags::targetCpu},
      {"--threads", "N", Run | Bench, "threads of a run; 0: all CPUs allowed",
       &Flags::threads},
      {"--seed", "N", Run | Bench, "seed of random inputs", &Flags::seed},
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
      {"--pass", "a,b", Opt,
       "passes in order: inline-calls, simplify, "
       "fold-constants, form-fusion-groups, cse",
       &Flags::pass},
      {"--print-after", "a", Opt, "print the program after this pass",
       &Flags::printAfter},
      {"--json", "", AllVerbs, "one JSON document on stdout", &Flags::json},
      {"--progress", "HOW", AllVerbs, "progress on stderr", &Flags::progress,
       "auto|bar|plain|json|none"},
      {"--color", "WHEN", AllVerbs, "colours on stderr", &Flags::color,
       "auto|always|never"},
      {"-q", "", AllVerbs, "say less", &Flags::quiet},
      {"-v", "", AllVerbs, "say more", &Flags::verbose},
      {"--help", "", AllVerbs, "print this", &Flags::help},
  };
  return table;
}

std::string nearest(std::string_view word,
                    const std::vector<std::string_view> &candidates) {
  std::string best;
  size_t bestDistance = 3; // further away is no help
  for (std::string_view candidate : candidates) {
    std::vector<size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= word.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j <= candidate.size(); ++j) {
        size_t change = diagonal + (word[i - 1] != candidate[j - 1]);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
      }
    }
    if (row.back() < bestDistance) {
      bestDistance = row.back();
      best = candidate;
    }
  }
  return best;
}

namespace {

/// Stores `value` in the member of `info`; false if it does not parse.
bool store(const FlagInfo &info, const std::string &value, Flags &result) {
  if (!info.choices.empty()) {
    std::vector<std::string> choices =
        absl::StrSplit(std::string(info.choices), '|');
    if (std::find(choices.begin(), choices.end(), value) == choices.end())
      return false;
  }
  return std::visit(
      [&](auto member) {
        auto &target = result.*member;
        using T = std::decay_t<decltype(target)>;
        if constexpr (std::is_same_v<T, bool>) {
          target = true;
          return true;
        } else if constexpr (std::is_same_v<T, int> ||
                             std::is_same_v<T, int64_t>) {
          return absl::SimpleAtoi(value, &target) && target >= 0;
        } else if constexpr (std::is_same_v<T, double>) {
          return absl::SimpleAtod(value, &target) && target >= 0;
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          target.push_back(value);
          return true;
        } else {
          target = value;
          return true;
        }
      },
      info.member);
}

const FlagInfo *findFlag(std::string_view name) {
  for (const FlagInfo &info : flags())
    if (info.name == name)
      return &info;
  return nullptr;
}

std::string unknownFlag(const std::string &name, const VerbInfo &verb) {
  std::vector<std::string_view> names;
  for (const FlagInfo &info : flags())
    if (info.verbs & verb.bit)
      names.push_back(info.name);
  std::string near = nearest(name, names);
  const FlagInfo *elsewhere = findFlag(name);
  return absl::StrCat(
      elsewhere ? "flag '" : "unknown flag '", name, "'",
      elsewhere
          ? absl::StrCat(" does not go with '", std::string(verb.name), "'")
          : "",
      near.empty() || elsewhere
          ? absl::StrCat("\n  fix: see `tgc help ", std::string(verb.name), "`")
          : absl::StrCat("; did you mean '", near, "'?"));
}

} // namespace

std::optional<Flags> parseFlags(const std::vector<std::string> &args,
                                std::string &error) {
  Flags result;
  size_t at = 0;
  const VerbInfo *verb = nullptr;
  if (!args.empty() && args[0][0] != '-') {
    for (const VerbInfo &info : verbs())
      if (info.name == args[0])
        verb = &info;
    if (verb)
      ++at;
  }
  if (!verb) {
    if (!args.empty() && (args[0] == "--help" || args[0] == "-h")) {
      result.verb = "help";
      return result;
    }
    if (!args.empty() && args[0] == "--version") {
      result.verb = "version";
      return result;
    }
    // `tgc FILE` is inspect; a word that is no file may be a verb misspelt.
    bool looksLikeFile =
        !args.empty() && (args[0] == "-" || args[0].find('.') != args[0].npos ||
                          args[0].find('/') != args[0].npos);
    if (!args.empty() && args[0][0] != '-' && !looksLikeFile) {
      std::vector<std::string_view> names;
      for (const VerbInfo &info : verbs())
        names.push_back(info.name);
      std::string near = nearest(args[0], names);
      error = absl::StrCat("unknown verb '", args[0], "'",
                           near.empty()
                               ? "\n  fix: see `tgc help`"
                               : absl::StrCat("; did you mean '", near, "'?"));
      return std::nullopt;
    }
    verb = &verbs()[3]; // inspect
  }
  result.verb = verb->name;
  std::vector<std::string> positional;
  bool flagsEnd = false;
  for (; at < args.size(); ++at) {
    const std::string &arg = args[at];
    if (flagsEnd || arg.size() < 2 || arg[0] != '-') {
      positional.push_back(arg);
      continue;
    }
    if (arg == "--") {
      flagsEnd = true;
      continue;
    }
    std::string name = arg;
    std::optional<std::string> value;
    if (arg[1] == '-') {
      if (size_t equal = arg.find('='); equal != arg.npos) {
        name = arg.substr(0, equal);
        value = arg.substr(equal + 1);
      }
    } else if (arg.size() > 2) { // -O2, -oFILE
      name = arg.substr(0, 2);
      value = arg.substr(2);
    }
    if (name == "-h")
      name = "--help";
    const FlagInfo *info = findFlag(name);
    if (!info || !(info->verbs & verb->bit)) {
      error = unknownFlag(name, *verb);
      return std::nullopt;
    }
    bool isSwitch = info->value.empty();
    bool optionalValue = info->value.starts_with("[PHASE");
    if (isSwitch && value) {
      error =
          absl::StrCat("flag '", name, "' takes no value; got '", *value, "'");
      return std::nullopt;
    }
    if (!isSwitch && !value) {
      if (optionalValue) {
        value = "";
      } else if (at + 1 < args.size()) {
        value = args[++at];
      } else {
        error = absl::StrCat("flag '", name,
                             "' needs a value: ", std::string(info->value));
        return std::nullopt;
      }
    }
    if (!store(*info, value.value_or(""), result)) {
      error = absl::StrCat(
          "flag '", name, "' has value '", *value, "'; expected ",
          std::string(info->choices.empty() ? info->value : info->choices));
      return std::nullopt;
    }
  }
  if (!positional.empty()) {
    result.file = positional[0];
    result.rest.assign(positional.begin() + 1, positional.end());
  }
  bool takesFile = verb->bit & (Models | Opt);
  if (!result.help && takesFile && positional.size() != 1) {
    error = positional.empty()
                ? absl::StrCat("no FILE given: ", std::string(verb->usage))
                : absl::StrCat("one FILE expected; got '", positional[1],
                               "' besides '", positional[0], "'");
    return std::nullopt;
  }
  return result;
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
