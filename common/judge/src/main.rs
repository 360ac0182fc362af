//! The judge, as a program: see [`judge::front`].

use std::process::ExitCode;

fn main() -> ExitCode {
    judge::front::main()
}
