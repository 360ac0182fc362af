//! The notebook's advice for each scenario, word for word, and the approaches that follow it.

use super::approach::Approach;

/// One piece of advice.
#[derive(Clone, Copy, Debug)]
pub struct Advice {
    /// The notebook's word for it.
    pub word: &'static str,
    /// The approaches of this program that follow it.
    pub approaches: &'static [Approach],
}

pub const THREADING: Advice = Advice {
    word: "Threading",
    approaches: &[Approach::ThreadEach, Approach::ThreadPool],
};

pub const MULTIPROCESSING: Advice = Advice {
    word: "Multiprocessing",
    approaches: &[Approach::ProcessPool],
};

pub const ASYNCIO: Advice = Advice {
    word: "AsyncIO",
    approaches: &[Approach::Async],
};

// The rows of the notebook's table of scenarios. More than one piece of advice means "or".
pub const DOWNLOADING_FILES: &[Advice] = &[THREADING];
pub const PROCESSING_IMAGES: &[Advice] = &[MULTIPROCESSING];
pub const WEB_SERVER: &[Advice] = &[ASYNCIO];
pub const CALCULATIONS: &[Advice] = &[MULTIPROCESSING];
pub const READING_DATABASES: &[Advice] = &[THREADING, ASYNCIO];

/// Returns the words of a row: `Threading or AsyncIO`.
pub fn words(advice: &[Advice]) -> String {
    let words: Vec<&str> = advice.iter().map(|advice| advice.word).collect();
    words.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTEBOOK: &str = include_str!("../../../../docs/notebook.txt");

    #[test]
    fn the_advice_is_the_notebooks() {
        let rows = [
            ("Downloading 10 files", DOWNLOADING_FILES),
            ("Processing 1000 images", PROCESSING_IMAGES),
            ("Web server (1000+ users)", WEB_SERVER),
            ("Mathematical calculations", CALCULATIONS),
            ("Reading multiple databases", READING_DATABASES),
        ];
        let notebook = NOTEBOOK.replace("**", "");
        for (scenario, advice) in rows {
            let row = format!("\n| {scenario} | {} |", words(advice));
            assert!(notebook.contains(&row), "the notebook does not say {row}");
        }
    }
}
