// The generated op table and its look-ups.
#include "tgc/runtime/core/OpKind.h"

namespace tgc {
namespace {

#define TGC_OP_TABLE
#include "tgc/runtime/OpKind.inc"
#undef TGC_OP_TABLE

} // namespace

const OpInfo &opInfo(OpKind kind) { return opTable[static_cast<size_t>(kind)]; }

std::optional<OpKind> opKindFromMnemonic(std::string_view mnemonic) {
  for (size_t i = 0; i < numOpKinds; ++i)
    if (opTable[i].mnemonic == mnemonic)
      return static_cast<OpKind>(i);
  return std::nullopt;
}

bool inClass(DTypeClass cls, DType dtype) {
  switch (cls) {
  case DTypeClass::Any:
    return isStored(dtype);
  case DTypeClass::Number:
    return isComputed(dtype) && dtype != DType::i1;
  case DTypeClass::Arith:
    return isComputed(dtype);
  case DTypeClass::Float:
    return isComputed(dtype) && isFloat(dtype);
  case DTypeClass::Bits:
    return isComputed(dtype) && !isFloat(dtype);
  case DTypeClass::Bool:
    return dtype == DType::i1;
  case DTypeClass::Index:
    return dtype == DType::i32 || dtype == DType::i64;
  }
  return false;
}

std::string_view dtypeClassText(DTypeClass cls) {
  switch (cls) {
  case DTypeClass::Any:
    return "i1 i32 i64 u8 f16 f32 f64";
  case DTypeClass::Number:
    return "i32 i64 f32 f64";
  case DTypeClass::Arith:
    return "i1 i32 i64 f32 f64";
  case DTypeClass::Float:
    return "f32 f64";
  case DTypeClass::Bits:
    return "i1 i32 i64";
  case DTypeClass::Bool:
    return "i1";
  case DTypeClass::Index:
    return "i32 i64";
  }
  return "";
}

} // namespace tgc
