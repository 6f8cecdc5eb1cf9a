// RUN: tgc-opt %s -tgc-keep-checks | FileCheck %s

// Sizes that must be equal are written onto the function, for the op may go.
// CHECK: func.func @unread(
// CHECK-SAME: tgc.checks = {{\[\[}}"b", "==", "a", "tgc.add: operand 1 ('rhs') in dimension 0"]]
func.func @unread(%x: tensor<?xf32> {tgc.dims = ["a"]}, %y: tensor<?xf32> {tgc.dims = ["b"]}) -> tensor<?xf32> {
  %z = tgc.add %x, %y : tensor<?xf32>
  return %x : tensor<?xf32>
}

// Checks of an earlier run stay.
// CHECK: func.func @known(
// CHECK-SAME: tgc.checks = {{\[\[}}"a", "==", "4", "tgc.pad"], ["b", "==", "a", "tgc.add: operand 1 ('rhs') in dimension 0"]]
func.func @known(%x: tensor<?xf32> {tgc.dims = ["a"]}, %y: tensor<?xf32> {tgc.dims = ["b"]}) -> tensor<?xf32> attributes {tgc.checks = [["a", "==", "4", "tgc.pad"]]} {
  %z = tgc.add %x, %y : tensor<?xf32>
  return %z : tensor<?xf32>
}

// Nothing to check.
// CHECK: func.func @equal(
// CHECK-NOT: tgc.checks
func.func @equal(%x: tensor<?xf32> {tgc.dims = ["a"]}, %y: tensor<?xf32> {tgc.dims = ["a"]}) -> tensor<?xf32> {
  %z = tgc.add %x, %y : tensor<?xf32>
  return %z : tensor<?xf32>
}

// Lower bounds; the static size that a cast promises; a divisor, though the
// quotient is known.
// CHECK: func.func @others(
// CHECK-SAME: tgc.checks = {{\[\[}}"n", ">=", "3", "tgc.slice: operand 0 ('x') in dimension 0"], ["n", "==", "4", "tensor.cast: operand 0 in dimension 0"], ["n", ">=", "1", "arith.floordivsi: the absolute divisor"]]
func.func @others(%x: tensor<?xf32> {tgc.dims = ["n"]}) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %y = tgc.slice %x[1] [2] [1] : (tensor<?xf32>) -> tensor<2xf32>
  %z = tensor.cast %x : tensor<?xf32> to tensor<4xf32>
  %q = arith.floordivsi %n, %n : index
  return %x : tensor<?xf32>
}
