//! Judges `05_bounded_buffer`: two who put and two who take, at a buffer with room for one.

use common::exercise;
use common::exercises::interleave::{every_schedule, sleeps, sync};
use common::exercises::{Kind, Solved, expect, fail};

use exercise::Buffer;
use sync::{Arc, thread};

crate::exercise!("../exercises/05_bounded_buffer.rs");

fn named<T: Send + 'static>(
    name: String,
    work: impl FnOnce() -> T + Send + 'static,
) -> thread::JoinHandle<T> {
    thread::Builder::new()
        .name(name)
        .spawn(work)
        .expect("shuttle's threads cost nothing")
}

/// Every item comes out once, the buffer never holds more than it has room for, and whoever waits sleeps.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        let buffer = Arc::new(Buffer::new(1));
        let makers: Vec<_> = [1, 2]
            .map(|item| {
                let buffer = Arc::clone(&buffer);
                named(format!("putter {item}"), move || {
                    let inside = buffer.put(item);
                    if inside > 1 {
                        fail(
                            Kind::TooManyAtOnce,
                            format!("{inside} items in a buffer with room for one"),
                        );
                    }
                })
            })
            .into();
        let users = [1, 2].map(|number| {
            let buffer = Arc::clone(&buffer);
            named(format!("taker {number}"), move || buffer.take())
        });
        let mut taken: Vec<u32> = users
            .into_iter()
            .map(|user| user.join().expect("it does not panic"))
            .collect();
        for maker in makers {
            maker.join().expect("it does not panic");
        }
        taken.sort_unstable();
        expect(
            Kind::WrongResult,
            "1 and 2 were put in; what came out",
            &taken,
            &vec![1, 2],
        );
    });
    let asleep = sleeps(|| {
        Buffer::new(1).take();
    });
    if !asleep {
        fail(
            Kind::Stuck,
            "nothing is ever put in: `take` asks again and again, where it should sleep",
        );
    }
    solved
}
