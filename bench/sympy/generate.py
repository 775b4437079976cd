#!/usr/bin/python3
"""Writes the derivatives of the benchmark's functions as SymPy gives them.

Differentiates each function symbol by symbol, shares common subexpressions by sympy.cse with its
basic optimisations, and prints C++11. What it wrote is kept beside it, so that the benchmark does
not need SymPy:

    cd bench/sympy && ./generate.py [<case> ...]
"""

import sys

import sympy as sp
from sympy.printing.cxx import CXX11CodePrinter


class Printer(CXX11CodePrinter):
    """Small whole powers as products: std::pow(x, 2) is nobody's choice."""

    def _print_Pow(self, expression):
        base, exponent = expression.as_base_exp()
        if exponent.is_Integer and 2 <= abs(int(exponent)) <= 8:
            factor = self.parenthesize(base, sp.printing.precedence.PRECEDENCE["Mul"] + 1)
            product = "*".join([factor] * abs(int(exponent)))
            return f"({product})" if exponent > 0 else f"1.0/({product})"
        return super()._print_Pow(expression)


def vector(name, length):
    return list(sp.symbols(f"{name}0:{length}", real=True))


def lab5():
    p, data = vector("p", 9), vector("data", 3)
    b1, w11, w21, b2, w12, w22, c, u1, u2 = p
    x1, x2, y = data
    z1 = sp.tanh(b1 + x1 * w11 + x2 * w21)
    z2 = sp.tanh(b2 + x1 * w12 + x2 * w22)
    fin = c + u1 * z1 + u2 * z2
    return p, data, [fin - fin * y + sp.log(1 + sp.exp(-fin))]


def recitation():
    x, z = p = vector("p", 2)
    return p, [], [sp.exp(x * z) + x * z / sp.log(x) + sp.sin(sp.log(x)) / (x * z)]


def mlp():
    p, data = vector("p", 403), vector("data", 7)
    W1, b1, W2, b2, W3, b3 = p[0:64], p[64:80], p[80:336], p[336:352], p[352:400], p[400:403]

    def affine(W, b, x):
        return [b[i] + sum(W[i * len(x) + j] * x[j] for j in range(len(x))) for i in range(len(b))]

    h1 = [sp.tanh(z) for z in affine(W1, b1, data[0:4])]
    h2 = [sp.tanh(z) for z in affine(W2, b2, h1)]
    score = affine(W3, b3, h2)
    of_true_class = sum(onehot * s for onehot, s in zip(data[4:7], score))
    return p, data, [sp.log(sum(sp.exp(s) for s in score)) - of_true_class]


def rosenbrock():
    p = vector("p", 16)
    return p, [], [sum(100 * (p[i + 1] - p[i] ** 2) ** 2 + (1 - p[i]) ** 2 for i in range(15))]


def black_scholes():
    S, K, r, v, t = p = vector("p", 5)
    sv = v * sp.sqrt(t)
    d1 = (sp.log(S / K) + (r + v**2 / 2) * t) / sv
    d2 = d1 - sv
    half = sp.Rational(1, 2)
    return p, [], [
        half * S * (1 + sp.erf(d1 / sp.sqrt(2)))
        - half * K * sp.exp(-r * t) * (1 + sp.erf(d2 / sp.sqrt(2)))
    ]


def lennard_jones():
    p = vector("p", 15)
    energy = 0
    for i in range(5):
        for j in range(i):
            s = 1 / sum((p[3 * i + k] - p[3 * j + k]) ** 2 for k in range(3))
            energy += 4 * (s**6 - s**3)
    return p, [], [energy]


def bundle_adjustment():
    p, data = vector("p", 15), vector("data", 2)
    r, C, f, x0, k, X, w = p[0:3], p[3:6], p[6], p[7:9], p[9:11], p[11:14], p[14]
    theta = sp.sqrt(sum(component**2 for component in r))
    u = [component / theta for component in r]
    y = [a - b for a, b in zip(X, C)]
    cross = [u[1] * y[2] - u[2] * y[1], u[2] * y[0] - u[0] * y[2], u[0] * y[1] - u[1] * y[0]]
    along = sum(a * b for a, b in zip(u, y)) * (1 - sp.cos(theta))
    q = [y[i] * sp.cos(theta) + cross[i] * sp.sin(theta) + u[i] * along for i in range(3)]
    px, py = q[0] / q[2], q[1] / q[2]
    r2 = px**2 + py**2
    L = 1 + k[0] * r2 + k[1] * r2**2
    return p, data, [w * (f * L * px + x0[0] - data[0]), w * (f * L * py + x0[1] - data[1])]


