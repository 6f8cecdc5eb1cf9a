// error: TGC-E0402: tgc.dot_general: operand 1 ('rhs') has size n in contracted dimension 0; expected n + 10000000, the size of dimension 1 of operand 0 ('lhs') [-:5]
// error:   fix: contract dimensions of equal size

func.func @main(%x: tensor<2x?xf32> {tgc.dims = ["", "n + 10000000"]}, %y: tensor<?x3xf32> {tgc.dims = ["n", ""]}) -> tensor<2x3xf32> {
  %z = tgc.dot_general %x, %y {contract = [1] x [0], batch = [] x []} : (tensor<2x?xf32>, tensor<?x3xf32>) -> tensor<2x3xf32>
  return %z : tensor<2x3xf32>
}
