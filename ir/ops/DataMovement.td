// Family DataMovement: elements keep their bits and find new places.
#ifndef TGC_IR_OPS_DATAMOVEMENT_TD
#define TGC_IR_OPS_DATAMOVEMENT_TD

include "../TgcInterfaces.td"

class Tgc_MovementOp<string mnemonic, list<Trait> traits = []>
    : Tgc_Op<"DataMovement", mnemonic, traits> {
  let results = (outs Tgc_Any:$y);
}

def Tgc_ConstantOp : Tgc_MovementOp<"constant",
    [ConstantLike, AllTypesMatch<["value", "y"]>]> {
  let arguments = (ins ElementsAttr:$value);
  let surface = 0;
  let hasKernel = 0;
  let summary = "a literal or a weight";
  let description = [{
    Values above 1 KiB are resources: read once, printed by name.

    ```mlir
    %y = tgc.constant dense<1.0> : tensor<4xf32>
    ```
  }];
  let assemblyFormat = "$value attr-dict";
  let hasFolder = 1;
}

def Tgc_IotaOp : Tgc_MovementOp<"iota"> {
  let arguments = (ins I64Attr:$dim, DenseI64ArrayAttr:$static_sizes,
                       Variadic<Index>:$sizes);
  let resultDType = "dtype";
  let summary = "the position along `dim`";
  let description = [{
    An element is its own index in dimension `dim`, converted to the dtype of
    the result, an integer or float.

    Constraints: iota_c1 dim is in [0, rank); iota_c2 sizes are not negative;
    iota_c3 the dtype is an integer or float.

    ```mlir
    %y = tgc.iota [4, 8] {dim = 0} : tensor<4x8xi64>
    ```
  }];
  let assemblyFormat = [{
    custom<DynamicIndexList>($sizes, $static_sizes) ` ` `{` `dim` `=` $dim `}`
    attr-dict `:` type($y)
  }];
}

def Tgc_BroadcastInDimOp : Tgc_MovementOp<"broadcast_in_dim"> {
  let arguments = (ins Tgc_Any:$x, DenseI64ArrayAttr:$dims,
                       DenseI64ArrayAttr:$static_sizes, Variadic<Index>:$sizes);
  let summary = "repeats x along new dimensions and along those of size 1";
  let description = [{
    Dimension i of x becomes dimension dims[i] of the result; it keeps its size
    or is a static 1 that expands.

    Constraints: broadcast_in_dim_c1 dims has one entry per dimension of x,
    increasing, in [0, rank of the result); broadcast_in_dim_c2 a size of x is
    1 or the result's.

    ```mlir
    %y = tgc.broadcast_in_dim %x to [2, 4] {dims = [1]} : (tensor<4xf32>) -> tensor<2x4xf32>
    ```
  }];
  let assemblyFormat = [{
    $x `to` custom<DynamicIndexList>($sizes, $static_sizes)
    ` ` `{` `dims` `=` $dims `}` attr-dict `:` `(` type($x) `)` `->` type($y)
  }];
  let hasFolder = 1;
}

def Tgc_ReshapeOp : Tgc_MovementOp<"reshape"> {
  let arguments = (ins Tgc_Any:$x, DenseI64ArrayAttr:$static_sizes,
                       Variadic<Index>:$sizes);
  let hasKernel = 0;
  let aliasesOperand = 1;
  let summary = "the same elements in row-major order under other sizes";
  let description = [{
    Constraint: reshape_c1 both shapes have the same number of elements.

    ```mlir
    %y = tgc.reshape %x to [8] : (tensor<2x4xf32>) -> tensor<8xf32>
    ```
  }];
  let assemblyFormat = [{
    $x `to` custom<DynamicIndexList>($sizes, $static_sizes) attr-dict `:`
    `(` type($x) `)` `->` type($y)
  }];
  let hasFolder = 1;
}

