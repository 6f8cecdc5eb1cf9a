// error: TGC-E0402: -:4: 'affine_map' cannot stand in a tgc program; expected no affine maps or sets
// error:   fix: remove it

#map = affine_map<(d0) -> (d0 + d0)>
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
