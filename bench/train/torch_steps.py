"""The same training steps in PyTorch, in double precision on as many threads as it likes."""

import sys
import time

try:
    import torch
except ImportError:
    print("PyTorch is not installed (python3-torch), so its speed is left out")
    sys.exit(0)

torch.set_default_dtype(torch.float64)


def read(file):
    with open(file) as lines:
        next(lines)
        return torch.tensor([[float(f) for f in line.split(",")] for line in lines if line.strip()])


def speed(model, loss, x, y, batch, epochs):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    best = 0.0
    for _ in range(3):
        begin = time.perf_counter()
        for _ in range(epochs):
            for first in range(0, len(x), batch):
                optimizer.zero_grad()
                loss(model(x[first:first + batch]), y[first:first + batch]).backward()
                optimizer.step()
        best = max(best, len(x) * epochs / (time.perf_counter() - begin))
    return best


folder = sys.argv[1]
points = read(folder + "/five_points.csv").repeat(820, 1)[:4096]
digits = read(folder + "/digits.csv")
nn = torch.nn
print("| network                  |   PyTorch |\n| ------------------------ | --------: |")
for batch, epochs in ((1, 1), (4096, 20)):
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1), nn.Flatten(0))
    s = speed(model, nn.BCEWithLogitsLoss(), points[:, :2], points[:, 2], batch, epochs)
    print(f"| lab 5, batch {batch:<11} | {s:9.3g} |")
for batch, epochs in ((1, 1), (32, 5), (1797, 20)):
    model = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10))
    s = speed(model, nn.CrossEntropyLoss(), digits[:, :64], digits[:, 64].long(), batch, epochs)
    print(f"| digits, batch {batch:<10} | {s:9.3g} |")
