// The dialect.
#ifndef TGC_IR_TGCDIALECT_TD
#define TGC_IR_TGCDIALECT_TD

include "mlir/IR/DialectBase.td"

def Tgc_Dialect : Dialect {
  let name = "tgc";
  let cppNamespace = "::tgc::ir";
  let summary = "tensor programs of the tensor graph compiler";
  let description = [{
    Pure operations on ranked tensors: no implicit broadcasting, no implicit
    promotion, no undefined behaviour. Sizes may be `?`; a size an op is given
    is an attribute where it is known and an `index` operand where it is not.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let hasConstantMaterializer = 1;
}

#endif // TGC_IR_TGCDIALECT_TD
