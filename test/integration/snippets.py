#!/usr/bin/env python3
"""Runs the fenced blocks of a document, so that what it says stays true.

  snippets.py [--build DIR] [--prefix DIR] FILE.md...

sh    runs in bash in a folder that shows the tree's entries, so that it may
      write files; the built tools are on PATH
cpp   is compiled against the install tree at --prefix and run; without `main`
      the block is a body with <tgc/tgc.h> and <iostream>
mlir  is parsed and verified by tgc-opt
A block ```output right after one holds its stdout; `...` there stands for any
text. A block marked `text`, as in ```sh text, is not run, nor is any other
language. A file of the tree that the text names in backquotes must exist.
Exits with 1 if a block fails or a file is missing.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT_S = 300


@dataclass
class Block:
    line: int
    language: str
    text: str
    output: str | None = None


def read_blocks(path):
    """The blocks to run, each with the output block that follows it."""
    blocks, last, fence = [], None, None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if fence is None:
            match = re.match(r"\s*```(\S.*)$", line)
            if match:
                words = match[1].split()
                fence = (number, words, [])
            elif line.strip():
                last = None
        elif line.strip() == "```":
            start, words, lines = fence
            fence = None
            text = "\n".join(lines) + "\n"
            if words[0] == "output" and last:
                last.output = text
            elif words[0] in RUNNERS and "text" not in words[1:]:
                last = Block(start, words[0], text)
                blocks.append(last)
        else:
            fence[2].append(line)
    if fence:
        sys.exit(f"{path}:{fence[0]}: block is not closed")
    return blocks


def missing_files(path, args):
    """(line, name) of files that do not exist: `folder/File.h` of the tree or
    of what is generated, and relative links."""
    folders = "|".join(e.name for e in ROOT.iterdir() if e.is_dir())
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for name in re.findall(rf"`((?:{folders})/[\w./+-]*\.\w+)`", line):
            generated = args.build / "gen" / "tgc" / name
            if not (ROOT / name).exists() and not generated.exists():
                yield number, name
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", line):
            if not (path.parent / link).exists():
                yield number, link


def run(command, folder, args, **more):
    environment = {k: v for k, v in os.environ.items()
                   if not k.startswith("TGC_")}
    environment["PATH"] = f"{args.build}/bin:{environment['PATH']}"
    return subprocess.run(command, cwd=folder, env=environment, text=True,
                          capture_output=True, timeout=TIMEOUT_S, **more)


def run_sh(block, folder, args):
    return run(["bash", "-euo", "pipefail", "-c", block.text], folder, args)


def run_cpp(block, folder, args):
    text = block.text
    if not re.search(r"\bmain\s*\(", text):
        lines = text.splitlines()
        heads = [l for l in lines if l.startswith("#include")]
        body = [l for l in lines if not l.startswith("#include")]
        text = "\n".join(["#include <tgc/tgc.h>", "#include <iostream>"] + heads
                         + ["int main() {"] + body + ["}"])
    source = folder / "snippet.cpp"
    source.write_text(text)
    lib = args.prefix / "lib"
    built = run(["g++", "-std=c++20", "-Wall", f"-I{args.prefix}/include",
                 str(source), "-o", "snippet", f"-L{lib}", "-ltgc",
                 f"-Wl,-rpath,{lib}"], folder, args)
    return built if built.returncode else run(["./snippet"], folder, args)


def run_mlir(block, folder, args):
    return run([str(args.build / "bin/tgc-opt"), "-o", os.devnull], folder, args,
               input=block.text)


RUNNERS = {"sh": run_sh, "cpp": run_cpp, "mlir": run_mlir}


def matches(expected, got):
    """Equal but for trailing blanks; `...` is any text."""
    def tidy(text):
        return "\n".join(l.rstrip() for l in text.rstrip().splitlines())
    parts = [re.escape(p) for p in tidy(expected).split("...")]
    return re.fullmatch(".*".join(parts), tidy(got), re.DOTALL)


def check(path, block, args):
    """None, or what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for entry in ROOT.iterdir():
            if entry.name != "build":
                (folder / entry.name).symlink_to(entry)
        (folder / "build").symlink_to(args.build)
        try:
            result = RUNNERS[block.language](block, folder, args)
        except subprocess.TimeoutExpired:
            return f"took more than {TIMEOUT_S} s"
    if result.returncode:
        return (f"exit code {result.returncode}\n{result.stdout[-2000:]}"
                f"{result.stderr[-4000:]}")
    if block.output is not None and not matches(block.output, result.stdout):
        return (f"expected output:\n{block.output}\n"
                f"got:\n{result.stdout[-4000:]}")
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--prefix", type=pathlib.Path)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    args.build = args.build.resolve()
    args.prefix = (args.prefix or args.build / "prefix").resolve()
    failures = 0
    for path in args.files:
        blocks = read_blocks(path)
        for block in blocks:
            problem = check(path, block, args)
            if problem:
                failures += 1
                print(f"{path}:{block.line}: {block.language} block: {problem}")
        for number, name in missing_files(path, args):
            failures += 1
            print(f"{path}:{number}: there is no file {name}")
        print(f"{path}: {len(blocks)} blocks run")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
