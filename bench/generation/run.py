#!/usr/bin/python3
"""Times gradsmith itself on specs of 10^4, 10^5 and 10^6 statements.

For each shape and size: seconds and peak memory of `gradsmith generate` with the value and the
gradient, what of the seconds is Clang's (a run of clang++ that only parses), how the time grows from
size to size (1 is linear), and how long g++ and clang++ take to compile what was emitted. Where
something runs into the limit, larger sizes are left out.

    bench/generation/run.py <gradsmith> <folder for specs and results> [<largest size>]
"""

import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import time

LIMIT_SECONDS = 120
PARAMETERS = 16


def chain(statements):
    """Every statement needs the one before."""
    yield "  double t = p[0];"
    for k in range(statements):
        yield f"  t = t * p[{k % PARAMETERS}] + p[{(k * 7 + 3) % PARAMETERS}];"
    yield "  return t;"


def wide_sum(statements):
    """A sum of terms that have nothing to do with each other."""
    yield "  double sum = 0;"
    for k in range(statements):
        i, j = k % PARAMETERS, (k // PARAMETERS) % PARAMETERS
        yield f"  sum += (p[{i}] - {k + 0.5}) * p[{j}];"
    yield "  return sum;"


def shared_dag(statements):
    """Every statement needs two earlier ones, near and far."""
    yield "  const double t0 = p[0];"
    yield "  const double t1 = p[1];"
    state = 1
    for k in range(2, statements):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        far = k - 1 - (state >> 33) % min(k - 1, 64)
        yield f"  const double t{k} = t{k - 1} * p[{k % PARAMETERS}] - t{far} * 0.5;"
    yield f"  return t{statements - 1};"


def array(statements):
    """Every statement writes an element of an array and needs two others."""
    yield f"  double t[{statements}];"
    yield "  t[0] = p[0];"
    for k in range(1, statements):
        yield f"  t[{k}] = t[{k - 1}] * p[{k % PARAMETERS}] + t[{k // 2}];"
    yield f"  return t[{statements - 1}];"


SHAPES = {"chain": chain, "wide sum": wide_sum, "shared dag": shared_dag, "array": array}


def write_spec(file, shape, statements):
    with open(file, "w", encoding="ascii") as spec:
        spec.write(f"namespace generation {{\ndouble f(const double p[{PARAMETERS}]) {{\n")
        spec.writelines(line + "\n" for line in SHAPES[shape](statements))
        spec.write("}\n}  // namespace generation\n")


def limit_processor_time():
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_SECONDS, LIMIT_SECONDS))


def measure(command, log):
    """Seconds of processor time (what a quiet machine's clock shows: all commands run on one
    processor), seconds of wall time and peak memory in GB; instead of them what went wrong."""
    begin = time.monotonic()
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output,
                                   preexec_fn=limit_processor_time,
                                   env=dict(os.environ, CCACHE_DISABLE="1"))
    _, status, usage = os.wait4(process.pid, 0)
    seconds = usage.ru_utime + usage.ru_stime
    if status != 0:
        # A compiler's driver reports the end of its child as an exit.
        if seconds > LIMIT_SECONDS - 1:
            return {"failed": f"over {LIMIT_SECONDS} s"}
        return {"failed": f"signal {status & 127}" if status & 127 else f"exit {status >> 8}"}
    return {"seconds": seconds, "wall_seconds": time.monotonic() - begin,
            "gigabytes": usage.ru_maxrss / 2**20}


def run_one(gradsmith, folder, shape, statements):
    name = f"{shape.replace(' ', '_')}_{statements}"
    spec, header, unit = (folder / f"{name}{end}" for end in (".cpp", ".grad.hpp", "_use.cpp"))
    write_spec(spec, shape, statements)
    # A chain of initialisers or sums is not nested, so that Clang needs no deeper stack.
    result = {"shape": shape, "statements": statements}
    result["parse"] = measure(["clang++-19", "-std=c++20", "-fsyntax-only", spec], f"{spec}.parse")
    result["generate"] = measure(
        [gradsmith, "generate", spec, "--emit=value,gradient", "-o", header, "--", "-std=c++20"],
        f"{spec}.log")
    if "failed" in result["generate"]:
        return result
    result["megabytes"] = header.stat().st_size / 2**20
    unit.write_text(
        f'#include "{header.name}"\n'
        "double use(const double* p, generation::f_partials& d) {\n"
        "  return generation::f_gradient(p, d);\n}\n", encoding="ascii")
    for compiler in ("g++", "clang++-19"):
        result[compiler] = measure(
            [compiler, "-std=c++11", "-O2", "-c", unit, "-o", f"{unit}.o"], f"{unit}.{compiler}.log")
    return result


def text(measured, key="seconds", form="{:.2f}"):
    if measured is None:
        return ""
    return measured.get("failed") or form.format(measured[key])


def growth(before, after, key):
    """The exponent of a power of the size that the two sizes fit."""
    first, second = (run.get(key, {}).get("seconds") for run in (before, after))
    if not first or not second:
        return ""
    exponent = math.log(second / first) / math.log(after["statements"] / before["statements"])
    return f"{exponent:.2f}"


def per_statement(run):
    """Microseconds a statement beyond Clang's parsing."""
    if "failed" in run["generate"] or "failed" in run["parse"]:
        return ""
    own = run["generate"]["seconds"] - run["parse"]["seconds"]
    return f"{own / run['statements'] * 1e6:.1f}"


def print_table(runs, stream):
    print("| shape | statements | generate, s | parsing of it, s | own, us a statement | growth |"
          " peak, GB | emitted, MB | g++ -O2, s | growth | clang++ -O2, s | growth |", file=stream)
    print("|---|" + "--:|" * 11, file=stream)
    for i, run in enumerate(runs):
        before = runs[i - 1] if i and runs[i - 1]["shape"] == run["shape"] else {}
        grown = [growth(before, run, key) if before else "" for key in ("generate", "g++", "clang++-19")]
        emitted = f"{run['megabytes']:.1f}" if "megabytes" in run else ""
        cells = [run["shape"], f"{run['statements']}", text(run["generate"]), text(run["parse"]),
                 per_statement(run), grown[0], text(run["generate"], "gigabytes"), emitted,
                 text(run.get("g++")), grown[1], text(run.get("clang++-19")), grown[2]]
        print("| " + " | ".join(cells) + " |", file=stream)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    gradsmith, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    largest = int(sys.argv[3]) if len(sys.argv) == 4 else 10**6
    folder.mkdir(parents=True, exist_ok=True)
    runs = []
    for shape in SHAPES:
        for statements in (10**4, 10**5, 10**6):
            if statements > largest:
                break
            print(f"generation: {shape}, {statements} statements", file=sys.stderr)
            runs.append(run_one(gradsmith, folder, shape, statements))
            # After each, because the whole takes long.
            with open(folder / "generation.md", "w", encoding="utf-8") as table:
                print_table(runs, table)
            (folder / "generation.json").write_text(json.dumps(runs, indent=2) + "\n", encoding="ascii")
            if "failed" in runs[-1]["generate"]:
                break
    print_table(runs, sys.stdout)


if __name__ == "__main__":
    main()