def Tgc_TransposeOp : Tgc_MovementOp<"transpose"> {
  let arguments = (ins Tgc_Any:$x, DenseI64ArrayAttr:$perm);
  let summary = "dimensions in another order";
  let description = [{
    Dimension i of the result is dimension perm[i] of x.

    Constraint: transpose_c1 perm is a permutation of [0, rank).

    ```mlir
    %y = tgc.transpose %x {perm = [1, 0]} : (tensor<2x4xf32>) -> tensor<4x2xf32>
    ```
  }];
  let assemblyFormat = [{
    $x ` ` `{` `perm` `=` $perm `}` attr-dict `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
}

def Tgc_ReverseOp : Tgc_MovementOp<"reverse"> {
  let arguments = (ins Tgc_Any:$x, DenseI64ArrayAttr:$dims);
  let summary = "elements in opposite order along `dims`";
  let description = [{
    Constraint: reverse_c1 dims are unique and in [0, rank).

    ```mlir
    %y = tgc.reverse %x {dims = [0]} : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let assemblyFormat = [{
    $x ` ` `{` `dims` `=` $dims `}` attr-dict `:` functional-type(operands, results)
  }];
}

def Tgc_SliceOp : Tgc_MovementOp<"slice", [AttrSizedOperandSegments]> {
  let arguments = (ins Tgc_Any:$x,
    DenseI64ArrayAttr:$static_offsets, DenseI64ArrayAttr:$static_sizes,
    DenseI64ArrayAttr:$static_strides, Variadic<Index>:$offsets,
    Variadic<Index>:$sizes, Variadic<Index>:$strides);
  let summary = "a strided block of x";
  let description = [{
    result[i] = x[offset + i * stride] in every dimension.

    Constraints: slice_c1 one offset, size and stride per dimension; slice_c2
    strides are positive; slice_c3 a block that is not empty lies inside x:
    offset >= 0, offset + (size - 1) * stride < size of x.

    ```mlir
    %y = tgc.slice %x [1] [2] [2] : (tensor<4xf32>) -> tensor<2xf32>
    ```
  }];
  let assemblyFormat = [{
    $x custom<DynamicIndexList>($offsets, $static_offsets)
    custom<DynamicIndexList>($sizes, $static_sizes)
    custom<DynamicIndexList>($strides, $static_strides) attr-dict `:`
    `(` type($x) `)` `->` type($y)
  }];
}

def Tgc_UpdateSliceOp
    : Tgc_MovementOp<"update_slice", [AttrSizedOperandSegments]> {
  let arguments = (ins Tgc_Any:$x, Tgc_Any:$update,
    DenseI64ArrayAttr:$static_offsets, DenseI64ArrayAttr:$static_strides,
    Variadic<Index>:$offsets, Variadic<Index>:$strides);
  let summary = "x with a strided block replaced by `update`";
  let description = [{
    Constraints: update_slice_c1 one offset and stride per dimension and equal
    ranks; update_slice_c2 strides are positive; update_slice_c3 a block that
    is not empty lies inside x; update_slice_c4 equal dtypes.

    ```mlir
    %y = tgc.update_slice %x, %u [1] [2] : (tensor<4xf32>, tensor<2xf32>) -> tensor<4xf32>
    ```
  }];
  let assemblyFormat = [{
    $x `,` $update custom<DynamicIndexList>($offsets, $static_offsets)
    custom<DynamicIndexList>($strides, $static_strides) attr-dict `:`
    `(` type($x) `,` type($update) `)` `->` type($y)
  }];
}

def Tgc_PadOp : Tgc_MovementOp<"pad", [AttrSizedOperandSegments]> {
  let arguments = (ins Tgc_Any:$x, Tgc_Any:$value,
    DenseI64ArrayAttr:$static_lo, DenseI64ArrayAttr:$static_hi,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$interior,
    Variadic<Index>:$lo, Variadic<Index>:$hi);
  let summary = "x with `value` around and between its elements";
  let description = [{
    Size of a dimension: lo + d + max(d - 1, 0) * interior + hi. Negative lo and
    hi cut off. lo, hi and interior apply at once. An empty `interior` stands
    for zeros.

    Constraints: pad_c1 one lo, hi and interior per dimension; pad_c2 interior
    is not negative; pad_c3 result sizes are not negative; pad_c4 value is a
    scalar of x's dtype.

    ```mlir
    %y = tgc.pad %x, %v low [1] high [2] {interior = [0]} : (tensor<4xf32>, tensor<f32>) -> tensor<7xf32>
    ```
  }];
  let assemblyFormat = [{
    $x `,` $value `low` custom<DynamicIndexList>($lo, $static_lo)
    `high` custom<DynamicIndexList>($hi, $static_hi)
    ` ` `{` `interior` `=` $interior `}` attr-dict `:`
    `(` type($x) `,` type($value) `)` `->` type($y)
  }];
}

def Tgc_ConcatenateOp : Tgc_MovementOp<"concatenate"> {
  let arguments = (ins Variadic<Tgc_Any>:$xs, I64Attr:$dim);
  let summary = "operands one after the other along `dim`";
  let description = [{
    Constraints: concatenate_c1 at least one operand; concatenate_c2 dim is in
    [0, rank); concatenate_c3 equal dtypes, ranks and sizes but along dim.

    ```mlir
    %y = tgc.concatenate %a, %b {dim = 0} : (tensor<2xf32>, tensor<3xf32>) -> tensor<5xf32>
    ```
  }];
  let assemblyFormat = [{
    $xs ` ` `{` `dim` `=` $dim `}` attr-dict `:` functional-type(operands, results)
  }];
}

def : Tgc_Planned<[
  Tgc_BroadcastInDimOp,
  Tgc_ConcatenateOp,
  Tgc_ConstantOp,
  Tgc_IotaOp,
  Tgc_PadOp,
  Tgc_ReshapeOp,
  Tgc_ReverseOp,
  Tgc_SliceOp,
  Tgc_TransposeOp,
  Tgc_UpdateSliceOp]>;

#endif // TGC_IR_OPS_DATAMOVEMENT_TD
