// error: TGC-E0402: -:7: a ':' between '{-#' and '#-}' has no value; expected a string, a word or '{'
// error:   fix: complete the text

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
{-# dialect_resources: { builtin: { weights: "0x04
