// error: TGC-E0402: op 'tgc.constant' stands in op 'builtin.module'; expected functions in a module and other ops in a function [-:4]
// error:   fix: move it into a function

%w = tgc.constant dense<1.0> : tensor<4xf32>
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
