"""Fits a small convolutional classifier to the UCI 8x8 digits and writes it.

    /usr/bin/python3 examples/digits/train.py

reads the data set that Debian's python3-sklearn ships, trains for a few
seconds with NumPy alone, prints the accuracy on the fifth of the images that
training never sees, and writes digits.onnx and drawings/*.npy beside itself.
The seed is fixed: the same machine writes the same bytes.
"""

import pathlib

import numpy as np
from sklearn.datasets import load_digits

import onnx_writer

HERE = pathlib.Path(__file__).parent
# Chosen on 300 training images, not on the held-out ones.
EPOCHS, BATCH, RATE, DECAY = 150, 64, 1e-2, 1e-1
SHADES = " .:-=+*#%@"  # of a drawing: 0 to 16 in ten steps


def patches(x):
    """3x3 neighbourhoods of x [n,c,h,w], zero beyond the edge: [n,h,w,c*9]."""
    n, c, h, w = x.shape
    x = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(n, h, w, c * 9)


def convolve(x, weight, bias):
    """Returns the result [n,o,h,w] and what the backward pass needs."""
    p = patches(x)
    y = p @ weight.reshape(len(weight), -1).T + bias
    return y.transpose(0, 3, 1, 2), p


def convolve_backward(dy, p, weight):
    dy = dy.transpose(0, 2, 3, 1)
    dweight = np.tensordot(dy, p, ((0, 1, 2), (0, 1, 2))).reshape(weight.shape)
    # The input's gradient is a convolution with the mirrored kernel.
    mirrored = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    dx, _ = convolve(dy.transpose(0, 3, 1, 2), mirrored, 0)
    return dx, dweight, dy.sum((0, 1, 2))


