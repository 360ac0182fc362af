//! `condvar`: wait until something is so, without asking again and again.
//!
//! A cook and three waiters on two sides of a [`Hatch`]. Waiters that find it empty sleep until there is something.

use std::thread;

use common::Pace;
use tracing::{info, info_span};

use crate::hatch::Hatch;

/// Cooks dishes for three waiters; returns those that each of them served.
pub fn serve(hatch: &Hatch, dishes: u32, pace: Pace) -> Vec<Vec<u32>> {
    thread::scope(|scope| {
        let mut waiters = Vec::new();
        for number in 1..=3 {
            waiters.push(scope.spawn(move || {
                let _span = info_span!("waiter", number).entered();
                let mut served = Vec::new();
                while let Some(dish) = hatch.take() {
                    info!("dish {dish}");
                    served.push(dish);
                }
                served
            }));
        }

        for dish in 1..=dishes {
            info_span!("cook", dish).in_scope(|| thread::sleep(pace.seconds(0.1)));
            hatch.put(dish);
        }
        hatch.close();

        let mut served = Vec::new();
        for waiter in waiters {
            served.push(waiter.join().expect("serving does not panic"));
        }
        served
    })
}
