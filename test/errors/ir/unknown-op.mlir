// error: TGC-E0201: -:5:8: custom op 'tgc.tnah' is unknown
// error:   fix: correct the text there

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = tgc.tnah %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
