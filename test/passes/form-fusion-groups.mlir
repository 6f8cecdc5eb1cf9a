// RUN: tgc-opt %s -tgc-form-fusion-groups | FileCheck %s
// RUN: tgc-opt %s --pass-pipeline='builtin.module(tgc-form-fusion-groups{fuse=false})' | FileCheck %s --check-prefix=APART

// A product takes its bias and activation; the broadcast is read, not stored.
// CHECK-LABEL: @epilogue(
// CHECK-NEXT: call @epilogue_g0(%arg0, %arg1, %arg2)
// CHECK-NEXT: return
// CHECK: func.func private @epilogue_g0
// CHECK-SAME: tgc.group = "contract"
// CHECK: tgc.dot_general
// CHECK: tgc.broadcast_in_dim
// CHECK: tgc.add
// CHECK: tgc.tanh
// APART-LABEL: @epilogue(
// APART-COUNT-4: call @epilogue_g
func.func @epilogue(%x: tensor<2x3xf32>, %w: tensor<3x4xf32>, %b: tensor<4xf32>) -> tensor<2x4xf32> {
  %p = tgc.dot_general %x, %w {contract = [1] x [0], batch = [] x []} : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %bb = tgc.broadcast_in_dim %b to [2, 4] {dims = [1]} : (tensor<4xf32>) -> tensor<2x4xf32>
  %s = tgc.add %p, %bb : tensor<2x4xf32>
  %y = tgc.tanh %s : tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// A value that two groups read ends its group.
// CHECK-LABEL: @shared(
// CHECK-COUNT-3: call @shared_g
// CHECK-NEXT: return
func.func @shared(%x: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %e = tgc.exp %x : tensor<4x8xf32>
  %s = tgc.reduce add %e {dims = [1]} : (tensor<4x8xf32>) -> tensor<4xf32>
  %y = tgc.negate %e : tensor<4x8xf32>
  return %s, %y : tensor<4xf32>, tensor<4x8xf32>
}

// A named size reaches the group as an expression over the entry's names.
// CHECK-LABEL: @named(
// CHECK: func.func private @named_g0(%arg0: tensor<?x4xf32> {tgc.dims = ["batch", ""]})
func.func @named(%x: tensor<?x4xf32> {tgc.dims = ["batch", ""]}) -> tensor<?x4xf32> {
  %a = tgc.exp %x : tensor<?x4xf32>
  %b = tgc.negate %a : tensor<?x4xf32>
  return %b : tensor<?x4xf32>
}

// A splat that both the product and its epilogue read is an operand of the
// group: products read memory.
// CHECK-LABEL: @splat(
// CHECK: call @splat_g{{[0-9]+}}(%{{.*}}, %arg0)
// CHECK: func.func private @splat_g
// CHECK-SAME: tgc.group = "contract"
// CHECK-NOT: tgc.constant
// CHECK: tgc.dot_general
func.func @splat(%w: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %h = tgc.constant dense<0.5> : tensor<3x3xf32>
  %p = tgc.dot_general %h, %w {contract = [1] x [0], batch = [] x []} : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
  %y = tgc.add %p, %h : tensor<3x3xf32>
  return %y : tensor<3x3xf32>
}

// A group whose arguments have a size n + 1 alone is told n.
// CHECK-LABEL: @hidden(
// CHECK: %[[N:.*]] = tensor.dim %arg0
// CHECK: call @hidden_g1(%{{.*}}, %[[N]])
// CHECK: func.func private @hidden_g1
// CHECK-SAME: tgc.dims = ["n + 1"]
// CHECK-SAME: index {tgc.value = "n"}
func.func @hidden(%x: tensor<?xf32> {tgc.dims = ["n"]}, %v: tensor<f32>) -> tensor<?xf32> {
  %p = tgc.pad %x, %v low[1] high[0] {interior = [0]} : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  %y = tgc.reverse %p {dims = [0]} : (tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// An index out of range is an error, read or not.
// CHECK-LABEL: @unread(
// CHECK-NEXT: call @unread_g{{[01]}}(%arg0, %arg1)
// CHECK-NEXT: return %arg0
func.func @unread(%x: tensor<4xf32>, %i: tensor<2xi64>) -> tensor<4xf32> {
  %e = tgc.exp %x : tensor<4xf32>
  %y = tgc.gather %x, %i [1] {offset_dims = [], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 1, operand_batching_dims = [], indices_batching_dims = []} : (tensor<4xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %x : tensor<4xf32>
}

// Equal layers are one function; unlike constants make another.
// CHECK-LABEL: @layers(
// CHECK-NEXT: %[[A:.*]] = call @layers_g0(%arg0, %arg1, %arg2)
// CHECK-NEXT: %[[B:.*]] = call @layers_g0(%[[A]], %arg2, %arg1)
// CHECK-NEXT: %[[C:.*]] = call @layers_g1(%[[B]], %arg1)
// CHECK-NEXT: return %[[C]]
// CHECK-NEXT: }
// CHECK-NEXT: func.func private @layers_g1
// CHECK: func.func private @layers_g0
// CHECK-NOT: private @layers
func.func @layers(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>, %v: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %h = tgc.constant dense<0.5> : tensor<4x4xf32>
  %q = tgc.constant dense<0.25> : tensor<4x4xf32>
  %p0 = tgc.dot_general %x, %w {contract = [1] x [0], batch = [] x []} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %m0 = tgc.multiply %p0, %v : tensor<4x4xf32>
  %y0 = tgc.maximum %m0, %h : tensor<4x4xf32>
  %p1 = tgc.dot_general %y0, %v {contract = [1] x [0], batch = [] x []} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %m1 = tgc.multiply %p1, %w : tensor<4x4xf32>
  %y1 = tgc.maximum %m1, %h : tensor<4x4xf32>
  %p2 = tgc.dot_general %y1, %w {contract = [1] x [0], batch = [] x []} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %y2 = tgc.maximum %p2, %q : tensor<4x4xf32>
  return %y2 : tensor<4x4xf32>
}

// A group that may fail keeps its own place: an error names it.
// CHECK-LABEL: @failing(
// CHECK-NEXT: call @failing_g0(%arg0, %arg1)
// CHECK-NEXT: call @failing_g1(%arg0, %arg2)
// CHECK-NEXT: return
func.func @failing(%x: tensor<4xf32>, %i: tensor<2xi64>, %j: tensor<2xi64>) -> (tensor<2xf32>, tensor<2xf32>) {
  %y = tgc.gather %x, %i [1] {offset_dims = [], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 1, operand_batching_dims = [], indices_batching_dims = []} : (tensor<4xf32>, tensor<2xi64>) -> tensor<2xf32>
  %z = tgc.gather %x, %j [1] {offset_dims = [], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 1, operand_batching_dims = [], indices_batching_dims = []} : (tensor<4xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %y, %z : tensor<2xf32>, tensor<2xf32>
}

// A value that is read twice, as relu reads it, is no result of the group; one
// that is read elsewhere too is.
// CHECK-LABEL: @relu(
// CHECK-NEXT: call @relu_g0(%arg0, %arg1)
// CHECK-NEXT: return
// CHECK: func.func private @relu_g0
// CHECK-SAME: tgc.group = "contract"
// CHECK: tgc.dot_general
// CHECK: tgc.compare
// CHECK: tgc.select
func.func @relu(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %zero = tgc.constant dense<0.0> : tensor<8x4xf32>
  %p = tgc.dot_general %x, %w {contract = [1] x [0], batch = [] x []} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %c = tgc.compare GT %p, %zero : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xi1>
  %y = tgc.select %c, %p, %zero : (tensor<8x4xi1>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  return %y : tensor<8x4xf32>
}

// CHECK-LABEL: @both(
// CHECK-COUNT-2: call @both_g
// CHECK-NEXT: return
func.func @both(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>) {
  %p = tgc.dot_general %x, %w {contract = [1] x [0], batch = [] x []} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %y = tgc.tanh %p : tensor<8x4xf32>
  return %p, %y : tensor<8x4xf32>, tensor<8x4xf32>
}
