// error: TGC-E0402: -:5:8: 'tgc.reduce' op attribute 'dims' has dimension 1; expected one in [0, 1), as operand 0 ('x') has rank 1
// error:   fix: name a dimension that exists

func.func @main(%x: tensor<4xf32>) -> tensor<f32> {
  %y = tgc.reduce add %x {dims = [1]} : (tensor<4xf32>) -> tensor<f32>
  return %y : tensor<f32>
}
