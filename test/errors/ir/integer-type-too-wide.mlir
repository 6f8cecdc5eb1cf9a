// error: TGC-E0402: -:4: 'i16777215' is an integer type of 16777215 bits; expected at most 64
// error:   fix: use a dtype of tgc

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> attributes {a = 1 : i16777215} {
  return %x : tensor<4xf32>
}
