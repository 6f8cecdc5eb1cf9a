// Where intermediate buffers lie in the one workspace of a run.
#ifndef TGC_CODEGEN_MEMORY_ARENAPLAN_H
#define TGC_CODEGEN_MEMORY_ARENAPLAN_H

#include "tgc/runtime/core/Status.h"
#include "tgc/runtime/infer/DimExpr.h"

#include "absl/types/span.h"

namespace tgc::codegen {

/// A buffer that must hold its bytes from step `begin` to step `end`, both
/// included; steps count calls of groups.
struct BufferRequest {
  DimExpr bytes;
  int64_t begin;
  int64_t end;
};

/// The workspace: a part of constant size, then per bucket `count` buffers of
/// one symbolic size, each rounded up to 64 bytes.
struct ArenaPlan {
  struct Bucket {
    DimExpr bytes;
    int64_t count;
  };
  struct Place {
    int64_t bucket; // -1: the static part
    int64_t offset; // bytes in the static part, else which of the bucket's
  };
  int64_t staticBytes = 0;
  std::vector<Bucket> buckets;
  std::vector<Place> places; // one per request
  /// What the constant requests would take without sharing.
  int64_t unsharedStaticBytes = 0;

  /// For `tgc inspect`.
  std::string text() const;
};

/// Places buffers so that two alive in one step do not overlap. Constant sizes:
/// largest first into the tightest gap, 64-byte aligned; from 4 KiB on at
/// offsets that differ modulo 4 KiB from those of the buffers alive beside
/// them, as equal ones collide in the L1 cache. Symbolic sizes share with
/// provably equal ones only: which of two is larger is not known. Errors:
/// ResourceExhausted if the static part leaves 64 bits.
absl::StatusOr<ArenaPlan> planArena(absl::Span<const BufferRequest> requests);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_MEMORY_ARENAPLAN_H
