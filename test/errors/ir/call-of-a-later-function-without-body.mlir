// error: TGC-E0402: function 'f' has no body [-:11]
// error:   fix: give it one, or remove it

func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %y = func.call @f(%x) : (tensor<?xf32>) -> tensor<?xf32>
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %z = tgc.iota [%n] {dim = 0} : tensor<?xf32>
  return %z : tensor<?xf32>
}
func.func private @f(tensor<?xf32>) -> tensor<?xf32>
