// Choice of a CPU level, and calls of kernels on values.
#include "tgc/runtime/kernels/KernelTable.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/executable/CpuFeatures.h"
#include "tgc/runtime/infer/TypeRules.h"
#include "tgc/runtime/kernels/IndexErrors.h"
#include "tgc/runtime/parallel/FloatEnvironment.h"

#include <atomic>
#include <cassert>

namespace tgc {

namespace kernels {
namespace baseline {
Kernel kernelOf(OpKind kind);
}
#ifdef TGC_X86_KERNEL_LEVELS
namespace v3 {
Kernel kernelOf(OpKind kind);
}
namespace v4 {
Kernel kernelOf(OpKind kind);
}
#endif
} // namespace kernels

namespace {

CpuLevel detectLevel() {
#ifdef TGC_X86_KERNEL_LEVELS
  // What -march=x86-64-v3 and -v4 let the compiler use (x86-64 psABI).
  auto hasAll = [](std::initializer_list<std::string_view> names) {
    for (std::string_view name : names)
      if (!cpuHasFeature(name))
        return false;
    return true;
  };
  if (!hasAll({"sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "avx", "avx2",
               "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe"}))
    return CpuLevel::Baseline;
  return hasAll({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"})
             ? CpuLevel::V4
             : CpuLevel::V3;
#else
  return CpuLevel::Baseline;
#endif
}

std::atomic<int> chosenLevel{-1}; // -1: the best

std::string opText(OpKind kind) {
  return absl::StrCat("tgc.", std::string(opInfo(kind).mnemonic));
}

KernelTensor tensorOf(const Value &value) {
  return {value.buffer->data(), value.dtype, value.shape.data(),
          static_cast<int64_t>(value.shape.size()), value.numElements()};
}

/// Named sizes have values in a traced program only.
absl::Status checkConstant(OpKind kind, const OpAttrs &attrs) {
  absl::Status status;
  forEachSize(attrs, [&](const DimExpr &size) {
    if (!size.isConstant())
      status = absl::InvalidArgumentError(absl::StrCat(
          opText(kind), ": a size is '", size.text(),
          "', which has no value here\n  fix: give a number; named sizes "
          "belong in a function that is traced"));
  });
  return status;
}

/// Bounds what a kernel computes for a result that is small.
absl::Status checkWork(OpKind kind, const OpAttrs &attrs) {
  const auto *window = std::get_if<ReduceWindowAttrs>(&attrs);
  if (!window)
    return absl::OkStatus();
  Limits limits;
  std::optional<int64_t> places = checkedProduct(window->window);
  if (places && *places <= limits.elements)
    return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat(opText(kind), ": attribute 'window' is ",
                   absl::StrJoin(window->window, "x"), "; expected at most ",
                   limits.elements,
                   " places (Limits::elements)\n  fix: use a smaller "
                   "window"));
}

/// How an op gets its results.
struct RunRow {
  /// The result among the attributes; null where it is computed.
  const Value &(*literal)(const OpAttrs &attrs);
  bool aliasesOperand; // the result is operand 0's buffer
  /// Words for a position that the kernel reports; null if it does not.
  absl::Status (*indexError)(absl::Span<const Value> operands,
                             const OpAttrs &attrs, int64_t position);
};

template <class Attrs, Value Attrs::*member>
const Value &literal(const OpAttrs &attrs) {
  return std::get_if<Attrs>(&attrs)->*member;
}

#define TGC_RUN_TABLE
#include "tgc/runtime/KernelTable.inc"
#undef TGC_RUN_TABLE

} // namespace

CpuLevel bestCpuLevel() {
  static const CpuLevel best = detectLevel();
  return best;
}

Kernel kernelFor(OpKind kind, CpuLevel level) {
  switch (level) {
#ifdef TGC_X86_KERNEL_LEVELS
  case CpuLevel::V3:
    return kernels::v3::kernelOf(kind);
  case CpuLevel::V4:
    return kernels::v4::kernelOf(kind);
#endif
  default:
    return kernels::baseline::kernelOf(kind);
  }
}

CpuLevel currentCpuLevel() {
  int chosen = chosenLevel.load(std::memory_order_relaxed);
  return chosen < 0 ? bestCpuLevel() : static_cast<CpuLevel>(chosen);
}

void setCpuLevel(CpuLevel level) {
  if (level <= bestCpuLevel())
    chosenLevel.store(static_cast<int>(level), std::memory_order_relaxed);
}

absl::StatusOr<std::vector<Value>>
runOp(OpKind kind, absl::Span<const Value> operands, const OpAttrs &attrs) {
  absl::InlinedVector<TensorType, 3> types;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (!operands[i].buffer)
      return absl::InvalidArgumentError(
          absl::StrCat(opText(kind), ": operand ", i,
                       " has no value\n  fix: compute it first"));
    types.push_back(typeOf(operands[i]));
  }
  TGC_ASSIGN_OR_RETURN(TensorTypes resultTypes, inferTypes(kind, types, attrs));
  TGC_RETURN_IF_ERROR(checkConstant(kind, attrs));
  TGC_RETURN_IF_ERROR(checkWork(kind, attrs));
  const RunRow &row = runTable[static_cast<size_t>(kind)];
  if (row.literal)
    return std::vector<Value>{row.literal(attrs)};

  std::vector<Value> results;
  results.reserve(resultTypes.size());
  for (const TensorType &type : resultTypes) {
    Shape shape;
    for (const DimExpr &dim : type.dims) {
      assert(dim.isConstant() && "made of sizes that are");
      shape.push_back(*dim.constant());
    }
    if (row.aliasesOperand) { // buffers are immutable: no copy
      results.push_back({type.dtype, std::move(shape), operands[0].buffer});
      return results;
    }
    TGC_ASSIGN_OR_RETURN(Value value,
                         Value::allocate(type.dtype, std::move(shape)));
    results.push_back(std::move(value));
  }

  absl::InlinedVector<KernelTensor, 3> in;
  absl::InlinedVector<KernelTensor, 1> out;
  for (const Value &operand : operands)
    in.push_back(tensorOf(operand));
  for (const Value &result : results)
    out.push_back(tensorOf(result));
  KernelCall call{kind,
                  in.data(),
                  static_cast<int64_t>(in.size()),
                  out.data(),
                  static_cast<int64_t>(out.size()),
                  &attrs};
  FloatEnvironment environment;
  int64_t position = kernelFor(kind, currentCpuLevel())(call);
  if (position >= 0) {
    assert(row.indexError && "a kernel that reports has words for it");
    return row.indexError(operands, attrs, position);
  }
  return results;
}

} // namespace tgc
