// tgc-tblgen: everything that follows from an op record but what mlir-tblgen
// writes. One file per generator.
#include "mlir/TableGen/GenInfo.h"
#include "mlir/TableGen/GenNameParser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/TableGen/Main.h"

using namespace llvm;

static cl::opt<const mlir::GenInfo *, false, mlir::GenNameParser>
    generator("", cl::desc("Generator to run"));

static bool run(raw_ostream &os, const RecordKeeper &records) {
  if (!generator) {
    errs() << "tgc-tblgen: no generator named; see --help\n";
    return true;
  }
  return generator->invoke(records, os);
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv);
  return TableGenMain(argv[0], run);
}
