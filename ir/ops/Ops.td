// Every op record: read by tgc-tblgen only. mlir-tblgen reads family by family;
// CMake takes the list of families from these lines.
include "Contraction.td"
include "DataMovement.td"
include "Elementwise.td"
include "Indexing.td"
include "Reduction.td"
