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

// Room that the caller gives for intermediate results; what it holds before and after is nobody's.
template <class T>
using work = T;

}  // namespace gradsmith
