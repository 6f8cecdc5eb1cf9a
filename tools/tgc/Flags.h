// The command line as data: one table for parsing, help and completion.
#ifndef TGC_TOOLS_TGC_FLAGS_H
#define TGC_TOOLS_TGC_FLAGS_H

#include "tgc/tools/tgc/FlagTypes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tgc::tool {

/// Everything a command line can say; defaults are what absence means.
struct Flags {
  std::string verb;
  std::string file;
  std::string arguments; // all after the verb, as a shell reads them

  // Values in and out.
  std::vector<std::string> input, output;
  std::string print = "summary";
  bool checkNan = false, checkIntDiv = false;
  std::string testData;
  // What to run or compile.
  std::string function;
  std::vector<std::string> dim, shape, constants;
  std::string externalData;
  bool mmap = false;
  std::string route; // empty: interpret for run, jit for bench
  bool trusted = false, strict = false;
  int64_t seed = 0;
  int threads = 0;
  int level = 2;
  std::string targetCpu = "native";
  Seconds timeLimit;
  Bytes memoryLimit;
  // Writing.
  std::string out, name, dumpPhases, from, to, saveReproducer;
  // Looking.
  bool ops = false, weights = false, memory = false, fusion = false;
  std::optional<std::string> ir;
  // Measuring.
  int warmup = 1, iters = 0;
  double duration = 1.0;
  // Passes.
  std::string pass, printAfter;
  // Talking.
  bool json = false, quiet = false, verbose = false, help = false;
  std::string progress = "auto", color = "auto";
  LogLevels log;
};

/// Verbs as bits of FlagInfo::verbs.
enum Verb : uint32_t {
  Run = 1,
  Compile = 2,
  Bench = 4,
  Inspect = 8,
  Opt = 16,
  Doctor = 32,
  Version = 64,
  Help = 128,
  Models = Run | Compile | Bench | Inspect,
  AllVerbs = 255,
};

struct VerbInfo {
  std::string_view name;
  Verb bit;
  std::string_view usage, summary;
};

/// One flag: where it may stand, what it sets, what it says of itself.
struct FlagInfo {
  std::string_view name;  // "--input"
  std::string_view value; // "[NAME=]SPEC"; empty for a switch
  uint32_t verbs;
  std::string_view help;
  std::variant<bool Flags::*, int Flags::*, int64_t Flags::*, double Flags::*,
               Seconds Flags::*, Bytes Flags::*, LogLevels Flags::*,
               std::string Flags::*, std::optional<std::string> Flags::*,
               std::vector<std::string> Flags::*>
      member;
  std::string_view choices = {}; // "a|b|c": the only values
};

/// One environment variable that the tool reads.
struct EnvInfo {
  std::string_view name;
  std::string_view flag; // whose default it is; empty: `help` says what it does
  std::string_view help;
};

const std::vector<VerbInfo> &verbs();
const std::vector<FlagInfo> &flags();
const std::vector<EnvInfo> &environment();

/// The passes of `tgc opt`, separated by commas.
std::string_view passNames();

/// Parses a command line without the program's name; TGC_FLAGS comes before it,
/// and a flag that is in neither takes its value from the environment. On
/// failure `error` is the message and the result is empty.
std::optional<Flags> parseFlags(const std::vector<std::string> &args,
                                std::string &error);

/// The usage of the tool, or of one verb.
std::string usageText(std::string_view verb = {});

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_FLAGS_H
