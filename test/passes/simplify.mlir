// RUN: tgc-opt %s --pass-pipeline='builtin.module(func.func(tgc-simplify))' | FileCheck %s

// CHECK-LABEL: @neutral
// CHECK-NOT: tgc.multiply
// CHECK-NOT: tgc.subtract
// CHECK: return %arg0
func.func @neutral(%x: tensor<4xf32>) -> tensor<4xf32> {
  %one = tgc.constant dense<1.0> : tensor<4xf32>
  %zero = tgc.constant dense<0.0> : tensor<4xf32>
  %negativeZero = tgc.constant dense<-0.0> : tensor<4xf32>
  %a = tgc.multiply %x, %one : tensor<4xf32>
  %b = tgc.subtract %a, %zero : tensor<4xf32>
  %c = tgc.add %b, %negativeZero : tensor<4xf32>
  %d = tgc.divide %c, %one : tensor<4xf32>
  return %d : tensor<4xf32>
}

// x + (+0) turns -0 into +0, x * 0 loses NaN, 1 - x is no x: they stay.
// CHECK-LABEL: @kept
// CHECK: tgc.add
// CHECK: tgc.multiply
// CHECK: tgc.subtract
func.func @kept(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = tgc.constant dense<0.0> : tensor<4xf32>
  %a = tgc.add %x, %zero : tensor<4xf32>
  %b = tgc.multiply %x, %zero : tensor<4xf32>
  %c = tgc.subtract %zero, %x : tensor<4xf32>
  return %a, %b, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @transposes
// CHECK-NEXT: tgc.transpose %arg0 {perm = [2, 0, 1]}
// CHECK-NEXT: return
func.func @transposes(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %a = tgc.transpose %x {perm = [1, 0, 2]} : (tensor<2x3x4xf32>) -> tensor<3x2x4xf32>
  %b = tgc.transpose %a {perm = [2, 1, 0]} : (tensor<3x2x4xf32>) -> tensor<4x2x3xf32>
  return %b : tensor<4x2x3xf32>
}

// CHECK-LABEL: @reshapes
// CHECK-NEXT: tgc.reshape %arg0 to [4, 2]
// CHECK-NEXT: return
func.func @reshapes(%x: tensor<2x4xf32>) -> tensor<4x2xf32> {
  %a = tgc.reshape %x to [8] : (tensor<2x4xf32>) -> tensor<8xf32>
  %b = tgc.reshape %a to [4, 2] : (tensor<8xf32>) -> tensor<4x2xf32>
  return %b : tensor<4x2xf32>
}

// Constant weights are read along their input features; others, and those
// that lie so already, stay.
// CHECK-LABEL: @weights
// CHECK: %[[W:.*]] = tgc.transpose %{{.*}} {perm = [0, 2, 3, 1]} : (tensor<2x3x2x2xf32>) -> tensor<2x2x2x3xf32>
// CHECK: tgc.convolution %arg0, %[[W]] {{.*}} specs = [0, 1, 2, 3] x [0, 3, 1, 2] -> [0, 1, 2, 3]
// CHECK: tgc.convolution %arg0, %arg1 {{.*}} specs = [0, 1, 2, 3] x [0, 1, 2, 3] -> [0, 1, 2, 3]
// CHECK: tgc.convolution %arg0, %{{.*}} {{.*}} specs = [0, 1, 2, 3] x [0, 1, 2, 3] -> [0, 1, 2, 3]
func.func @weights(%x: tensor<1x3x4x4xf32>, %v: tensor<2x3x2x2xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>, tensor<1x2x4x4xf32>) {
  %w = tgc.constant dense<1.0> : tensor<2x3x2x2xf32>
  %p = tgc.constant dense<1.0> : tensor<2x3x1x1xf32>
  %a = tgc.convolution %x, %w {strides = [1, 1], lo = [0, 0], hi = [0, 0], lhs_dilation = [1, 1], rhs_dilation = [1, 1], specs = [0, 1, 2, 3] x [0, 1, 2, 3] -> [0, 1, 2, 3], groups = 1 x 1} : (tensor<1x3x4x4xf32>, tensor<2x3x2x2xf32>) -> tensor<1x2x3x3xf32>
  %b = tgc.convolution %x, %v {strides = [1, 1], lo = [0, 0], hi = [0, 0], lhs_dilation = [1, 1], rhs_dilation = [1, 1], specs = [0, 1, 2, 3] x [0, 1, 2, 3] -> [0, 1, 2, 3], groups = 1 x 1} : (tensor<1x3x4x4xf32>, tensor<2x3x2x2xf32>) -> tensor<1x2x3x3xf32>
  %c = tgc.convolution %x, %p {strides = [1, 1], lo = [0, 0], hi = [0, 0], lhs_dilation = [1, 1], rhs_dilation = [1, 1], specs = [0, 1, 2, 3] x [0, 1, 2, 3] -> [0, 1, 2, 3], groups = 1 x 1} : (tensor<1x3x4x4xf32>, tensor<2x3x1x1xf32>) -> tensor<1x2x4x4xf32>
  return %a, %b, %c : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>, tensor<1x2x4x4xf32>
}
