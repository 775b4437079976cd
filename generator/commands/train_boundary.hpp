#pragma once

// `--boundary=<x>,<y>:<file>`: the prediction over a plane of two numbers, with the points on top.

#include <string>
#include <vector>

#include "runtime/curves.hpp"
#include "runtime/session.hpp"

namespace gradsmith {

/// The file of a request. Throws UsageError for what is not of that form.
std::string boundary_file(const std::string& request);

/// Throws UsageError where the numbers are not among the data.
void require_boundary(const std::string& request, const runtime::Session& session);

/// One result: a map of it, and points by whether what is to be predicted is a 1. Several: which of
/// them is largest, and points by class. Other data are at their means.
void draw_boundary_of(const std::string& request, const runtime::Session& session,
                      const std::vector<double>& parameters);

/// Says whether a picture was drawn.
void report_picture(const std::string& file, const runtime::Drawn& drawn);

}  // namespace gradsmith
