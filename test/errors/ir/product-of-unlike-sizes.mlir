// error: TGC-E0402: -:5:8: 'tgc.dot_general' op operand 1 ('rhs') has size 5 in contracted dimension 0; expected 4, the size of dimension 1 of operand 0 ('lhs')
// error:   fix: contract dimensions of equal size

func.func @main(%x: tensor<2x4xf32>, %w: tensor<5x3xf32>) -> tensor<2x3xf32> {
  %y = tgc.dot_general %x, %w {contract = [1] x [0], batch = [] x []} : (tensor<2x4xf32>, tensor<5x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
