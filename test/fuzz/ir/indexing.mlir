!table = tensor<4x8xf32>
func.func @main(%x: !table, %i: tensor<3xi64>, %b: tensor<8x2xf32>) -> tensor<3xi64> {
  %g = tgc.gather %x, %i [1, 8] {offset_dims = [1], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 1, operand_batching_dims = [], indices_batching_dims = []} : (!table, tensor<3xi64>) -> tensor<3x8xf32>
  %d = tgc.dot_general %g, %b {contract = [1] x [0], batch = [] x []} : (tensor<3x8xf32>, tensor<8x2xf32>) -> tensor<3x2xf32>
  %k = tgc.arg_reduce max %d {dim = 1} : (tensor<3x2xf32>) -> tensor<3xi64>
  return %k : tensor<3xi64>
}
