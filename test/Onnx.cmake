# The importer: unit tests without a compiler.
tgc_unit_tests(onnx tgc_onnx)
target_compile_definitions(DigitsTest PRIVATE
  TGC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
