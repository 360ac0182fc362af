//! `costs`: its line in the list. The tool itself is in `tools/`.

use common::Demo;

use crate::support::tools::hand_over;

pub fn demo() -> Demo {
    Demo::new(
        "costs",
        "from a function call to a process: what each costs here",
        hand_over,
    )
    .apart()
}
