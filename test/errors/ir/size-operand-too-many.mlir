// error: TGC-E0402: -:7:8: 'tgc.iota' op has 1 of 1 sizes among its operands without a dynamic size in its attributes
// error:   fix: leave it away

func.func @main(%x: tensor<?xf32>) -> tensor<4xi64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %y = "tgc.iota"(%n) {dim = 0 : i64, static_sizes = array<i64: 4>} : (index) -> tensor<4xi64>
  return %y : tensor<4xi64>
}
