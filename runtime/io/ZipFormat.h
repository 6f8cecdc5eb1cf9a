// Signatures and field positions of zip archives, for reader and writer.
#ifndef TGC_RUNTIME_IO_ZIPFORMAT_H
#define TGC_RUNTIME_IO_ZIPFORMAT_H

#include <cstdint>
#include <string_view>

namespace tgc::zip {

// Records, by their first four bytes (PKWARE APPNOTE 6.3, section 4.3).
inline constexpr uint32_t localSignature = 0x04034b50;
inline constexpr uint32_t directorySignature = 0x02014b50;
inline constexpr uint32_t endSignature = 0x06054b50;
inline constexpr uint32_t end64Signature = 0x06064b50;
inline constexpr uint32_t end64LocatorSignature = 0x07064b50;

// Bytes of a record before its name, extra fields and comment.
inline constexpr uint64_t localBytes = 30;
inline constexpr uint64_t directoryBytes = 46;
inline constexpr uint64_t endBytes = 22;
inline constexpr uint64_t end64Bytes = 56;
inline constexpr uint64_t end64LocatorBytes = 20;

// A field that holds one of these has its value in a zip64 record.
inline constexpr uint16_t none16 = 0xffff;
inline constexpr uint32_t none32 = 0xffffffff;

inline constexpr uint16_t zip64ExtraId = 1;
inline constexpr uint16_t stored = 0;
inline constexpr uint16_t deflated = 8;

// General purpose flags.
inline constexpr uint16_t flagEncrypted = 1 << 0;
inline constexpr uint16_t flagDescriptor = 1 << 3; // sizes follow the data
inline constexpr uint16_t flagUtf8 = 1 << 11;
/// The above but encryption, and two bits that only tell how hard the
/// compressor tried.
inline constexpr uint16_t flagsKnown =
    (1 << 1) | (1 << 2) | flagDescriptor | flagUtf8;

/// Entry names end in this; the key is what precedes.
inline constexpr std::string_view npySuffix = ".npy";

} // namespace tgc::zip

#endif // TGC_RUNTIME_IO_ZIPFORMAT_H
