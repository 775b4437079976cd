#pragma once

// What must stand before emitted headers that are included inside a namespace, so that those of
// several policies do not meet: the standard headers that they include, outside of it.

#include <array>
#include <cmath>
#include <cstddef>

#include "emitted/kernels.hpp"
