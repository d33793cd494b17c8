//! `chatcal completions`: what a shell needs to complete our commands.

use std::io;

use clap::Args as ClapArgs;
use clap_complete::Shell;

#[derive(ClapArgs)]
#[command(after_help = "Example:  chatcal completions bash > ~/.local/share/bash-completion/completions/chatcal")]
pub(super) struct Args {
    /// The shell to complete in
    shell: Shell,
}

pub(super) fn run(args: &Args) {
    let mut command = super::command();
    clap_complete::generate(args.shell, &mut command, "chatcal", &mut io::stdout());
}
