// The base of every op record.
#ifndef TGC_IR_TGCINTERFACES_TD
#define TGC_IR_TGCINTERFACES_TD

include "TgcAttrs.td"
include "TgcTypes.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

/// Verifies the op by the type rule of its kind (runtime/infer), so that IR
/// text is refused with the words of an eager call.
def Tgc_TypeRule : NativeOpTrait<"VerifiedByTypeRule"> {
  let cppNamespace = "::tgc::ir";
}

/// A primitive. `family` gives every path of the op (architecture.md 1).
/// Attributes come in the order of the public function's parameters: required
/// ones first, those with a default become its Options struct. A mixed size is
/// an attribute `static_<name>` with a variadic `index` operand `<name>`.
/// `effects` is for an op whose run-time error outlives the use of its result.
class Tgc_Op<string familyName, string mnemonic, list<Trait> traits = [],
             list<Trait> effects = [Pure]>
    : Op<Tgc_Dialect, mnemonic, effects # [Tgc_TypeRule] # traits> {
  string family = familyName;
  /// True if results are bounded in ULP, false if their bits are fixed.
  bit bounded = 0;
  /// True if `tgc::<mnemonic>` is public as it stands.
  bit surface = 1;
  /// True if the payload of this name computes an element.
  bit elementwise = 0;
  /// `rule::infer<typeRule>` in runtime/infer gives the result types; by default
  /// the op's own rule, of the name of its class without `Op`.
  string typeRule = "";
  /// False for an op that runs without a kernel: a literal, or one that
  /// `aliasesOperand`.
  bit hasKernel = 1;
  /// True if the result is the buffer of operand 0 under another type.
  bit aliasesOperand = 0;
  /// True if the kernel may report an index out of range, which
  /// `kernels::errors::<mnemonic>` puts into words.
  bit reportsIndex = 0;
  /// Name of a dtype parameter that IR keeps in the type of result 0 only.
  string resultDType = "";
  /// True if the last parameter `resultDType` must be given by the caller,
  /// false if it defaults to the dtype of operand 0.
  bit resultDTypeRequired = 1;
}

/// Ops that still owe their derivative and their batching statement. Every op
/// has the statements or stands in the list of its family, which the transforms
/// empty; tgc-tblgen refuses an op that does neither.
class Tgc_Planned<list<Op> opList> {
  list<Op> ops = opList;
}

#endif // TGC_IR_TGCINTERFACES_TD
