// error: TGC-E0201: -:5:34: expected operation name in quotes
// error:   fix: correct the text there

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = tgc.abs %x : tensor<4xf32>
