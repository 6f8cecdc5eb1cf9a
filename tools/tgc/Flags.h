// The command line as data: one table for parsing, help and completion.
#ifndef TGC_TOOLS_TGC_FLAGS_H
#define TGC_TOOLS_TGC_FLAGS_H

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
  std::vector<std::string> rest; // positional arguments after the file

  // Values in and out.
  std::vector<std::string> input, output;
  std::string print = "summary";
  bool checkNan = false;
  // What to run or compile.
  std::string function;
  std::vector<std::string> dim, shape;
  std::string route; // empty: interpret for run, jit for bench
  bool trusted = false, strict = false;
  int64_t seed = 0;
  int threads = 0;
  int level = 2;
  std::string targetCpu = "native";
  // Writing.
  std::string out, name, dumpPhases, from, to;
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
               std::string Flags::*, std::optional<std::string> Flags::*,
               std::vector<std::string> Flags::*>
      member;
  std::string_view choices = {}; // "a|b|c": the only values
};

const std::vector<VerbInfo> &verbs();
const std::vector<FlagInfo> &flags();

/// Parses a command line without the program's name. On failure `error` is the
/// message and the result is empty.
std::optional<Flags> parseFlags(const std::vector<std::string> &args,
                                std::string &error);

/// The usage of the tool, or of one verb.
std::string usageText(std::string_view verb = {});

/// The word of `candidates` nearest to `word` by edit distance; empty if none
/// is near.
std::string nearest(std::string_view word,
                    const std::vector<std::string_view> &candidates);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_FLAGS_H
