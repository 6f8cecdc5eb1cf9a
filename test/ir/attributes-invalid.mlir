// RUN: tgc-opt %s -split-input-file -verify-diagnostics

// expected-error @+1 {{attribute 'tgc.dims' names dimension 0, which has the static size 4}}
func.func @static(%x: tensor<4xf32> {tgc.dims = ["batch"]}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{attribute 'tgc.dims' expects one string per dimension of a ranked tensor}}
func.func @rank(%x: tensor<?x4xf32> {tgc.dims = ["batch"]}) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}

// -----

// expected-error @+1 {{attribute 'tgc.dims' has '2 +'; expected a size expression}}
func.func @text(%x: tensor<?xf32> {tgc.dims = ["2 +"]}) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// -----

// expected-error @+1 {{unknown argument attribute 'tgc.nome'}}
func.func @unknown(%x: tensor<?xf32> {tgc.nome = "x"}) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
