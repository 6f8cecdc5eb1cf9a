// error: TGC-E0402: -:5: %z#4000000000 is no result of an op above
// error:   fix: correct the number

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = tgc.abs %z#4000000000 : tensor<4xf32>
  return %y : tensor<4xf32>
}
