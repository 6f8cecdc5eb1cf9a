// Choice of a CPU level, and calls of kernels on values.
#include "tgc/runtime/kernels/KernelTable.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/executable/CpuFeatures.h"
#include "tgc/runtime/infer/TypeRules.h"
#include "tgc/runtime/parallel/FloatEnvironment.h"

#include <atomic>

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

/// The position in coordinates of the indices without their vector dimension,
/// `offset` becomes that of the position's first component in elements.
std::string positionText(const Value &indices, int64_t vectorDim,
                         int64_t position, int64_t &offset) {
  Shape strides = rowMajorStrides(indices.shape);
  std::vector<int64_t> coordinates;
  offset = 0;
  for (int64_t d = static_cast<int64_t>(indices.shape.size()); d-- > 0;) {
    if (d == vectorDim)
      continue;
    int64_t size = indices.shape[static_cast<size_t>(d)];
    coordinates.insert(coordinates.begin(), position % size);
    offset += position % size * strides[static_cast<size_t>(d)];
    position /= size;
  }
  return coordinates.size() == 1
             ? absl::StrCat(coordinates[0])
             : absl::StrCat("[", absl::StrJoin(coordinates, ", "), "]");
}

absl::Status gatherOutOfRange(const Value &x, const Value &indices,
                              const GatherAttrs &attrs, int64_t position) {
  int64_t vectorDim = attrs.index_vector_dim, offset;
  std::string where = positionText(indices, vectorDim, position, offset);
  int64_t step = 0;
  if (vectorDim < static_cast<int64_t>(indices.shape.size()))
    step = rowMajorStrides(indices.shape)[static_cast<size_t>(vectorDim)];
  for (size_t i = 0; i < attrs.start_index_map.size(); ++i) {
    int64_t at = offset + static_cast<int64_t>(i) * step;
    int64_t index = indices.dtype == DType::i32 ? indices.data<int32_t>()[at]
                                                : indices.data<int64_t>()[at];
    auto dim = static_cast<size_t>(attrs.start_index_map[i]);
    int64_t slice = attrs.slice_sizes[dim].constant().value_or(0);
    int64_t last = x.shape[dim] - slice;
    if (index >= 0 && index <= last)
      continue;
    return absl::OutOfRangeError(absl::StrCat(
        "tgc.gather: index ", index, " at position ", where,
        " of operand 1 ('indices') is outside [0, ", last, "]; dimension ", dim,
        " of operand 0 ('x') has size ", x.shape[dim], " and slices have ",
        slice,
        "\n  fix: keep indices within the size they index, or use oob = clamp "
        "or oob = fill"));
  }
  return absl::InternalError("tgc.gather: reported an index that is in range");
}

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
  TGC_RETURN_IF_ERROR(checkWork(kind, attrs));
  if (const auto *constant = std::get_if<ConstantAttrs>(&attrs))
    return std::vector<Value>{constant->value};

  std::vector<Value> results;
  results.reserve(resultTypes.size());
  for (const TensorType &type : resultTypes) {
    Shape shape;
    for (const DimExpr &dim : type.dims) {
      std::optional<int64_t> size = dim.constant();
      if (!size)
        return absl::InvalidArgumentError(
            absl::StrCat(opText(kind), ": the result has type ", typeText(type),
                         "; expected sizes without names\n  fix: give '",
                         dim.text(), "' a value"));
      shape.push_back(*size);
    }
    if (kind == OpKind::Reshape) { // buffers are immutable: no copy
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
  if (position >= 0)
    return gatherOutOfRange(operands[0], operands[1],
                            *std::get_if<GatherAttrs>(&attrs), position);
  return results;
}

} // namespace tgc
