//! Lesson 04: pools. The demos in teaching order.

use std::process::ExitCode;

use common::Lesson;
use lesson_04_pools::show;

fn main() -> ExitCode {
    let title = "pools: a fixed crew for any amount of work";
    Lesson::new(env!("CARGO_PKG_NAME"), title)
        .demo(show::downloads::demo())
        .demo(show::chunks::demo())
        .demo(show::by_hand::demo())
        .demo(show::map::demo())
        .demo(show::errors::demo())
        .demo(show::rayon::demo())
        .demo(show::stealing::demo())
        .further(show::cancel::demo())
        .further(show::timeouts::demo())
        .further(show::broken::demo())
        .further(show::callbacks::demo())
        .further(show::batching::demo())
        .further(show::backpressure::demo())
        .further(show::bridge::demo())
        .further(show::pipeline::demo())
        .pitfall(show::exhaustion::demo())
        .pitfall(show::starvation::demo())
        .pitfall(show::oversubscription::demo())
        .pitfall(show::panicking_job::demo())
        .pitfall(show::unbounded_queue::demo())
        .pitfall(show::hidden_serial::demo())
        .pitfall(show::lock_across_steal::demo())
        .pitfall(show::tiny_jobs::demo())
        .pitfall(show::lost_result::demo())
        .tool(show::choose::demo())
        .tool(show::scenarios::demo())
        .tool(show::costs::demo())
        .tool(show::size::demo())
        .tool(show::beyond::demo())
        .headline(2)
        .next("cargo run -p lesson-04-pools -- list")
        .main()
}
