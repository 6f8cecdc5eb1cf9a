// What untrusted input may ask for. Public: includes std only.
#ifndef TGC_RUNTIME_CORE_LIMITS_H
#define TGC_RUNTIME_CORE_LIMITS_H

#include <cstdint>

namespace tgc {

/// Bounds on one load, compile or run; exceeding one is ResourceExhausted or
/// DeadlineExceeded, naming the limit, the value and the option that raises it.
struct Limits {
  int64_t model_bytes = (int64_t{1} << 31) - 1;
  int64_t external_bytes = int64_t{16} << 30;
  int64_t ops = 1'000'000;
  int64_t rank = 32;
  int64_t elements = int64_t{1} << 40;
  int64_t name_bytes = 1 << 20;
  int64_t npy_header_bytes = 10'000;
  int64_t safetensors_header_bytes = 100'000'000;
  int64_t archive_entries = 65'536;
  int64_t nesting = 64;
  int64_t fold_bytes = 64 << 10;
  /// Seconds of one compilation, of one run; 0: no limit.
  double compile_time = 0, run_time = 0;
  /// Bytes that a run allocates for workspace, intermediate values and results;
  /// 0: no limit.
  int64_t memory = 0;
};

} // namespace tgc

#endif // TGC_RUNTIME_CORE_LIMITS_H
