// RUN: tgc-opt %s -split-input-file -verify-diagnostics

func.func @dtype(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+1 {{operand 0 ('x') has dtype i32; expected f32 or f64}}
  %y = tgc.tanh %x : tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @shapes(%a: tensor<4xf32>, %b: tensor<5xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{operand 1 ('rhs') has}}
  %y = tgc.add %a, %b : (tensor<4xf32>, tensor<5xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @result(%a: tensor<4xf32>) -> tensor<5xf32> {
  // expected-error @+1 {{result 0 has type 'tensor<5xf32>'; expected 'tensor<4xf32>'}}
  %y = tgc.tanh %a : (tensor<4xf32>) -> tensor<5xf32>
  return %y : tensor<5xf32>
}

// -----

func.func @noDType(%a: tensor<4xi7>) -> tensor<4xi7> {
  // expected-error @+1 {{operand 0 has elements of type i7; expected a tgc dtype such as f32}}
  %y = tgc.abs %a : tensor<4xi7>
  return %y : tensor<4xi7>
}

// -----

// A declared size must be the known one; `?` may stand for it.
func.func @lessPrecise(%a: tensor<4xf32>) -> tensor<?xf32> {
  %y = tgc.tanh %a : (tensor<4xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}
