// Family Reduction: many elements become one.
#ifndef TGC_IR_OPS_REDUCTION_TD
#define TGC_IR_OPS_REDUCTION_TD

include "../TgcInterfaces.td"

def Tgc_ReduceOp : Tgc_Op<"Reduction", "reduce"> {
  let arguments = (ins Tgc_Arith:$x, Tgc_ReduceKindAttr:$kind,
    DenseI64ArrayAttr:$dims, OptionalAttr<TypeAttr>:$accum);
  let results = (outs Tgc_Any:$y);
  let summary = "combines the elements along `dims`, which are removed";
  let description = [{
    add and mul of floats follow one fixed order: 16 lanes over the reduced
    elements in row-major order, runs of 8, a balanced tree of runs, then four
    halvings. An empty reduction gives the identity of `kind`: 0, 1, -inf or
    the lowest value, +inf or the highest, all ones, 0, 0. NaN wins max and min.

    Constraints: reduce_c1 dims are unique and in [0, rank); reduce_c2 add, mul
    take numbers and i1 (or, and), max, min the same, bitwise kinds integers
    and i1; reduce_c3 accum is a float not narrower than the operand's.

    ```mlir
    %y = tgc.reduce add %x {dims = [1]} : (tensor<4x8xf32>) -> tensor<4xf32>
    ```
  }];
  let assemblyFormat = [{
    `` $kind $x ` ` `{` `dims` `=` $dims (`,` `accum` `=` $accum^)? `}` attr-dict `:`
    functional-type(operands, results)
  }];
}

def Tgc_ReduceWindowOp : Tgc_Op<"Reduction", "reduce_window"> {
  let arguments = (ins Tgc_Arith:$x, Tgc_ReduceKindAttr:$kind,
    DenseI64ArrayAttr:$window,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$lo,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$hi,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$base_dilation,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$window_dilation);
  let results = (outs Tgc_Any:$y);
  let summary = "combines the elements in every position of a window";
  let description = [{
    One entry per dimension of x in every list; an empty list stands for ones
    (for `lo` and `hi` zeros). Size of a result dimension, with D and K the
    dilated sizes of x and window: (D + lo + hi - K) / stride + 1, 0 if
    D + lo + hi < K. Padded places and holes hold the identity of `kind` and
    keep their slot in the order of `reduce`.

    Constraints: reduce_window_c1 every list has rank entries; reduce_window_c2
    window, strides and dilations are positive; reduce_window_c3 the kind takes
    the dtype, as in reduce.

    ```mlir
    %y = tgc.reduce_window max %x {window = [2], strides = [2], lo = [0], hi = [0], base_dilation = [1], window_dilation = [1]} : (tensor<8xf32>) -> tensor<4xf32>
    ```
  }];
  let assemblyFormat = [{
    `` $kind $x ` ` `{` `window` `=` $window `,` `strides` `=` $strides `,` `lo` `=`
    $lo `,` `hi` `=` $hi `,` `base_dilation` `=` $base_dilation `,`
    `window_dilation` `=` $window_dilation `}` attr-dict `:`
    functional-type(operands, results)
  }];
}

def Tgc_ArgReduceOp : Tgc_Op<"Reduction", "arg_reduce"> {
  let arguments = (ins Tgc_Number:$x, Tgc_ArgReduceKindAttr:$kind,
    I64Attr:$dim);
  let results = (outs Tgc_Any:$y);
  let summary = "i64 position of the largest or smallest element along `dim`";
  let description = [{
    The lowest position on ties; the first NaN if there is one. `dim` is removed.

    Constraints: arg_reduce_c1 dim is in [0, rank); arg_reduce_c2 its size is
    not 0.

    ```mlir
    %y = tgc.arg_reduce max %x {dim = 1} : (tensor<4x8xf32>) -> tensor<4xi64>
    ```
  }];
  let assemblyFormat = [{
    `` $kind $x ` ` `{` `dim` `=` $dim `}` attr-dict `:`
    functional-type(operands, results)
  }];
}

def : Tgc_Planned<[Tgc_ArgReduceOp, Tgc_ReduceOp, Tgc_ReduceWindowOp]>;

#endif // TGC_IR_OPS_REDUCTION_TD
