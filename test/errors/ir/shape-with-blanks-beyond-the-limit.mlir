// error: TGC-E0801: -:4: the shape 4611686018427387905x... has more elements than the limit of 1099511627776 (Limits::elements)
// error:   fix: use smaller sizes, or raise the limit

func.func @main(%x: tensor<4611686018427387905 // elements
    x 4xf32>) -> tensor<4611686018427387905 x 4xf32> {
  return %x : tensor<4611686018427387905 x 4xf32>
}
