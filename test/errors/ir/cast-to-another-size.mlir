// error: TGC-E0402: tensor.cast: operand 0 in dimension 0 has size 5; expected 4 [-:6]
// error:   fix: use other sizes

func.func @main(%x: tensor<5xf32>) -> tensor<4xf32> {
  %y = tensor.cast %x : tensor<5xf32> to tensor<?xf32>
  %z = tensor.cast %y : tensor<?xf32> to tensor<4xf32>
  return %z : tensor<4xf32>
}
