// RUN: tgc-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: @identities
// CHECK-NEXT: return %arg0
func.func @identities(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %a = tgc.transpose %x {perm = [0, 1]} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %b = tgc.reshape %a to [2, 4] : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %c = tgc.broadcast_in_dim %b to [2, 4] {dims = [0, 1]} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %d = tgc.convert %c : tensor<2x4xf32>
  return %d : tensor<2x4xf32>
}

// Equal types with an open size may still differ in that size.
// CHECK-LABEL: @open
// CHECK: tgc.reshape
func.func @open(%x: tensor<?x4xf32>, %n: index) -> tensor<?x4xf32> {
  %y = tgc.reshape %x to [%n, 4] : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
