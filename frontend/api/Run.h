// What programs take and give, and how they are run.
#ifndef TGC_FRONTEND_API_RUN_H
#define TGC_FRONTEND_API_RUN_H

#include "tgc/frontend/api/Io.h"
#include "tgc/runtime/core/Limits.h"

#include <atomic>
#include <string>
#include <vector>

namespace tgc {

/// Type of an argument to trace: sizes are static or named (dim("batch")); an
/// argument without a name is x0, x1, ... by its number.
struct TensorSpec {
  DType dtype = DType::f32;
  Dims dims;
  std::string name = {};
};

struct Signature {
  std::string name;
  std::vector<TensorSpec> inputs, outputs;
};

struct RunOptions {
  /// Threads of this run; 0: the CPUs this process may use; below 0 is
  /// refused. Bits never depend on it.
  int threads = 0;
  /// Set to true from any thread to end the run with Cancelled.
  const std::atomic<bool> *cancel = nullptr;
  /// An integer division by 0, or of the least integer by -1, is an error
  /// (OutOfRange) instead of the defined value. Program::interpret alone has
  /// it; Executable::run refuses it.
  bool check_int_div = false;
  /// Of these `elements`, `run_time` and `memory`.
  Limits limits = {};
};

} // namespace tgc

#endif // TGC_FRONTEND_API_RUN_H
