// What fusion knows of each op. tgc-tblgen refuses an op without a kind.
#ifndef TGC_PASSES_RULES_TD
#define TGC_PASSES_RULES_TD

include "Ops.td"

/// The ops whose groups are of kind `kindName` when they start one: the emitter
/// of that name in codegen/emit. Elementwise ops start a `map`.
class GroupKind<string kindName, list<Op> opList> {
  string kind = kindName;
  list<Op> ops = opList;
}

def : GroupKind<"contract", [Tgc_DotGeneralOp]>;
def : GroupKind<"convolution", [Tgc_ConvolutionOp]>;
def : GroupKind<"map", [Tgc_BroadcastInDimOp, Tgc_IotaOp]>;
def : GroupKind<"move", [
  Tgc_ConcatenateOp, Tgc_ConstantOp, Tgc_GatherOp, Tgc_PadOp, Tgc_ReshapeOp,
  Tgc_ReverseOp, Tgc_SliceOp, Tgc_TransposeOp, Tgc_UpdateSliceOp]>;
def : GroupKind<"reduce", [Tgc_ArgReduceOp, Tgc_ReduceOp, Tgc_ReduceWindowOp]>;

#endif // TGC_PASSES_RULES_TD
