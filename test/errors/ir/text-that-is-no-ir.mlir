// error: TGC-E0201: -:4:1: custom op 'hello' is unknown (tried 'builtin.hello' as well)
// error:   fix: give IR text (.mlir) or an ONNX model

hello
