// Command lines to Flags.
#include "tgc/runtime/core/Nearest.h"
#include "tgc/tools/tgc/Flags.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

#include <algorithm>
#include <cstdlib>

namespace tgc::tool {
namespace {

/// Stores `value` in the member of `info`; false if it does not parse, with
/// `hint` set if it is nearly a value.
bool store(const FlagInfo &info, const std::string &value, Flags &result,
           std::string &hint) {
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
        } else if constexpr (requires { parseValue(value, target, hint); }) {
          return parseValue(value, target, hint);
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

/// Stores a value that `origin`, such as "flag '--threads'", gives; false with
/// the message in `error` if it does not parse.
bool storeOrSay(const FlagInfo &info, const std::string &value, Flags &result,
                const std::string &origin, std::string &error) {
  std::string hint;
  if (store(info, value, result, hint))
    return true;
  error = absl::StrCat(
      origin, " has value '", value, "'; expected ",
      std::string(info.choices.empty() ? info.value : info.choices),
      hint.empty() ? "" : absl::StrCat("; did you mean '", hint, "'?"));
  return false;
}

/// `arg` as a shell reads it.
std::string quoted(const std::string &arg) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz0123456789"
                                     "-_=+,./:@%";
  if (!arg.empty() && arg.find_first_not_of(plain) == arg.npos)
    return arg;
  return absl::StrCat("'", absl::StrReplaceAll(arg, {{"'", "'\\''"}}), "'");
}

/// The verb that args[0] is, `at` behind it; inspect for a file or a flag.
/// Null with the message in `error` if it is neither.
const VerbInfo *chooseVerb(const std::vector<std::string> &args, size_t &at,
                           std::string &error) {
  const VerbInfo *inspect = nullptr;
  std::vector<std::string_view> names;
  for (const VerbInfo &info : verbs()) {
    if (!args.empty() && info.name == args[0]) {
      at = 1;
      return &info;
    }
    if (info.bit == Inspect)
      inspect = &info;
    names.push_back(info.name);
  }
  // A word that looks like no file may be a verb misspelt.
  if (args.empty() || args[0][0] == '-' ||
      args[0].find_first_of("./") != args[0].npos)
    return inspect;
  std::string near = nearest(args[0], names);
  error =
      absl::StrCat("unknown verb '", args[0], "'",
                   near.empty() ? "\n  fix: see `tgc help`"
                                : absl::StrCat("; did you mean '", near, "'?"));
  return nullptr;
}

/// Fills Flags for one verb from several sources, of which a later one
/// overrides. Each step is false with the message in `error` if it fails.
class Parser {
public:
  Parser(const VerbInfo &verb, std::string &error) : verb(verb), error(error) {
    result.verb = verb.name;
  }

  /// Words of the command line.
  bool words(const std::vector<std::string> &args) {
    bool flagsEnd = false;
    for (size_t at = 0; at < args.size(); ++at) {
      const std::string &arg = args[at];
      if (flagsEnd || arg.size() < 2 || arg[0] != '-')
        positional.push_back(arg);
      else if (arg == "--")
        flagsEnd = true;
      else if (!flag(args, at))
        return false;
    }
    return true;
  }

  /// Flags of a variable; those of other verbs are passed over.
  bool variable(const std::string &name, std::string_view text) {
    fromVariable = true;
    bool ok =
        words(absl::StrSplit(absl::string_view(text.data(), text.size()),
                             absl::ByAnyChar(" \t\n"), absl::SkipEmpty()));
    fromVariable = false;
    if (!ok)
      error = absl::StrCat(name, ": ", error);
    return ok;
  }

  /// Variables that are the default of one flag.
  bool defaults() {
    for (const EnvInfo &variable : environment()) {
      const FlagInfo *info = findFlag(variable.flag);
      const char *value = std::getenv(variable.name.data());
      if (info && (info->verbs & verb.bit) && value && *value &&
          std::find(given.begin(), given.end(), info) == given.end() &&
          !storeOrSay(*info, value, result,
                      absl::StrCat("environment variable '",
                                   std::string(variable.name), "'"),
                      error))
        return false;
    }
    return true;
  }

  std::optional<Flags> finish() {
    if (!positional.empty())
      result.file = positional[0];
    bool takesFile = verb.bit & (Models | Opt);
    if (result.help || !takesFile || positional.size() == 1)
      return std::move(result);
    error = positional.empty()
                ? absl::StrCat("no FILE given: ", std::string(verb.usage))
                : absl::StrCat("one FILE expected; got '", positional[1],
                               "' besides '", positional[0], "'");
    return std::nullopt;
  }

  Flags result;

private:
  /// The flag at args[at], and its value if that is a word of its own.
  bool flag(const std::vector<std::string> &args, size_t &at) {
    const std::string &arg = args[at];
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
    bool fits = info && (info->verbs & verb.bit);
    if (!fits && !(info && fromVariable)) {
      error = unknownFlag(name, verb);
      return false;
    }
    bool isSwitch = info->value.empty();
    if (isSwitch && value) {
      error =
          absl::StrCat("flag '", name, "' takes no value; got '", *value, "'");
      return false;
    }
    bool mayLackValue = info->value.starts_with("[PHASE");
    if (!isSwitch && !value && !mayLackValue) {
      if (at + 1 == args.size()) {
        error = absl::StrCat("flag '", name,
                             "' needs a value: ", std::string(info->value));
        return false;
      }
      value = args[++at];
    }
    if (!fits)
      return true;
    given.push_back(info);
    return storeOrSay(*info, value.value_or(""), result,
                      absl::StrCat("flag '", name, "'"), error);
  }

  const VerbInfo &verb;
  std::string &error;
  std::vector<const FlagInfo *> given;
  std::vector<std::string> positional;
  bool fromVariable = false;
};

} // namespace

std::optional<Flags> parseFlags(const std::vector<std::string> &args,
                                std::string &error) {
  if (!args.empty())
    for (auto [first, verb] :
         {std::pair("--help", "help"), std::pair("-h", "help"),
          std::pair("--version", "version")})
      if (args[0] == first) {
        Flags result;
        result.verb = verb;
        return result;
      }
  size_t at = 0;
  const VerbInfo *verb = chooseVerb(args, at, error);
  if (!verb)
    return std::nullopt;
  Parser parser(*verb, error);
  std::vector<std::string> rest(args.begin() + static_cast<ptrdiff_t>(at),
                                args.end());
  for (const std::string &arg : rest)
    absl::StrAppend(&parser.result.arguments,
                    parser.result.arguments.empty() ? "" : " ", quoted(arg));
  const char *prepended = std::getenv("TGC_FLAGS");
  if ((prepended && !parser.variable("TGC_FLAGS", prepended)) ||
      !parser.words(rest) || !parser.defaults())
    return std::nullopt;
  return parser.finish();
}

} // namespace tgc::tool
