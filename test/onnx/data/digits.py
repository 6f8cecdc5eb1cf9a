"""Writes digits.npz: what ONNX Runtime computes with examples/digits.

    python test/onnx/data/digits.py IMAGES.npz

Run where the package onnxruntime is installed; the tests read only the result.
IMAGES.npz holds the held-out `images` and `labels`, of which the first 20 are
kept; /usr/bin/python3 with scikit-learn writes it:

    import numpy, train  # examples/digits/train.py
    images, labels = train.split()[1]
    numpy.savez("IMAGES.npz", images=images, labels=labels)
"""

import pathlib
import sys

import numpy as np
import onnxruntime

DATA = pathlib.Path(__file__).parent
DIGITS = DATA.parents[2] / "examples" / "digits"


def main():
    session = onnxruntime.InferenceSession(DIGITS / "digits.onnx")

    def run(images):
        return session.run(["probabilities"], {"image": images})[0]

    held_out = np.load(sys.argv[1])
    correct = run(held_out["images"]).argmax(1) == held_out["labels"]
    print(f"onnxruntime {onnxruntime.__version__}: accuracy {correct.mean():.4f}")
    drawings = np.concatenate(
        [np.load(p) for p in sorted((DIGITS / "drawings").glob("*.npy"))])
    images = held_out["images"][:20]
    np.savez(DATA / "digits.npz", drawings=drawings,
             drawing_probabilities=run(drawings), images=images,
             labels=held_out["labels"][:20].astype(np.int64),
             probabilities=run(images))


if __name__ == "__main__":
    main()
