// error: TGC-E0402: op 'builtin.module' cannot stand in a tgc program; expected func, tgc, tensor.dim, tensor.cast or arith on index [-:5]
// error:   fix: write it with tgc ops

module {
  module {
  }
}
