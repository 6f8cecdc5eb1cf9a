// Objects to files: what needs another program.
#ifndef TGC_TOOLS_TGC_LINK_H
#define TGC_TOOLS_TGC_LINK_H

#include <string>
#include <vector>

namespace tgc::tool {

/// Path of a linker that can make shared objects; empty if there is none.
std::string findLinker();

/// Writes object files to `path` as one: a shared object if `shared`, else one
/// relocatable object. A single relocatable one needs no linker. Throws
/// tgc::Error: no linker, or it fails.
void writeCode(const std::string &path, bool shared,
               const std::vector<std::string> &objects);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_LINK_H
