#pragma once

// What `gradsmith train` leaves behind: files and pictures.

#include "commands/train_options.hpp"
#include "runtime/session.hpp"

namespace gradsmith {

/// Before training: throws UsageError for a picture or boundary that cannot be, and DataError for a
/// file that could not be written.
void require_outputs(const TrainOptions& options);

/// Makes fit keep what the pictures will need.
void keep_for_pictures(const TrainOptions& options, runtime::Plan& plan);

/// A line that says what training a checkpoint is of; `loss` is the function as text.
std::string about_training(const TrainOptions& options, const std::string& loss,
                           const runtime::Session& session);

void write_outputs(const TrainOptions& options, const runtime::Session& session,
                   const runtime::Outcome& outcome);

}  // namespace gradsmith
