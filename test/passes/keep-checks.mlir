// RUN: tgc-opt %s -tgc-keep-checks | FileCheck %s

// Sizes that must be equal are written onto the function, for the op may go.
// CHECK: func.func @unread(
// CHECK-SAME: tgc.checks = {{\[\[}}"b", "a", "tgc.add: operand 1 ('rhs') in dimension 0"]]
func.func @unread(%x: tensor<?xf32> {tgc.dims = ["a"]}, %y: tensor<?xf32> {tgc.dims = ["b"]}) -> tensor<?xf32> {
  %z = tgc.add %x, %y : tensor<?xf32>
  return %x : tensor<?xf32>
}

// Checks of an earlier run stay.
// CHECK: func.func @known(
// CHECK-SAME: tgc.checks = {{\[\[}}"a", "4", "tgc.pad"], ["b", "a", "tgc.add: operand 1 ('rhs') in dimension 0"]]
func.func @known(%x: tensor<?xf32> {tgc.dims = ["a"]}, %y: tensor<?xf32> {tgc.dims = ["b"]}) -> tensor<?xf32> attributes {tgc.checks = [["a", "4", "tgc.pad"]]} {
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
