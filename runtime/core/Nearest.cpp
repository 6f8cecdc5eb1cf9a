// The name that a user may have meant.
#include "tgc/runtime/core/Nearest.h"

#include <algorithm>
#include <numeric>

namespace tgc {

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

std::string noSuchName(std::string_view kind, std::string_view name,
                       const std::vector<std::string> &there) {
  std::string list;
  for (const std::string &each : there)
    list += (list.empty() ? "'" : ", '") + each + "'";
  std::string near = nearest(name, {there.begin(), there.end()});
  std::string text = "there is no " + std::string(kind) + " '" +
                     std::string(name) + "'; expected " +
                     (list.empty() ? "none" : "one of: " + list) + "\n  fix: ";
  return text + (list.empty()   ? "leave it out"
                 : near.empty() ? "give one of these names"
                                : "write '" + near + "'");
}

} // namespace tgc
