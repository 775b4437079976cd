#pragma once

// Marks for the parameters of a spec. They are the type itself to every compiler; only gradsmith,
// reading the source, sees the difference.
namespace gradsmith {

// A quantity to differentiate with respect to.
template <class T>
using param = T;

// A quantity that is held fixed.
template <class T>
using data = T;

}  // namespace gradsmith
