// The name that a user may have meant.
#ifndef TGC_RUNTIME_CORE_NEAREST_H
#define TGC_RUNTIME_CORE_NEAREST_H

#include <string>
#include <string_view>
#include <vector>

namespace tgc {

/// The word of `candidates` nearest to `word` by edit distance; empty if none
/// is within two edits.
std::string nearest(std::string_view word,
                    const std::vector<std::string_view> &candidates);

/// "there is no input 'imgae'; expected one of: 'image', 'sr'" and a fix that
/// names the nearest. `kind` is "input" or another noun; names are printable.
std::string noSuchName(std::string_view kind, std::string_view name,
                       const std::vector<std::string> &there);

} // namespace tgc

#endif // TGC_RUNTIME_CORE_NEAREST_H
