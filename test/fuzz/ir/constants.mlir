func.func @main() -> (tensor<2x2xf32>, tensor<3xi1>, tensor<2xi64>, tensor<4xf16>, tensor<2xf32>) {
  %a = tgc.constant dense<[[1.0, -2.5e-3], [0x7F800000, 0xFFC00000]]> : tensor<2x2xf32>
  %b = tgc.constant dense<[true, false, true]> : tensor<3xi1>
  %c = tgc.constant dense<"0x0100000000000000FFFFFFFFFFFFFFFF"> : tensor<2xi64>
  %d = tgc.constant dense<0.5> : tensor<4xf16>
  %e = tgc.constant dense_resource<weights> : tensor<2xf32>
  return %a, %b, %c, %d, %e : tensor<2x2xf32>, tensor<3xi1>, tensor<2xi64>, tensor<4xf16>, tensor<2xf32>
}
{-# dialect_resources: { builtin: { weights: "0x040000000000803F00000040" } } #-}
