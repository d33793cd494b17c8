//! The program. Rank 5: reads the process's arguments and environment, and hands them to `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chatcal::cli::run(std::env::args_os(), &chatcal::settings::Environment::of_process())
}
