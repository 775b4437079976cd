#pragma once

// What `gradsmith train` leaves behind: files and pictures.

#include "commands/train_options.hpp"
#include "runtime/session.hpp"

namespace gradsmith {

/// Where Ctrl-C saves the state of training to without --checkpoint.
inline constexpr const char* kInterruptedFile = "interrupted.checkpoint";

/// Before training: throws UsageError for a picture or boundary that cannot be and for one file for
/// two things, and DataError for a file that could not be written. Says where Ctrl-C could not
/// save.
void require_outputs(const TrainOptions& options);

/// Makes fit keep what the pictures will need.
void keep_for_pictures(const TrainOptions& options, runtime::Plan& plan);

/// A line that says what training a checkpoint is of; `loss` is the function as text.
std::string about_training(const TrainOptions& options, const std::string& loss,
                           const runtime::Session& session);

void write_outputs(const TrainOptions& options, const runtime::Session& session,
                   const runtime::Outcome& outcome);

}  // namespace gradsmith
