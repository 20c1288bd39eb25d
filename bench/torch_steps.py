"""The steps in PyTorch on one thread: told `name steps` line by line, answers with the milliseconds of each step. With `fused`: its fused Adam."""

import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
torch.manual_seed(0)
FUSED = "fused" in sys.argv[1:2]


def step_of(model, loss, x, y, optimizer=None):
    optimizer = optimizer or torch.optim.Adam(model.parameters(), eps=1e-7, fused=True if FUSED else None)

    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def perceptron(batch):
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    return step_of(model, nn.CrossEntropyLoss(), torch.rand(batch, 784) * 2 - 1, torch.arange(batch) * 7 % 10)


def convolutional(batch):
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(1600, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
    )  # fmt: skip
    return step_of(model, nn.CrossEntropyLoss(), torch.rand(batch, 1, 28, 28) * 2 - 1, torch.arange(batch) * 7 % 10)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.dense = nn.LSTM(32, 64, batch_first=True), nn.Linear(64, 1)

    def forward(self, x):
        return self.dense(self.lstm(x)[0][:, -1])


def lstm():
    model = Recurrent()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
    return step_of(model, nn.MSELoss(), torch.rand(32, 50, 32) * 2 - 1, torch.rand(32, 1) * 2 - 1, optimizer)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.LayerNorm(128, eps=1e-3), nn.LayerNorm(128, eps=1e-3)
        self.attention = nn.MultiheadAttention(128, 4, batch_first=True)
        self.feed = nn.Sequential(nn.Linear(128, 512), nn.GELU(), nn.Linear(512, 128))

    def forward(self, x):
        seen = self.first(x)
        x = x + self.attention(seen, seen, seen, need_weights=False)[0]
        return x + self.feed(self.second(x))


def transformer():
    return step_of(Block(), nn.MSELoss(), torch.rand(8, 64, 128) * 2 - 1, torch.rand(8, 64, 128) * 2 - 1)


MAKERS = {
    "perceptron 32": lambda: perceptron(32), "perceptron 128": lambda: perceptron(128), "perceptron 512": lambda: perceptron(512),
    "cnn 32": lambda: convolutional(32), "cnn 128": lambda: convolutional(128), "lstm": lstm, "transformer": transformer,
}  # fmt: skip
made = {}
for line in sys.stdin:
    name, count = line.rsplit(" ", 1)
    if FUSED and name == "lstm":
        print(json.dumps({"error": "no Adam in it"}), flush=True)
        continue
    step = made.get(name)
    if step is None:
        step = MAKERS[name]()
        until = time.perf_counter() + 0.4  # as long as the others warm up
        while time.perf_counter() < until:
            step()
    made[name] = step
    times = []
    for _ in range(int(count)):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps(times), flush=True)
