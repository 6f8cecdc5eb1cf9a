#!/usr/bin/env python3
"""docs/AddingAnOp.md adds `tan` in four files: applies its diffs to a copy of
the tree, builds that and runs the op on every route.

  adding_an_op.py --scratch DIR

The copy stays in DIR, so a second run compiles what has changed.
"""

import argparse
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = """\
func.func @main(%x: tensor<?xf64> {tgc.name = "x", tgc.dims = ["n"]}) -> (tensor<?xf64> {tgc.name = "y"}) {
  %y = tgc.tan %x : tensor<?xf64>
  return %y : tensor<?xf64>
}
"""


def run(*command, folder, **more):
    print("+", *command, flush=True)
    return subprocess.run([str(c) for c in command], cwd=folder, check=True,
                          text=True, **more)


def copy_tree(copy):
    """The tree's files, old ones gone; equal ones keep their time."""
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached",
         "--others", "--exclude-standard"], cwd=ROOT, check=True, text=True,
        capture_output=True).stdout.split("\0")
    names = {n for n in names if n and (ROOT / n).is_file()}
    for old in [p for p in copy.rglob("*") if p.is_file()]:
        if str(old.relative_to(copy)) not in names:
            old.unlink()
    return names


def write_changed(path, data, mode):
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    scratch = parser.parse_args().scratch.resolve()
    copy, build = scratch / "tree", scratch / "build"
    copy.mkdir(parents=True, exist_ok=True)

    page = (ROOT / "docs" / "AddingAnOp.md").read_text()
    diffs = re.findall(r"```diff\n(.*?)```\n", page, re.DOTALL)
    files = {re.search(r"^\+\+\+ b/(.*)$", d, re.MULTILINE)[1] for d in diffs}
    assert len(files) == 4, f"the page promises 4 files, its diffs change {files}"

    # Patched in a folder of their own first: a file that did not change keeps
    # its time, and a second run has little to build.
    patched = scratch / "patched"
    for name in files:
        write_changed(patched / name, (ROOT / name).read_bytes(), 0o644)
    for diff in diffs:
        run("patch", "-p1", "--no-backup-if-mismatch", folder=patched, input=diff)
    for name in copy_tree(copy):
        source = patched / name if name in files else ROOT / name
        write_changed(copy / name, source.read_bytes(),
                      (ROOT / name).stat().st_mode)

    run("cmake", "-G", "Ninja", "-S", copy, "-B", build,
        "-DCMAKE_C_COMPILER=clang-22", "-DCMAKE_CXX_COMPILER=clang++-22",
        "-DCMAKE_BUILD_TYPE=Release", "-DTGC_SHARED_LLVM=ON", folder=scratch)
    run("ninja", "-C", build, "PayloadTest", "OpTests", "tgc", "tgc-tblgen",
        folder=scratch)

    # The public function, all routes, thread counts and sizes; MPFR's bound.
    run(build / "bin/OpTests", "--gtest_filter=*/tan_f*", folder=scratch)
    run(build / "bin/PayloadTest", "--gtest_filter=*Within*:*Huge*",
        folder=scratch)
    program = scratch / "tan.mlir"
    program.write_text(PROGRAM)
    values = ["--input", "x=[0.0, 1.0, -2.5, 1e300, inf]"]
    results = [run(build / "bin/tgc", "run", program, *values,
                   f"--route={route}", folder=scratch,
                   capture_output=True).stdout for route in ("interpret", "jit")]
    assert results[0] == results[1], results
    assert "1.55740772" in results[0], results[0]
    run(copy / ".ci/steps/docs", "--fix", build, folder=copy)
    reference = copy / "docs/generated/ops/Elementwise.md"
    assert "## tgc.tan\n" in reference.read_text()


if __name__ == "__main__":
    main()
