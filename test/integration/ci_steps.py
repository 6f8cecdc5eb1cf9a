#!/usr/bin/env python3
"""The steps of .ci/steps fail on what they are there to find: each runs in a
small tree with one offence, and in the same tree without it."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

STEPS = pathlib.Path(__file__).resolve().parents[2] / ".ci" / "steps"


class CiSteps(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        shutil.copytree(STEPS, self.root / ".ci" / "steps")
        shutil.copy(STEPS.parents[1] / ".clang-format", self.root)
        subprocess.run(["git", "init", "-q"], cwd=self.root, check=True)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def step(self, name, *arguments):
        result = subprocess.run([self.root / ".ci" / "steps" / name, *arguments],
                                capture_output=True, text=True)
        return result.returncode, result.stdout + result.stderr

    def assert_offence(self, step, path, bad, good, message):
        self.write(path, bad)
        code, text = self.step(step)
        self.assertEqual(code, 1, text)
        self.assertIn(message, text)
        self.write(path, good)
        code, text = self.step(step)
        self.assertEqual(code, 0, text)

    def test_layers_refuses_an_include_upwards(self):
        self.assert_offence(
            "layers", "runtime/io/Npy.cpp", '#include "tgc/ir/Ops.h"\n',
            '#include "tgc/runtime/core/Value.h"\n#include "absl/types/span.h"\n',
            "runtime/io/Npy.cpp:1: includes tgc/ir/Ops.h; expected std or "
            "tgc/runtime/, absl")

    def test_layers_keeps_mlir_out_of_the_runtime(self):
        self.assert_offence(
            "layers", "runtime/infer/A.cpp", "#include <mlir/IR/Value.h>\n",
            "#include <vector>\n", "includes mlir/IR/Value.h")

    def test_layers_keeps_public_headers_free(self):
        self.assert_offence(
            "layers", "frontend/api/Tensor.h",
            '#include "absl/types/span.h"\n',
            '#include "tgc/runtime/core/DType.h"\n', "absl/types/span.h")

    def test_layers_keeps_llvm_code_generation_out_of_passes(self):
        self.assert_offence(
            "layers", "passes/A.cpp", '#include "llvm/IR/Module.h"\n',
            '#include "mlir/Pass/Pass.h"\n', "llvm/IR/Module.h")

    def test_layers_refuses_a_folder_without_a_row(self):
        self.write("helpers/A.cpp", "\n")
        code, text = self.step("layers")
        self.assertEqual(code, 1, text)
        self.assertIn("helpers/A.cpp: its folder has no row", text)

    def test_sizes_refuses_a_long_file(self):
        for i in range(9):
            self.write(f"ir/{i}.cpp", "\n")
        self.assert_offence("sizes", "ir/A.cpp", "\n" * 1001, "\n" * 1000,
                            "ir/A.cpp: 1001 lines; at most 1000")

    def test_sizes_refuses_a_crowded_folder(self):
        for i in range(41):
            self.write(f"ir/{i}.cpp", "\n")
        code, text = self.step("sizes")
        self.assertEqual(code, 1, text)
        self.assertIn("ir/: 41 files; at most 40", text)

    def test_format_refuses_and_repairs(self):
        self.write("ir/A.cpp", "int  f( ) ;\n")
        code, text = self.step("format")
        self.assertNotEqual(code, 0, text)
        self.assertIn("ir/A.cpp:1", text)
        self.assertEqual(self.step("format", "--fix")[0], 0)
        self.assertEqual((self.root / "ir/A.cpp").read_text(), "int f();\n")

    def test_headers_refuses_what_is_not_std(self):
        self.write("frontend/api/A.h", '#include "absl/types/span.h"\n')
        include = self.root / "prefix" / "include"
        shutil.copytree(self.root / "frontend", include / "tgc" / "frontend")
        code, text = self.step("headers", "prefix")
        self.assertEqual(code, 1, text)
        self.assertIn("frontend/api/A.h: includes more than std and tgc", text)

    def test_headers_refuses_what_does_not_compile_alone(self):
        self.write("frontend/api/A.h", "std::vector<int> f();\n")
        include = self.root / "prefix" / "include"
        shutil.copytree(self.root / "frontend", include / "tgc" / "frontend")
        code, text = self.step("headers", "prefix")
        self.assertEqual(code, 1, text)
        self.assertIn("does not compile alone with g++", text)

    def build_library(self, source, *flags):
        self.write("a.cpp", source)
        (self.root / "build" / "lib").mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["g++", "-shared", "-fPIC", *flags, "a.cpp",
             "-o", "build/lib/libtgc_runtime.so"], cwd=self.root, check=True)

    def test_symbols_refuses_a_runtime_that_needs_llvm(self):
        self.build_library("namespace llvm { void f(); }\n"
                           "namespace tgc { void g() { llvm::f(); } }\n")
        code, text = self.step("symbols")
        self.assertEqual(code, 1, text)
        self.assertIn("llvm::f()", text)

    def test_symbols_refuses_names_of_others(self):
        self.build_library("namespace tgc { void g() {} }\nvoid h() {}\n")
        code, text = self.step("symbols")
        self.assertEqual(code, 1, text)
        self.assertIn("h()", text)
        self.build_library("namespace tgc { void g() {} }\n"
                           "extern \"C\" int tgc_f() { return 0; }\n")
        code, text = self.step("symbols")
        self.assertEqual(code, 0, text)

    def test_symbols_says_why_it_skips(self):
        code, text = self.step("symbols")
        self.assertEqual(code, 0, text)
        self.assertIn("SKIPPED", text)


if __name__ == "__main__":
    unittest.main()
