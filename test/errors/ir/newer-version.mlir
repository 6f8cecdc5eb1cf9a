// error: TGC-E0601: the module is of tgc 9.0.0; this is 0.1.0, which reads its own and the previous minor version

module attributes {tgc.version = "9.0.0"} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}
