// error: TGC-E0402: function 'main' has 2 blocks; expected 1 [-:4]
// error:   fix: write it without branches

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
^next:
  return %x : tensor<4xf32>
}
