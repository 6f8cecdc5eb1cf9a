// Inputs and expected results in the form of ONNX's own tests.
#ifndef TGC_TOOLS_TGC_TESTDATA_H
#define TGC_TOOLS_TGC_TESTDATA_H

#include "tgc/tools/tgc/Model.h"

#include "nlohmann/json_fwd.hpp"

#include <functional>
#include <span>

namespace tgc::tool {

/// Runs `run` on every set of --test-data, prints a line for each (with --json
/// it is an entry of `sets`) and says whether all results are the expected
/// ones, by the tolerance of ONNX's runner: 1e-7 + 1e-3 of the value expected.
/// Throws tgc::Error for files that are missing or hold no tensor, and for
/// inputs that are not the declared ones, naming the file.
ExitCode runTestData(
    Session &session, const Signature &signature,
    const std::function<std::vector<Tensor>(std::span<const Tensor>)> &run,
    nlohmann::ordered_json &sets);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_TESTDATA_H
