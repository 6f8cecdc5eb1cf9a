# Tests with RUN lines: test/{ir,passes,codegen,tools}/**/*.{mlir,td}. By hand:
#   /usr/lib/llvm-22/bin/lit -v test/ir [--param build=build-debug]
import os
import subprocess

import lit.formats

config.name = "tgc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".td"]
# Data of other tests, and files that several tests read.
config.excludes = ["data", "Inputs"]

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
build = os.path.abspath(
    os.path.join(root, lit_config.params.get("build", "build")))
llvm_bin = lit_config.params.get("llvm_bin") or subprocess.check_output(
    ["llvm-config-22", "--bindir"], text=True).strip()

config.test_source_root = os.path.join(root, "test")
config.test_exec_root = os.path.join(build, "test", "lit")
# The test's tools first: LLVM has an `opt` and a `not` of its own.
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(build, "bin"), llvm_bin, os.environ["PATH"]])
# The cache of a user does not change a test.
for name in [n for n in os.environ if n.startswith("TGC_")]:
    config.environment.pop(name, None)
config.substitutions += [
    ("%examples", os.path.join(root, "examples")),
    ("%records", "-I {0}/ir -I {0}/ir/ops -I {0}/passes -I {1}".format(
        root, os.path.join(llvm_bin, "../include"))),
]
