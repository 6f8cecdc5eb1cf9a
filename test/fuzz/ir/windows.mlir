func.func @main(%x: tensor<1x2x8xf32>, %w: tensor<4x2x3xf32>, %v: tensor<f32>) -> tensor<1x4x3xf32> {
  %c = tgc.convolution %x, %w {strides = [1], lo = [0], hi = [0], lhs_dilation = [1], rhs_dilation = [1], specs = [0, 1, 2] x [0, 1, 2] -> [0, 1, 2], groups = 1 x 1} : (tensor<1x2x8xf32>, tensor<4x2x3xf32>) -> tensor<1x4x6xf32>
  %p = tgc.reduce_window max %c {window = [1, 1, 2], strides = [1, 1, 2], lo = [0, 0, 0], hi = [0, 0, 0], base_dilation = [1, 1, 1], window_dilation = [1, 1, 1]} : (tensor<1x4x6xf32>) -> tensor<1x4x3xf32>
  return %p : tensor<1x4x3xf32>
}
