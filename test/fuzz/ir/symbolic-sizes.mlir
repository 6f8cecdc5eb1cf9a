func.func @main(%x: tensor<?x4xf32> {tgc.dims = ["2*n + 1", ""], tgc.name = "x"},
                %y: tensor<?xf32> {tgc.dims = ["n"]}) -> (tensor<?xf32> {tgc.name = "sums"}) {
  %0 = arith.constant 0 : index
  %rows = tensor.dim %x, %0 : tensor<?x4xf32>
  %places = tgc.iota [%rows] {dim = 0} : tensor<?xf32>
  %sums = tgc.reduce add %x {dims = [1]} : (tensor<?x4xf32>) -> tensor<?xf32>
  %z = tgc.multiply %places, %sums : tensor<?xf32>
  return %z : tensor<?xf32>
}
