// error: TGC-E0402: function 'main': argument 0 has size n + 1, but no argument has a dimension of size n [-:4]
// error:   fix: name one dimension 'n'

func.func @main(%x: tensor<?xf32> {tgc.dims = ["n + 1"]}) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
