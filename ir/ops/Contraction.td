// Family Contraction: sums of products in one pinned order.
#ifndef TGC_IR_OPS_CONTRACTION_TD
#define TGC_IR_OPS_CONTRACTION_TD

include "../TgcInterfaces.td"

def Tgc_DotGeneralOp : Tgc_Op<"Contraction", "dot_general"> {
  let arguments = (ins Tgc_Number:$lhs, Tgc_Number:$rhs,
    DenseI64ArrayAttr:$lhs_contract, DenseI64ArrayAttr:$rhs_contract,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$lhs_batch,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$rhs_batch,
    OptionalAttr<TypeAttr>:$accum);
  let results = (outs Tgc_Any:$y);
  let resultDType = "out";
  let resultDTypeRequired = 0;
  let summary = "sums of products over the contracted dimensions";
  let description = [{
    Result dimensions: batch, then the free ones of lhs, then those of rhs.
    Floats: k runs over the contracted dimensions in row-major order; chunks of
    256 products are chains of fused multiply-adds from +0, added left to
    right, converted once. Integers wrap.

    Constraints: dot_general_c1 equally many contracted (batch) dimensions on
    both sides; dot_general_c2 all of one side unique and in [0, rank);
    dot_general_c3 sizes of paired dimensions are equal; dot_general_c4 equal
    dtypes; dot_general_c5 accum is at least as wide as the operands.

    ```mlir
    %y = tgc.dot_general %a, %b {contract = [1] x [0], batch = [] x []} : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let assemblyFormat = [{
    $lhs `,` $rhs ` ` `{` `contract` `=` $lhs_contract `x` $rhs_contract `,`
    `batch` `=` $lhs_batch `x` $rhs_batch (`,` `accum` `=` $accum^)? `}`
    attr-dict `:` functional-type(operands, results)
  }];
}

def Tgc_ConvolutionOp : Tgc_Op<"Contraction", "convolution"> {
  let arguments = (ins Tgc_Number:$lhs, Tgc_Number:$rhs,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$lo,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$hi,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$lhs_dilation,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$rhs_dilation,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$lhs_spec,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$rhs_spec,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$out_spec,
    DefaultValuedAttr<I64Attr, "1">:$feature_group_count,
    DefaultValuedAttr<I64Attr, "1">:$batch_group_count,
    OptionalAttr<TypeAttr>:$accum);
  let results = (outs Tgc_Any:$y);
  let resultDType = "out";
  let resultDTypeRequired = 0;
  let summary = "correlation of lhs with the kernels rhs";
  let description = [{
    lhs_spec names the dimensions of lhs in the order batch, feature, spatial
    dimensions; rhs_spec those of rhs as output feature, input feature, spatial
    dimensions; out_spec those of the result as batch, feature, spatial
    dimensions. An empty spec stands for 0, 1, 2, ...: NCHW and OIHW. Empty
    strides and dilations stand for ones, lo and hi for zeros.

    Size of a spatial dimension as in reduce_window, with lhs_dilation as the
    base's and rhs_dilation as the window's. Order of a sum: kernel position
    row-major in the order of rhs_spec (outer), input feature of the group
    (inner), chunks of 256 as in dot_general; padding takes part as +0.

    Constraints: convolution_c1 equal ranks of at least 2; convolution_c2 specs
    are permutations; convolution_c3 lists have one entry per spatial
    dimension; convolution_c4 strides and dilations are positive;
    convolution_c5 group counts are positive, one of them is 1;
    convolution_c6 features of lhs = feature_group_count * input features of
    rhs; convolution_c7 output features divide by the group counts, batch by
    batch_group_count; convolution_c8 equal dtypes.

    ```mlir
    %y = tgc.convolution %x, %w {strides = [1], lo = [0], hi = [0], lhs_dilation = [1], rhs_dilation = [1], specs = [0, 1, 2] x [0, 1, 2] -> [0, 1, 2], groups = 1 x 1} : (tensor<1x2x8xf32>, tensor<4x2x3xf32>) -> tensor<1x4x6xf32>
    ```
  }];
  let assemblyFormat = [{
    $lhs `,` $rhs ` ` `{` `strides` `=` $strides `,` `lo` `=` $lo `,` `hi` `=` $hi
    `,` `lhs_dilation` `=` $lhs_dilation `,` `rhs_dilation` `=` $rhs_dilation
    `,` `specs` `=` $lhs_spec `x` $rhs_spec `->` $out_spec `,` `groups` `=`
    $feature_group_count `x` $batch_group_count (`,` `accum` `=` $accum^)? `}`
    attr-dict `:` functional-type(operands, results)
  }];
}

def : Tgc_Planned<[Tgc_ConvolutionOp, Tgc_DotGeneralOp]>;

#endif // TGC_IR_OPS_CONTRACTION_TD
