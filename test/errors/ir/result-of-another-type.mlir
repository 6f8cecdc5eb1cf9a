// error: TGC-E0402: -:4:8: 'tgc.abs' op result 0 has type 'tensor<3xf32>'; expected 'tensor<4xf32>'

func.func @main(%x: tensor<4xf32>) -> tensor<3xf32> {
  %y = tgc.abs %x : (tensor<4xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
