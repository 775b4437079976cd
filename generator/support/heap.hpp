#pragma once

// The program's heap.

namespace gradsmith {

/// Makes memory cheap for a program that makes and drops arrays of a hundred megabytes one after
/// another, and follows links all over them. To be called once, at the start. Where the C library
/// is another than glibc, or the system does not allow it, everything stays as it was.
void prepare_heap();

}  // namespace gradsmith
