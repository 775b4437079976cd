#pragma once

// The part of an emitted file that computes with eight numbers at once.

#include <set>
#include <string>

#include "ir/ops.hpp"

namespace gradsmith {

/// Whether glibc has a vector version of an operator's function.
bool has_vector_version(Op op);

/// Whether a call of an operator's function can be written for eight numbers.
bool is_lanes_function(Op op);

/// C++11 source of `gradsmith_math::lanes` and of functions of it, under include guards of their
/// own. With glibc on x86-64 and AArch64 functions are those of its libmvec, where it has them;
/// elsewhere they are called number by number.
std::string vector_math_source(const std::set<Op>& functions);

}  // namespace gradsmith
