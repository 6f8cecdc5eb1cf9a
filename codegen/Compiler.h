// The driver of code generation: fused IR in, object bytes out.
#ifndef TGC_CODEGEN_COMPILER_H
#define TGC_CODEGEN_COMPILER_H

#include "tgc/runtime/executable/Weights.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mlir {
class ModuleOp;
}

namespace tgc::codegen {

struct CompileOptions {
  /// 0 to 3, the same bits at each; 3 adds LLVM's -O2 pipeline.
  int level = 2;
  /// "native", or a name that targetInfo knows.
  std::string cpu = "native";
  /// Suffix of the exported symbols: a C identifier.
  std::string name = "main";
  /// Puts the weights into the object, for files; each byte of them then passes
  /// LLVM, so beyond some 100 MB link a WeightsObject beside the code instead.
  /// Else they are CompiledObject::weights.
  bool embedWeights = false;
  /// At most this many threads generate machine code, each of a part of the
  /// program; 0: what tgc_num_threads says. More than one may leave
  /// CompiledObject::others, which the JIT links but a single file cannot hold.
  int32_t threads = 1;
  /// Told of each phase that ends: its name, its number from 0, how many there
  /// are, its seconds. False ends the compilation with Cancelled.
  std::function<bool(std::string_view name, int index, int count,
                     double seconds)>
      progress;
  /// Asked before each phase whether its text is wanted, and given it: vector
  /// (MLIR), memory (the plan), llvm (LLVM IR), asm (assembly).
  std::function<bool(std::string_view phase)> wantsText;
  std::function<void(std::string_view phase, std::string text)> text;
};

/// What a compilation leaves: values only, and bytes that a file, the JIT or
/// another process can take.
struct CompiledObject {
  std::string name;                       // exports tgc_executable_<name>
  std::string object;                     // ELF relocatable
  std::vector<std::string> others;        // groups that `object` calls
  std::shared_ptr<const Weights> weights; // tgc_weights_<name>; null: embedded
  std::string cpu;
};

/// How a compilation went, for reports and `tgc inspect`.
struct CompileReport {
  struct Phase {
    std::string name;
    double seconds;
  };
  struct Group {
    std::string symbol, kind, schedule;
    std::string iterations; // over the group's own names
    int64_t grain;
    int64_t calls; // how often the entry calls it
    int64_t ops;   // tgc ops in it, without constants
  };
  std::vector<Phase> phases;
  std::vector<Group> groups;
  std::string memory;         // the workspace: bytes, or a formula
  int64_t workspaceBytes = 0; // its part of constant size
  int64_t weightsBytes = 0;
  int64_t objectBytes = 0;
  int64_t llvmInstructions = 0;
};

/// Compiles a fused module (codegen/FusedModule.h), which stays as it is. Opens
/// no file; one MLIRContext, used by one thread. `report` may be null. Errors:
/// InvalidArgument for an unknown CPU, a name that is no identifier or sizes
/// that cannot fit; Cancelled; Internal, with the diagnostics, if a module is
/// not of the fused form or a step fails.
absl::StatusOr<CompiledObject> compile(mlir::ModuleOp fused,
                                       const CompileOptions &options,
                                       CompileReport *report = nullptr);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_COMPILER_H
