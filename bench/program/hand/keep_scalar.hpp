#pragma once

// GCC gathers numbers of straight-line code into vectors where results lie side by side, at more
// than that saves in most derivatives: a careful hand tells it not to.
#if defined(__GNUC__) && !defined(__clang__)
#define GRADSMITH_BENCH_SCALAR __attribute__((optimize("no-tree-slp-vectorize")))
#else
#define GRADSMITH_BENCH_SCALAR
#endif
