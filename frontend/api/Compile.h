// Compiling programs.
#ifndef TGC_FRONTEND_API_COMPILE_H
#define TGC_FRONTEND_API_COMPILE_H

#include "tgc/frontend/api/Executable.h"
#include "tgc/frontend/api/Program.h"

namespace tgc {

struct CompileOptions {
  /// 0: one group per op; 1: fused groups; 2 and 3: all that is safe. Bits
  /// never depend on it.
  int level = 2;
  /// Function to compile; empty: main, or the only one.
  std::string function = {};
  /// The phase whose result the program is, such as a dump: import, expand,
  /// simplify or fuse; empty: all phases run. A program that says it is of
  /// another phase is refused. Group functions of `fuse` are relied on.
  std::string from = {};
  /// LLVM's name of a CPU, "native" or a level such as "x86-64-v3".
  std::string target_cpu = "native";
  /// Of these `compile_time`, looked at after every phase, and `memory`: a
  /// program whose workspace is known to take more is refused.
  Limits limits = {};
  /// Called at the end of every phase with name, number, count and the
  /// seconds since the start; false cancels.
  std::function<bool(std::string_view, int, int, double)> progress = {};
  /// Called with the IR or text of every phase, for dumps.
  std::function<void(std::string_view phase, std::string_view text)> dump = {};
  /// Called when the compilation has succeeded, with what it did.
  std::function<void(const CompileReport &)> report = {};
};

/// Native code in this process. Errors: InvalidArgument for options; Cancelled;
/// DeadlineExceeded; ResourceExhausted; Internal, with what to report.
TGC_API Executable
compile(const Program &program, const CompileOptions &options = {},
        std::source_location where = std::source_location::current());

/// Native code as object files: the first exports `tgc_executable_<name>` and
/// needs nothing but memcpy, memmove and memset; a second, if the program has
/// constants, holds their bytes and is linked beside it.
TGC_API std::vector<std::string> compile_to_objects(
    const Program &program, const std::string &name,
    const CompileOptions &options = {},
    std::source_location where = std::source_location::current());

} // namespace tgc

#endif // TGC_FRONTEND_API_COMPILE_H
