// Enumerations of ops, and the attribute kinds that tgc-tblgen knows.
#ifndef TGC_IR_TGCATTRS_TD
#define TGC_IR_TGCATTRS_TD

include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/CommonAttrConstraints.td"
include "TgcDialect.td"

/// An enumeration: mlir-tblgen writes tgc::ir::<name>, tgc-tblgen the LLVM-free
/// twin tgc::<name> with the same enumerators and values.
class Tgc_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::tgc::ir";
  let genSpecializedAttr = 0;
}
class Tgc_EnumAttr<EnumAttrInfo info, string name>
    : EnumAttr<Tgc_Dialect, info, name>;

def Tgc_RoundMode : Tgc_Enum<"RoundMode", "where halves go", [
  I32EnumAttrCase<"even", 0>, I32EnumAttrCase<"away", 1>]>;
def Tgc_RoundModeAttr : Tgc_EnumAttr<Tgc_RoundMode, "round_mode">;

def Tgc_CompareDirection : Tgc_Enum<"CompareDirection", "what is asked", [
  I32EnumAttrCase<"EQ", 0>, I32EnumAttrCase<"NE", 1>,
  I32EnumAttrCase<"LT", 2>, I32EnumAttrCase<"LE", 3>,
  I32EnumAttrCase<"GT", 4>, I32EnumAttrCase<"GE", 5>]>;
def Tgc_CompareDirectionAttr
    : Tgc_EnumAttr<Tgc_CompareDirection, "compare_direction">;

def Tgc_ReduceKind : Tgc_Enum<"ReduceKind", "how elements are combined", [
  I32EnumAttrCase<"add", 0>, I32EnumAttrCase<"mul", 1>,
  I32EnumAttrCase<"max", 2>, I32EnumAttrCase<"min", 3>,
  I32EnumAttrCase<"bitwise_and", 4>, I32EnumAttrCase<"bitwise_or", 5>,
  I32EnumAttrCase<"bitwise_xor", 6>]>;
def Tgc_ReduceKindAttr : Tgc_EnumAttr<Tgc_ReduceKind, "reduce_kind">;

def Tgc_ArgReduceKind : Tgc_Enum<"ArgReduceKind", "which element is looked for",
  [I32EnumAttrCase<"max", 0>, I32EnumAttrCase<"min", 1>]>;
def Tgc_ArgReduceKindAttr
    : Tgc_EnumAttr<Tgc_ArgReduceKind, "arg_reduce_kind">;

def Tgc_OobMode : Tgc_Enum<"OobMode", "what an index out of range does", [
  I32EnumAttrCase<"error", 0>, I32EnumAttrCase<"clamp", 1>,
  I32EnumAttrCase<"fill", 2>]>;
def Tgc_OobModeAttr : Tgc_EnumAttr<Tgc_OobMode, "oob_mode">;

#endif // TGC_IR_TGCATTRS_TD