def pool(x):
    """Largest of each 2x2 block, and where it is (ties share the gradient)."""
    n, c, h, w = x.shape
    blocks = x.reshape(n, c, h // 2, 2, w // 2, 2)
    y = blocks.max((3, 5))
    mask = blocks == y[:, :, :, None, :, None]
    return y, mask / mask.sum((3, 5), keepdims=True)


def pool_backward(dy, mask):
    n, c, h, _, w, _ = mask.shape
    return (dy[:, :, :, None, :, None] * mask).reshape(n, c, 2 * h, 2 * w)


def logits(p, images):
    """Class scores, and a function from their gradient to the weights'."""
    y1, p1 = convolve(images / 16, p["conv1.weight"], p["conv1.bias"])
    a1, mask = pool(np.maximum(y1, 0))
    y2, p2 = convolve(a1, p["conv2.weight"], p["conv2.bias"])
    flat = np.maximum(y2, 0).reshape(len(images), -1)

    def backward(dz):
        g = {"dense.weight": flat.T @ dz, "dense.bias": dz.sum(0)}
        d = (dz @ p["dense.weight"].T).reshape(y2.shape) * (y2 > 0)
        d, g["conv2.weight"], g["conv2.bias"] = convolve_backward(d, p2, p["conv2.weight"])
        d = pool_backward(d, mask) * (y1 > 0)
        _, g["conv1.weight"], g["conv1.bias"] = convolve_backward(d, p1, p["conv1.weight"])
        return g

    return flat @ p["dense.weight"] + p["dense.bias"], backward


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def split():
    """(training images, labels), (held-out images, labels): images [n,1,8,8]."""
    data = load_digits()
    order = np.random.RandomState(0).permutation(len(data.target))
    x = data.images[order, None].astype(np.float32)
    y = data.target[order]
    held_out = len(y) // 5
    return (x[held_out:], y[held_out:]), (x[:held_out], y[:held_out])


def shifted(random, x):
    """Every image moved by up to one pixel in each direction."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    dy, dx = random.randint(0, 3, (2, len(x)))
    return np.stack([padded[i, :, a:a + 8, b:b + 8]
                     for i, (a, b) in enumerate(zip(dy, dx))])


def train(x, y):
    random = np.random.RandomState(1)

    def weight(*shape, fan_in):
        return (random.randn(*shape) * np.sqrt(2 / fan_in)).astype(np.float32)

    p = {"conv1.weight": weight(8, 1, 3, 3, fan_in=9), "conv1.bias": np.zeros(8, np.float32),
         "conv2.weight": weight(16, 8, 3, 3, fan_in=72), "conv2.bias": np.zeros(16, np.float32),
         "dense.weight": weight(256, 10, fan_in=256), "dense.bias": np.zeros(10, np.float32)}
    m = {k: np.zeros_like(v) for k, v in p.items()}
    v = {k: np.zeros_like(w) for k, w in p.items()}
    step, steps = 0, EPOCHS * -(-len(y) // BATCH)
    for _ in range(EPOCHS):
        order = random.permutation(len(y))
        moved = shifted(random, x)
        for start in range(0, len(y), BATCH):
            batch = order[start:start + BATCH]
            z, backward = logits(p, moved[batch])
            dz = softmax(z)
            dz[np.arange(len(batch)), y[batch]] -= 1  # of the mean cross-entropy
            step += 1
            rate = RATE * (1 + np.cos(np.pi * step / steps)) / 2
            for k, g in backward(dz / len(batch)).items():  # AdamW
                m[k] = 0.9 * m[k] + 0.1 * g
                v[k] = 0.999 * v[k] + 0.001 * g * g
                update = m[k] / (1 - 0.9**step) / (np.sqrt(v[k] / (1 - 0.999**step)) + 1e-8)
                p[k] = (p[k] - rate * (update + DECAY * p[k])).astype(np.float32)
    return p


def write_model(p, path):
    node = onnx_writer.node
    conv = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [1, 1]}
    nodes = [
        node("Mul", "scale", ["image", "scale.factor"], ["scaled"]),
        node("Conv", "conv1", ["scaled", "conv1.weight", "conv1.bias"], ["y1"], **conv),
        node("Relu", "relu1", ["y1"], ["r1"]),
        node("MaxPool", "pool1", ["r1"], ["a1"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", "conv2", ["a1", "conv2.weight", "conv2.bias"], ["y2"], **conv),
        node("Relu", "relu2", ["y2"], ["r2"]),
        node("Flatten", "flatten", ["r2"], ["flat"], axis=1),
        node("Gemm", "dense", ["flat", "dense.weight", "dense.bias"], ["scores"]),
        node("Softmax", "softmax", ["scores"], ["probabilities"], axis=-1),
    ]
    weights = {"scale.factor": np.array(1 / 16, np.float32), **p}
    path.write_bytes(onnx_writer.model(
        "digits", nodes, weights, {"image": ["batch", 1, 8, 8]},
        {"probabilities": ["batch", 10]}))


def read_drawing(path):
    """The image [1,1,8,8] of a text file of eight lines."""
    lines = [line.ljust(8)[:8] for line in path.read_text().split("\n")[:8]]
    shades = [[SHADES.index(c) for c in line] for line in lines]
    return (np.array(shades, np.float32) * (16 / 9)).reshape(1, 1, 8, 8)


def main():
    (x, y), (x_held, y_held) = split()
    p = train(x, y)
    accuracy = (logits(p, x_held)[0].argmax(1) == y_held).mean()
    write_model(p, HERE / "digits.onnx")
    print(f"{len(y)} training images, {len(y_held)} held out, "
          f"{sum(w.size for w in p.values())} weights")
    print(f"held-out accuracy {accuracy:.4f}")
    for path in sorted((HERE / "drawings").glob("*.txt")):
        image = read_drawing(path)
        np.save(path.with_suffix(".npy"), image)
        probability = softmax(logits(p, image)[0])[0]
        print(f"{path.name}: {probability.argmax()} ({probability.max():.3f})")


if __name__ == "__main__":
    main()
