// error: TGC-E0402: op 'arith.addf' cannot stand in a tgc program; expected func, tgc, tensor.dim, tensor.cast or arith on index [-:5]
// error:   fix: write it with tgc ops

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
