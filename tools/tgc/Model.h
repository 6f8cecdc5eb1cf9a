// A model file, its signature, and inputs for it.
#ifndef TGC_TOOLS_TGC_MODEL_H
#define TGC_TOOLS_TGC_MODEL_H

#include "tgc/frontend/api/Compile.h"
#include "tgc/tools/tgc/Session.h"

#include <map>
#include <optional>

namespace tgc::tool {

/// What FILE holds: a program, or compiled code.
struct Model {
  std::optional<Program> program;
  std::optional<Executable> executable; // a .so
  Signature signature;
  double loadSeconds = 0;
};

/// Loads FILE with the sizes that --dim and --shape give and the constants of
/// --const. Throws tgc::Error.
Model loadModel(Session &session);

/// A tensor for each input, in order: from --input, else random. Sizes that
/// loadModel left open come from the values, else 1, each choice noted. Throws
/// tgc::Error for SPECs that do not parse or fit.
std::vector<Tensor> makeInputs(Session &session, const Signature &signature);

/// The options of a compilation that the flags ask for, with progress; Ctrl-C
/// cancels it.
CompileOptions compileOptions(Session &session);

/// The options of a run that the flags ask for; Ctrl-C cancels it.
RunOptions runOptions(const Session &session);

/// "12.3 ms".
std::string millis(double seconds);

/// "2xbatchxf32".
std::string typeText(const TensorSpec &spec);

/// Saves results where --output says. Throws tgc::Error.
void saveOutputs(Session &session, const std::vector<Tensor> &results,
                 const Signature &signature);

/// Writes the texts of phases as DIR/0-import.mlir …; empty if the flag is
/// absent.
std::function<void(std::string_view, std::string_view)>
phaseDumper(Session &session);

} // namespace tgc::tool

#endif // TGC_TOOLS_TGC_MODEL_H
