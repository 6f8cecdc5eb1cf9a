// error: TGC-E0402: argument 0 of function 'main' has dtype i16, which this release does not store; expected i1 i32 i64 u8 f16 f32 f64 [-:4]
// error:   fix: convert the program to one of these

func.func @main(%x: tensor<4xi16>) -> tensor<4xi16> {
  return %x : tensor<4xi16>
}
