// error: TGC-E0402: arith.floordivsi: the size overflows 64 bits, divides by 0 or is too long an expression [-:8]
// error:   fix: compute it from smaller numbers

func.func @main(%x: tensor<?xf32> {tgc.dims = ["n"]}) -> tensor<?xi64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %d = arith.subi %n, %n : index
  %q = arith.floordivsi %n, %d : index
  %y = tgc.iota [%q] {dim = 0} : tensor<?xi64>
  return %y : tensor<?xi64>
}
