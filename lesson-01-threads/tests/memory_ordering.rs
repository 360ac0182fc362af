//! `Release` and `Acquire` under loom, which tries much of what the memory model of the language allows, also what the
//! machine at hand would never do. (It takes `SeqCst` for `AcqRel`, and leaves out load buffering.) (shuttle would not see it: there, every thread sees every store at once.)

/// Stands where the lesson files look for `crate::sync`.
mod sync {
    pub use loom::sync::*;
}

#[path = "../src/blocks.rs"]
mod blocks;
#[path = "../src/mailbox.rs"]
mod mailbox;

use loom::thread;
use sync::Arc;
use sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[test]
fn the_mailbox_delivers_what_was_put_in() {
    loom::model(|| {
        let mailbox = Arc::new(mailbox::Mailbox::default());
        let postman = Arc::clone(&mailbox);
        let thread = thread::spawn(move || postman.put(1815));
        assert!(matches!(mailbox.look(), None | Some(1815)));
        thread.join().unwrap();
        assert_eq!(mailbox.look(), Some(1815));
    });
}

// The same mailbox with `Relaxed` everywhere: the flag may be seen before the letter.
#[test]
#[should_panic(expected = "an empty letter")]
fn with_relaxed_the_letter_may_be_empty() {
    loom::model(|| {
        let mailbox = Arc::new((AtomicU64::new(0), AtomicBool::new(false)));
        let postman = Arc::clone(&mailbox);
        thread::spawn(move || {
            postman.0.store(1815, Ordering::Relaxed);
            postman.1.store(true, Ordering::Relaxed);
        });
        if mailbox.1.load(Ordering::Relaxed) {
            assert_eq!(mailbox.0.load(Ordering::Relaxed), 1815, "an empty letter");
        }
    });
}

// `Relaxed` is enough to hand out numbers: no thread reads anything else because of them.
#[test]
fn every_block_is_handed_out_once() {
    loom::model(|| {
        let blocks = Arc::new(blocks::Blocks::new(25));
        let other = Arc::clone(&blocks);
        let all =
            |blocks: &blocks::Blocks| std::iter::from_fn(|| blocks.take(10)).collect::<Vec<_>>();
        let thread = thread::spawn(move || all(&other));
        let mut taken = all(&blocks);
        taken.extend(thread.join().unwrap());
        taken.sort_by_key(|block| block.start);
        assert_eq!(taken, [0..10, 10..20, 20..25]);
    });
}
