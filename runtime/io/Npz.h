// The npz format: a zip archive with one npy file per tensor.
#ifndef TGC_RUNTIME_IO_NPZ_H
#define TGC_RUNTIME_IO_NPZ_H

#include "tgc/runtime/io/WriteFile.h"

namespace tgc {

/// The tensors of an npz file in memory, by entry name without ".npy".
/// Format: PKWARE APPNOTE 6.3: stored and deflated entries, zip64 sizes.
///
/// The archive must be whole: entries, directory and its end follow one
/// another without gaps, and an entry's own header agrees with the directory.
/// Errors: InvalidArgument for anything else, for other compression methods,
/// encryption, names that are no plain key (empty, absolute, "..", backslash,
/// NUL, not UTF-8), names used twice, entries that are no npy (parseNpy);
/// DataLoss for a wrong CRC; ResourceExhausted above Limits::archive_entries,
/// or when the entries claim more bytes than Limits::external_bytes or than
/// their compressed bytes can hold.
absl::StatusOr<ValueMap> parseNpz(absl::Span<const uint8_t> bytes,
                                  const Limits &limits = {});

/// True if `bytes` begin as a zip archive does.
bool isZip(absl::Span<const uint8_t> bytes);

/// Writes the tensors as numpy.savez does: stored, ordered by name, without
/// times, so that equal tensors give equal bytes. Errors: InvalidArgument for
/// a name that parseNpz refuses; those of the sink.
absl::Status writeNpz(const ValueMap &tensors, ByteSink sink);

} // namespace tgc

#endif // TGC_RUNTIME_IO_NPZ_H
