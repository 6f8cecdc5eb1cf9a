// A program as its entry runs it: calls in order, and where each buffer lies.
#ifndef TGC_CODEGEN_MEMORY_PROGRAMPLAN_H
#define TGC_CODEGEN_MEMORY_PROGRAMPLAN_H

#include "tgc/codegen/memory/ArenaPlan.h"
#include "tgc/runtime/executable/Executable.h"

namespace tgc {
class WeightsBuilder;
}

namespace tgc::codegen {

struct EmittedGroup;
struct FusedModule;

/// Where the bytes of a tensor are.
struct BufferRef {
  enum class Base : uint8_t {
    Input,   // `number` of the inputs
    Output,  // `number` of the outputs
    Weights, // `offset` bytes into the weights
    Static,  // `offset` bytes into the workspace
    Bucket,  // buffer `offset` of bucket `number` of the workspace
  };
  Base base;
  int64_t number = 0;
  int64_t offset = 0;
};

/// A named size and the input dimension that gives it.
struct SizeSource {
  std::string name;
  int64_t input, dimension;
};

/// Where an index out of range is an error.
struct OobSite {
  std::string what, where;
  DimExprs dims;
};

/// Sizes are over the entry's names.
struct ProgramPlan {
  struct Call {
    std::string symbol; // of the group's function
    DimExpr iterations;
    int64_t grain;
    std::vector<BufferRef> buffers; // operands, then results
    int64_t firstSite, numSites;    // of `sites`
    std::vector<DimExpr> sizes;     // named sizes that the group reads
  };
  struct Copy {
    BufferRef from;
    int64_t output;
    DimExpr bytes;
  };

  std::vector<TensorSignature> inputs, outputs;
  std::vector<SizeSource> symbols;
  std::vector<SizeCheck> checks; // before a run
  std::vector<OobSite> sites;
  ArenaPlan arena;
  std::vector<Call> calls;
  std::vector<Copy> copies; // after the calls
  int64_t weightsBytes = 0;

  /// Inputs, outputs, workspace and calls, for `tgc inspect` and dumps.
  std::string text() const;
};

/// Puts constants into `weights`, results that are returned into the outputs
/// and the others into the workspace; what is returned a second time, and a
/// returned input or constant, is copied. `groups` are the emitted groups of
/// `module`, in its order. Errors: ResourceExhausted beyond 64 bits; Internal
/// if an emitted group contradicts its function.
absl::StatusOr<ProgramPlan> planProgram(const FusedModule &module,
                                        absl::Span<const EmittedGroup> groups,
                                        WeightsBuilder &weights);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_MEMORY_PROGRAMPLAN_H