def robot_arm():
    q = vector("p", 6)
    number = sp.Float
    a = [0, number("0.4318"), number("0.0203"), 0, 0, 0]
    d = [number("0.67"), 0, number("0.15005"), number("0.4318"), 0, number("0.05")]
    cos_alpha, sin_alpha = [0, 1, 0, 0, 0, 1], [1, 0, -1, 1, -1, 0]
    R, t = sp.eye(3), sp.zeros(3, 1)
    for joint in range(6):
        c, s = sp.cos(q[joint]), sp.sin(q[joint])
        link = sp.Matrix([
            [c, -s * cos_alpha[joint], s * sin_alpha[joint]],
            [s, c * cos_alpha[joint], -c * sin_alpha[joint]],
            [0, sin_alpha[joint], cos_alpha[joint]],
        ])
        t += R * sp.Matrix([a[joint] * c, a[joint] * s, d[joint]])
        R = R * link
    return q, [], list(t)


def with_first_derivatives(function):
    p, data, results = function
    return p, data, results + [result.diff(x) for result in results for x in p]


def lower_triangle(function):
    p, data, [value] = function
    gradient = [value.diff(x) for x in p]
    return p, data, [gradient[i].diff(p[j]) for i in range(len(p)) for j in range(i + 1)]


CASES = {
    "lab5_gradient": lambda: with_first_derivatives(lab5()),
    "recitation_gradient": lambda: with_first_derivatives(recitation()),
    "mlp_gradient": lambda: with_first_derivatives(mlp()),
    "rosenbrock_gradient": lambda: with_first_derivatives(rosenbrock()),
    "black_scholes_gradient": lambda: with_first_derivatives(black_scholes()),
    "lennard_jones_gradient": lambda: with_first_derivatives(lennard_jones()),
    "bundle_adjustment_jacobian": lambda: with_first_derivatives(bundle_adjustment()),
    "robot_arm_jacobian": lambda: with_first_derivatives(robot_arm()),
    "rosenbrock_hessian": lambda: lower_triangle(rosenbrock()),
    "black_scholes_hessian": lambda: lower_triangle(black_scholes()),
    "lennard_jones_hessian": lambda: lower_triangle(lennard_jones()),
}


def counts(text):
    """Operators in the emitted statements: what the compiler is given, not what SymPy counts."""
    divisions = text.count("/")
    calls = sum(text.count(f"std::{name}(") for name in
                ("exp", "log", "sin", "cos", "tanh", "erf", "sqrt", "pow", "cosh", "sinh"))
    operations = text.count(" + ") + text.count(" - ") + text.count("*")
    # Unary minus, where it is no part of a number.
    operations += text.count("= -") + text.count("(-")
    return operations, divisions, calls


def write(case):
    parameters, data, outputs = CASES[case]()
    locals_, outputs = sp.cse(outputs, symbols=sp.numbered_symbols("t"), optimizations="basic")
    printer = Printer({"allow_unknown_functions": False})
    body = [f"  const double {symbol} = {printer.doprint(value)};" for symbol, value in locals_]
    # The memory holds zeros already.
    body += [f"  out[{i}] = {printer.doprint(value)};" for i, value in enumerate(outputs) if value != 0]
    inputs = [f"  const double {symbol} = in[{i}];" for i, symbol in enumerate(parameters + data)]
    operations, divisions, calls = counts("\n".join(body))
    with open(f"{case}.inc", "w", encoding="ascii") as file:
        file.write(f"// Written by SymPy {sp.__version__} through generate.py; see there.\n")
        file.write(f"// {operations} operations, {divisions} divisions, {calls} calls.\n")
        file.write(f"inline void {case}(const double* in, double* out) {{\n")
        file.write("\n".join(inputs + body) + "\n}\n")
    print(case, operations, divisions, calls, flush=True)


if __name__ == "__main__":
    # The classifier's would not end in minutes.
    for name in sys.argv[1:] or (case for case in CASES if case != "mlp_gradient"):
        write(name)
