// error: TGC-E0402: tensor.dim: the dimension is not a constant in [0, 1), the rank of tensor<?xf32> [-:6]
// error:   fix: name a dimension that exists

func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %seven = arith.constant 7 : index
  %n = tensor.dim %x, %seven : tensor<?xf32>
  %y = tgc.iota [%n] {dim = 0} : tensor<?xf32>
  return %y : tensor<?xf32>
}
