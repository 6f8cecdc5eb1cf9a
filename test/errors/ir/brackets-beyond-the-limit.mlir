// error: TGC-E0801: -:5: brackets nest deeper than the limit of 64 (Limits::nesting)
// error:   fix: write it with fewer levels, or raise the limit

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = tgc.abs %x {a = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]} : tensor<4xf32>
  return %y : tensor<4xf32>
}
