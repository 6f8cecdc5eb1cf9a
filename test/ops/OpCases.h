// The ways to call ops that are more than one function of tensors.
#ifndef TGC_TEST_OPS_OPCASES_H
#define TGC_TEST_OPS_OPCASES_H

#include "tgc/test/ops/OpDb.h"

namespace tgc::test {

OpCases clampCases(DType dtype);
OpCases compareCases(DType dtype);
OpCases convertCases(DType dtype);
OpCases roundCases(DType dtype);
OpCases selectCases(DType dtype);

OpCases argReduceCases(DType dtype);
OpCases reduceCases(DType dtype);
OpCases reduceWindowCases(DType dtype);

OpCases broadcastInDimCases(DType dtype);
OpCases concatenateCases(DType dtype);
OpCases constantCases(DType dtype);
OpCases iotaCases(DType dtype);
OpCases padCases(DType dtype);
OpCases reshapeCases(DType dtype);
OpCases reverseCases(DType dtype);
OpCases sliceCases(DType dtype);
OpCases transposeCases(DType dtype);
OpCases updateSliceCases(DType dtype);

OpCases gatherCases(DType dtype);

OpCases convolutionCases(DType dtype);
OpCases dotGeneralCases(DType dtype);

/// Shapes of an op of one operand, elementwise: every rank from 0 to 4, sizes
/// 0, 1 and primes, and past the kernels' blocks of 4096 elements and 32 KiB.
OpCases unaryCases(const std::function<Tensor(Operands)> &call);

/// The same for two operands, with every way to broadcast.
OpCases binaryCases(const std::function<Tensor(Operands)> &call);

} // namespace tgc::test

#endif // TGC_TEST_OPS_OPCASES_H
