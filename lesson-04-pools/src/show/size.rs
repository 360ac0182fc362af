//! `size`: its command line. The tool itself is in `tools/`.

use common::Demo;
use common::options::count;

use crate::support::tools::hand_over;

pub fn demo() -> Demo {
    Demo::new(
        "size",
        "how large a pool should be, by measuring",
        hand_over,
    )
    .apart()
    .option(count(
        "most",
        1024,
        Some("64"),
        "Threads of the largest pool",
    ))
    .option(count("rounds", 100, Some("3"), "Measurements of each size"))
}
