// error: TGC-E0402: -:5:8: 'tgc.abs' op operand 0 ('x') has dtype c64, which this release does not store; expected i32, i64, f32 or f64
// error:   fix: make the tensor with dtype f32

func.func @main(%x: tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>> {
  %y = tgc.abs %x : tensor<4xcomplex<f32>>
  return %y : tensor<4xcomplex<f32>>
}
