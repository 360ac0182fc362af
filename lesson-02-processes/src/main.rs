//! Lesson 02: processes. Its demos, in teaching order.

use std::process::ExitCode;

use common::Lesson;
use lesson_02_processes::show;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        "processes: separate programs that work together",
    )
    .demo(show::workers::demo())
    .demo(show::memory::demo())
    .demo(show::spawn::demo())
    .demo(show::pipe::demo())
    .demo(show::crash::demo())
    .demo(show::signals::demo())
    .demo(show::pool::demo())
    .further(show::fork::demo())
    .further(show::shared_memory::demo())
    .further(show::cores::demo())
    .further(show::images::demo())
    .further(show::limits::demo())
    .pitfall(show::zombie::demo())
    .pitfall(show::orphan::demo())
    .pitfall(show::full_pipe::demo())
    .pitfall(show::fork_with_threads::demo())
    .pitfall(show::inherited_pipe::demo())
    .pitfall(show::exit_status::demo())
    .pitfall(show::serialise::demo())
    .next("cargo run -p lesson-03-async")
    .main()
}
