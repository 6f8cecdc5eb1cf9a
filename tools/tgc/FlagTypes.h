// Values of flags that have a syntax of their own.
#ifndef TGC_TOOLS_TGC_FLAGTYPES_H
#define TGC_TOOLS_TGC_FLAGTYPES_H

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tgc::tool {

struct Seconds {
  double value = 0;
};

struct Bytes {
  int64_t value = 0;
};

/// What --log tells of, and how much.
enum class LogCategory { Load, Passes, Jit, Run };
enum class LogLevel { None, Info, Debug };
struct LogLevels {
  std::array<LogLevel, 4> of = {}; // by category
};

/// Read `text`; false if it is not of the form, with `hint` set if a word in it
/// is nearly one that is.
/// 90, 1.5s, 500ms, 2m.
bool parseValue(std::string_view text, Seconds &result, std::string &hint);
/// 1024, 64KiB, 2MiB, 1.5GiB, 1KB, 1MB, 4GB, 10B.
bool parseValue(std::string_view text, Bytes &result, std::string &hint);
/// "passes,jit:debug"; without a level: info.
bool parseValue(std::string_view text, LogLevels &result, std::string &hint);

/// "load", "passes", "jit", "run".
std::string_view nameOf(LogCategory category);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_FLAGTYPES_H
