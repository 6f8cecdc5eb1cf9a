// error: TGC-E0402: argument 0 of function 'main' has type tensor<*xf32>; expected a tensor such as tensor<2x?xf32> [-:4]
// error:   fix: use tensors of fixed rank, without an encoding

func.func @main(%x: tensor<*xf32>) -> tensor<*xf32> {
  return %x : tensor<*xf32>
}
