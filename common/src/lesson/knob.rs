//! Knobs: changes that a demo can really make, so that `--try` can hold a prediction to what is
//! measured.

use drawing::analysis::{WhatIf, Wish};

/// A change that a demo can make.
#[derive(Debug)]
pub struct Knob {
    pub(super) wish: Wish,
    pub(super) trial: Trial,
}

/// The way in which the changed run comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trial {
    /// The demo is the changed run; unchanged it is the one that `--compare` measures.
    Compared,
    /// The first of the demo's two parts is the run, the second the changed one.
    SecondPart,
    /// An option has another value.
    Option(&'static str, Turn),
    /// The pace is twice as fast.
    Pace,
}

/// The way in which an option is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    OneMore,
    Half,
}

/// Makes the knob of a demo with [`compare`](crate::Demo::compare): its own run is the other one, changed.
pub fn compared(words: &'static str, what_if: WhatIf) -> Knob {
    knob(words, what_if, Trial::Compared)
}

/// Makes the knob of a demo with two [`part`](crate::part)s: the second is the first, changed.
pub fn second_part(words: &'static str, what_if: WhatIf) -> Knob {
    knob(words, what_if, Trial::SecondPart)
}

/// Makes a knob of an option: one more of the lanes that are called `lanes` and a number.
pub fn one_more(words: &'static str, option: &'static str, lanes: &'static str) -> Knob {
    let trial = Trial::Option(option, Turn::OneMore);
    knob(words, WhatIf::OneMore(lanes), trial)
}

/// Makes a knob of an option with seconds: half of them, so that the spans called `span` take half
/// as long.
pub fn half(words: &'static str, option: &'static str, span: &'static str) -> Knob {
    let trial = Trial::Option(option, Turn::Half);
    knob(words, WhatIf::HalfAsLong(span), trial)
}

/// Makes the knob that every demo with simulated waits has: `--pace`.
pub fn pace() -> Knob {
    knob(
        "every wait half as long",
        WhatIf::WaitsHalfAsLong,
        Trial::Pace,
    )
}

fn knob(words: &'static str, what_if: WhatIf, trial: Trial) -> Knob {
    let wish = Wish { words, what_if };
    Knob { wish, trial }
}
