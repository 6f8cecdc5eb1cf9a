// RUN: tgc-opt %s --pass-pipeline='builtin.module(func.func(tgc-fold-constants{max-bytes=64}))' | FileCheck %s

// CHECK-LABEL: @folds
// CHECK-NOT: tgc.add
// CHECK: tgc.constant dense<[4.000000e+00, 6.000000e+00]>
func.func @folds() -> tensor<2xf32> {
  %a = tgc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = tgc.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %y = tgc.add %a, %b : tensor<2xf32>
  return %y : tensor<2xf32>
}

// A scalar must not become a file.
// CHECK-LABEL: @bomb
// CHECK: tgc.broadcast_in_dim
func.func @bomb() -> tensor<1000000xf32> {
  %a = tgc.constant dense<1.0> : tensor<f32>
  %y = tgc.broadcast_in_dim %a to [1000000] {dims = []} : (tensor<f32>) -> tensor<1000000xf32>
  return %y : tensor<1000000xf32>
}

// An index out of range is an error of the run, not of the compilation.
// CHECK-LABEL: @outOfRange
// CHECK: tgc.gather
func.func @outOfRange() -> tensor<1xf32> {
  %x = tgc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %i = tgc.constant dense<7> : tensor<1xi64>
  %y = tgc.gather %x, %i [1] {offset_dims = [], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 1, operand_batching_dims = [], indices_batching_dims = []} : (tensor<2xf32>, tensor<1xi64>) -> tensor<1xf32>
  return %y : tensor<1xf32>
}
