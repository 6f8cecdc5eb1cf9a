// RUN: tgc-opt %s -split-input-file -verify-diagnostics

func.func @fewer_sizes() -> tensor<?xi64> {
  // expected-error @+1 {{'tgc.iota' op has 0 sizes among its operands; expected 1, one per dynamic size in its attributes}}
  %y = "tgc.iota"() {dim = 0 : i64, static_sizes = array<i64: -9223372036854775808>} : () -> tensor<?xi64>
  return %y : tensor<?xi64>
}

// -----

func.func @more_sizes(%n: index) -> tensor<4xi64> {
  // expected-error @+1 {{'tgc.iota' op has 1 of 1 sizes among its operands without a dynamic size in its attributes}}
  %y = "tgc.iota"(%n) {dim = 0 : i64, static_sizes = array<i64: 4>} : (index) -> tensor<4xi64>
  return %y : tensor<4xi64>
}

// -----

// An attribute that nobody reads adds no size.
func.func @other_attribute(%n: index) -> tensor<4xi64> {
  // expected-error @+1 {{has 1 of 1 sizes among its operands without a dynamic size in its attributes}}
  %y = "tgc.iota"(%n) {dim = 0 : i64, static_sizes = array<i64: 4>, static_more = array<i64: -9223372036854775808>} : (index) -> tensor<4xi64>
  return %y : tensor<4xi64>
}

// -----

// One list has an operand too many, another one too few.
func.func @other_list(%x: tensor<?xf32>, %n: index) -> tensor<2xf32> {
  // expected-error @+1 {{'tgc.slice' op has 1 of 1 sizes among its operands without a dynamic size in its attributes}}
  %y = "tgc.slice"(%x, %n) {static_offsets = array<i64: -9223372036854775808>, static_sizes = array<i64: 2>, static_strides = array<i64: 1>, operandSegmentSizes = array<i32: 1, 0, 0, 1>} : (tensor<?xf32>, index) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
