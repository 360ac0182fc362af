//! Numbers and orders that an answer cannot know beforehand.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A number from a range, another one each time: an answer cannot know it.
///
/// # Panics
/// When the range is empty.
pub fn any(range: Range<u64>) -> u64 {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let number = RandomState::new().hash_one(call);
    range.start + number % (range.end - range.start)
}

/// The same in another order, another one each time.
pub fn shuffled<T>(mut items: Vec<T>) -> Vec<T> {
    for last in (1..items.len()).rev() {
        let other = any(0..last as u64 + 1);
        items.swap(last, usize::try_from(other).unwrap_or(0));
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_in_their_range_and_orders_lose_nothing() {
        assert!((0..1000).all(|_| (3..6).contains(&any(3..6))));
        let mut all = shuffled((0..50).collect::<Vec<u32>>());
        assert_ne!(all, (0..50).collect::<Vec<u32>>());
        all.sort_unstable();
        assert_eq!(all, (0..50).collect::<Vec<u32>>());
    }
}
