// error: TGC-E0201: -:4:1: attribute 'tgc.dims' has 'n +'; expected a size expression
// error:   fix: correct the text there

func.func @main(%x: tensor<?xf32> {tgc.dims = ["n +"]}) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
