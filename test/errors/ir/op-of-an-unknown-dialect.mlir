// error: TGC-E0201: -:5:18: operation being parsed with an unregistered dialect
// error:   fix: correct the text there

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = "mhlo.abs"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
