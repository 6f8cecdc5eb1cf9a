// This build's version.
#ifndef TGC_RUNTIME_CORE_VERSION_H
#define TGC_RUNTIME_CORE_VERSION_H

namespace tgc {

inline constexpr int versionMajor = 0;
inline constexpr int versionMinor = 1;
inline constexpr char versionText[] = "0.1.0";

} // namespace tgc

#endif // TGC_RUNTIME_CORE_VERSION_H
