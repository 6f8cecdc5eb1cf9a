// Family Indexing: places that the values of a tensor choose.
#ifndef TGC_IR_OPS_INDEXING_TD
#define TGC_IR_OPS_INDEXING_TD

include "../TgcInterfaces.td"

def Tgc_GatherOp : Tgc_Op<"Indexing", "gather", [],
    [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let arguments = (ins Tgc_Any:$x, Tgc_Index:$indices,
    DenseI64ArrayAttr:$offset_dims, DenseI64ArrayAttr:$collapsed_dims,
    DenseI64ArrayAttr:$start_index_map, I64Attr:$index_vector_dim,
    DenseI64ArrayAttr:$static_slice_sizes,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$operand_batching_dims,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$indices_batching_dims,
    DefaultValuedAttr<Tgc_OobModeAttr, "::tgc::ir::OobMode::error">:$oob,
    DefaultValuedAttr<F64Attr, "0.0">:$fill,
    DefaultValuedAttr<BoolAttr, "false">:$unique,
    DefaultValuedAttr<BoolAttr, "false">:$sorted,
    Variadic<Index>:$slice_sizes);
  let results = (outs Tgc_Any:$y);
  let reportsIndex = 1;
  let summary = "slices of x at positions given by a tensor";
  let description = [{
    The numbers mean what they mean in StableHLO's gather. A start index is
    out of range where its slice would leave x; negative is out of range.
    `oob = error` gives OutOfRange, `clamp` moves the slice inside, `fill` puts
    the value `fill`, converted to x's dtype, into the places of that slice.

    Constraints: gather_c1 rank of x = offset_dims + collapsed_dims +
    operand_batching_dims; gather_c2 index_vector_dim is in [0, rank of
    indices], the latter meaning a trailing 1; gather_c3 start_index_map has as
    many entries as the index vector; gather_c4 slice sizes are in [0, size of
    x], 1 where collapsed or batching; gather_c5 all lists of dims are unique,
    in range, and sorted where order has no meaning; gather_c6 batching dims
    pair equal sizes.

    ```mlir
    %y = tgc.gather %x, %i [1, 8] {offset_dims = [1], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 1, operand_batching_dims = [], indices_batching_dims = []} : (tensor<4x8xf32>, tensor<3xi64>) -> tensor<3x8xf32>
    ```
  }];
  let assemblyFormat = [{
    $x `,` $indices custom<DynamicIndexList>($slice_sizes, $static_slice_sizes)
    ` ` `{` `offset_dims` `=` $offset_dims `,`
    `collapsed_dims` `=` $collapsed_dims `,`
    `start_index_map` `=` $start_index_map `,`
    `index_vector_dim` `=` $index_vector_dim `,`
    `operand_batching_dims` `=` $operand_batching_dims `,`
    `indices_batching_dims` `=` $indices_batching_dims
    (`,` `oob` `=` `` $oob^)? (`,` `fill` `=` $fill^)?
    (`,` `unique` `=` $unique^)? (`,` `sorted` `=` $sorted^)? `}` attr-dict `:`
    `(` type($x) `,` type($indices) `)` `->` type($y)
  }];
}

def : Tgc_Planned<[Tgc_GatherOp]>;

#endif // TGC_IR_OPS_INDEXING_TD
