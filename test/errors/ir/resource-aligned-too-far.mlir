// error: TGC-E0402: -:10: a resource has alignment 1073741824; expected a power of 2 up to 64
// error:   fix: align it to the size of its elements

func.func @main() -> tensor<4xf32> {
  %y = tgc.constant dense_resource<w> : tensor<4xf32>
  return %y : tensor<4xf32>
}

{-#
  dialect_resources: { builtin: { w: "0x0000004000000000000000000000000000000000" } }
#-}
