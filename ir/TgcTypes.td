// What operands may be. The predicate is only "a ranked tensor": which dtypes
// an operand takes is a column that tgc-tblgen copies into the runtime's op
// table, where the one type rule checks it for every mode with one message.
#ifndef TGC_IR_TGCTYPES_TD
#define TGC_IR_TGCTYPES_TD

include "mlir/IR/CommonTypeConstraints.td"

/// A ranked tensor whose elements the type rule restricts to `dtypes`, an
/// enumerator of tgc::DTypeClass (runtime/core/OpKind.h).
class Tgc_TensorOf<string dtypeClass>
    : Type<CPred<"::llvm::isa<::mlir::RankedTensorType>($_self)">,
           "ranked tensor", "::mlir::RankedTensorType"> {
  string dtypes = dtypeClass;
}

def Tgc_Any : Tgc_TensorOf<"Any">;         // every stored dtype
def Tgc_Number : Tgc_TensorOf<"Number">;   // integers and floats
def Tgc_Arith : Tgc_TensorOf<"Arith">;     // numbers and bool
def Tgc_Float : Tgc_TensorOf<"Float">;
def Tgc_Bits : Tgc_TensorOf<"Bits">;       // integers and bool
def Tgc_Bool : Tgc_TensorOf<"Bool">;
def Tgc_Index : Tgc_TensorOf<"Index">;     // i32, i64: positions in a tensor

#endif // TGC_IR_TGCTYPES_TD
