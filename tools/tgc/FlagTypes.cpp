// Parses times, sizes and log levels.
#include "tgc/tools/tgc/FlagTypes.h"

#include "tgc/runtime/core/Nearest.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

#include <algorithm>

namespace tgc::tool {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit times[] = {{"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}};
constexpr Unit sizes[] = {{"", 1},          {"B", 1},        {"KB", 1e3},
                          {"MB", 1e6},      {"GB", 1e9},     {"KiB", 1 << 10},
                          {"MiB", 1 << 20}, {"GiB", 1 << 30}};

// Above what a machine has, below what overflows: 36 years, 8 PiB.
constexpr double largestTime = 1 << 30;
constexpr double largestSize = int64_t{1} << 53;

template <size_t N>
bool parseQuantity(std::string_view text, const Unit (&units)[N],
                   double largest, double &result) {
  std::string number(text.substr(0, text.find_first_not_of("0123456789.")));
  std::string_view name = text.substr(number.size());
  for (const Unit &unit : units)
    if (unit.name == name)
      return absl::SimpleAtod(number, &result) &&
             (result *= unit.factor) <= largest;
  return false;
}

constexpr std::array<std::string_view, 4> categories = {"load", "passes", "jit",
                                                        "run"};

} // namespace

bool parseValue(std::string_view text, Seconds &result, std::string &) {
  return parseQuantity(text, times, largestTime, result.value);
}

bool parseValue(std::string_view text, Bytes &result, std::string &) {
  double bytes;
  bool ok = parseQuantity(text, sizes, largestSize, bytes);
  if (ok)
    result.value = static_cast<int64_t>(bytes);
  return ok;
}

bool parseValue(std::string_view text, LogLevels &result, std::string &hint) {
  for (absl::string_view item :
       absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    std::pair<std::string, std::string> parts =
        absl::StrSplit(item, absl::MaxSplits(':', 1));
    auto category =
        std::find(categories.begin(), categories.end(), parts.first);
    if (category == categories.end()) {
      hint = nearest(parts.first, {categories.begin(), categories.end()});
      return false;
    }
    bool named = parts.first.size() < item.size();
    if (named && parts.second != "info" && parts.second != "debug") {
      hint = nearest(parts.second, {"info", "debug"});
      return false;
    }
    result.of[category - categories.begin()] =
        parts.second == "debug" ? LogLevel::Debug : LogLevel::Info;
  }
  return true;
}

std::string_view nameOf(LogCategory category) {
  return categories[static_cast<size_t>(category)];
}

} // namespace tgc::tool
