// The op table: what every mode knows of an op without LLVM, generated from
// the op records in ir/ops.
#ifndef TGC_RUNTIME_CORE_OPKIND_H
#define TGC_RUNTIME_CORE_OPKIND_H

#include "tgc/runtime/core/DType.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tgc {

/// One enumerator per op record. Values change with every op: never stored.
enum class OpKind : uint8_t {
#define TGC_OP(Kind, mnemonic, family, operands, results, exactness) Kind,
#include "tgc/runtime/OpKind.inc"
};

/// Families give the path of an op's files in every folder.
enum class Family : uint8_t {
#define TGC_FAMILY(Name) Name,
#include "tgc/runtime/OpKind.inc"
};

/// Which dtypes an operand takes.
enum class DTypeClass : uint8_t {
  Any,
  Number,
  Arith,
  Float,
  Bits,
  Bool,
  Index
};

/// exact: the bits of a result are fixed by semantics.md; bounded: within ULPs.
enum class Exactness : uint8_t { Exact, Bounded };

struct OperandInfo {
  std::string_view name;
  DTypeClass dtypes;
  bool variadic;
};

struct OpInfo {
  std::string_view mnemonic;
  Family family;
  Exactness exactness;
  bool elementwise;
  const OperandInfo *operands; // tensors only: mixed sizes are attributes
  uint8_t numOperands;
  uint8_t numResults;
};

const OpInfo &opInfo(OpKind kind);
inline constexpr size_t numOpKinds = 0
#define TGC_OP(Kind, mnemonic, family, operands, results, exactness) +1
#include "tgc/runtime/OpKind.inc"
    ;
std::optional<OpKind> opKindFromMnemonic(std::string_view mnemonic);

/// True if operands of `cls` may have this dtype.
bool inClass(DTypeClass cls, DType dtype);

/// "f32 f64": the dtypes of a class, for messages.
std::string_view dtypeClassText(DTypeClass cls);

} // namespace tgc

#endif // TGC_RUNTIME_CORE_OPKIND_H
