// error: TGC-E0801: -:12: brackets nest deeper than the limit of 64 (Limits::nesting)
// error:   fix: write it with fewer levels, or raise the limit

#a0 = [1]
#a1 = [[[[[[[[#a0]]]]]]]]
#a2 = [[[[[[[[#a1]]]]]]]]
#a3 = [[[[[[[[#a2]]]]]]]]
#a4 = [[[[[[[[#a3]]]]]]]]
#a5 = [[[[[[[[#a4]]]]]]]]
#a6 = [[[[[[[[#a5]]]]]]]]
#a7 = [[[[[[[[#a6]]]]]]]]
#a8 = [[[[[[[[#a7]]]]]]]]
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
