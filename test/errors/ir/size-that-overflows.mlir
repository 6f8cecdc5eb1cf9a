// error: TGC-E0402: arith.muli: the size overflows 64 bits, divides by 0 or is too long an expression [-:6]
// error:   fix: compute it from smaller numbers

func.func @main(%x: tensor<1xf32>) -> tensor<?xf32> {
  %c = arith.constant 4611686018427387904 : index
  %n = arith.muli %c, %c : index
  %y = tgc.broadcast_in_dim %x to [%n] {dims = [0]} : (tensor<1xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}
