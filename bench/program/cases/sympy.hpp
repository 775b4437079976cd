#pragma once

// The code that SymPy wrote, in a namespace of its own.

#include <cmath>

namespace gradsmith::sympy {

#include "sympy/black_scholes_gradient.inc"
#include "sympy/black_scholes_hessian.inc"
#include "sympy/bundle_adjustment_jacobian.inc"
#include "sympy/lab5_gradient.inc"
#include "sympy/lennard_jones_gradient.inc"
#include "sympy/lennard_jones_hessian.inc"
#include "sympy/recitation_gradient.inc"
#include "sympy/robot_arm_jacobian.inc"
#include "sympy/rosenbrock_gradient.inc"
#include "sympy/rosenbrock_hessian.inc"

}  // namespace gradsmith::sympy
