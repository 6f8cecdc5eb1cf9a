// RUN: tgc-opt %s -split-input-file -tgc-inline-calls -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @main
// CHECK-NOT: call
// CHECK: tgc.tanh
// CHECK: tgc.tanh
// CHECK: return
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = func.call @f(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %b = func.call @f(%a) : (tensor<4xf32>) -> tensor<4xf32>
  return %b : tensor<4xf32>
}
func.func private @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = tgc.tanh %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-error @below {{calls form a cycle: the program would not end}}
module {
  func.func @g(%x: tensor<4xf32>) -> tensor<4xf32> {
    %y = func.call @g(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}
