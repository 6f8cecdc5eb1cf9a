module attributes {tgc.phase = "import", tgc.version = "0.1.0"} {
  func.func private @norm(%x: tensor<3xf32>, %e: tensor<f32>) -> tensor<f32> {
    %s = tgc.multiply %x, %x : tensor<3xf32>
    %r = tgc.reduce add %s {dims = [0]} : (tensor<3xf32>) -> tensor<f32>
    %m = "tgc.maximum"(%r, %e) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    return %m : tensor<f32> loc(fused["a.cc":7:3, "b"])
  }
  func.func @main(%x: tensor<3xf32>) -> tensor<f32> {
    %e = tgc.constant dense<1.0e-6> : tensor<f32>
    %0 = call @norm(%x, %e) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    return %0 : tensor<f32>
  } loc(#at)
}
#at = loc(callsite("c" at "d.cc":1:1))
