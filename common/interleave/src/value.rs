//! Values of any type, as text: as far as the type is one of those that exercises use.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;

use try_specialize::{LifetimeFree, TrySpecialize};

fn as_a<T, Known: LifetimeFree + Debug>(value: &T) -> Option<String> {
    let known: &Known = value.try_specialize_ref()?;
    Some(format!("{known:?}"))
}

/// Writes the value down; `None` where its type is not known here.
pub(super) fn shown<T>(value: &T) -> Option<String> {
    macro_rules! first_of {
        ($($known:ty),+ $(,)?) => { None$(.or_else(|| as_a::<T, $known>(value)))+ };
    }

    first_of!(
        (), bool, char, u8, u16, u32, u64, usize, i32, i64, isize, f64, String,
        Option<bool>, Option<u32>, Option<u64>, Option<usize>, Option<i32>, Option<i64>,
        Option<()>, Option<String>,
        Vec<bool>, Vec<u8>, Vec<u32>, Vec<u64>, Vec<usize>, Vec<i32>, Vec<i64>, Vec<String>,
        Vec<Option<u32>>, Vec<Option<u64>>, Vec<(usize, u32)>, Vec<(usize, u64)>,
        VecDeque<u32>, VecDeque<u64>, VecDeque<usize>, VecDeque<i32>,
        (usize, u32), (usize, u64), (u32, u32), (u64, u64), (usize, usize), (u32, bool),
        (u64, bool), (usize, bool), (bool, u32), (bool, u64), (bool, usize), (bool, bool),
        Vec<(bool, u32)>, BTreeMap<u32, u32>, BTreeMap<usize, u32>,
    )
}

/// Stands for the value, where that is cheap; `None` where its type is not known here.
pub(super) fn mark<T>(value: &T) -> Option<u64> {
    fn of<T, Known: LifetimeFree + Copy>(value: &T, mark: fn(Known) -> u64) -> Option<u64> {
        let known: &Known = value.try_specialize_ref()?;
        Some(mark(*known))
    }

    // No type is asked for that has another size.
    match size_of::<T>() {
        0 => of::<T, ()>(value, |()| 0),
        1 => of::<T, bool>(value, u64::from),
        4 => of::<T, u32>(value, u64::from),
        8 => of::<T, u64>(value, |known| known)
            .or_else(|| of::<T, usize>(value, |known| u64::try_from(known).unwrap_or(u64::MAX))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exercises_keep_behind_locks_is_shown() {
        assert_eq!(shown(&7_u64).as_deref(), Some("7"));
        assert_eq!(
            shown(&VecDeque::from([1_u32, 2])).as_deref(),
            Some("[1, 2]")
        );
        assert_eq!(shown(&Some(3_u32)).as_deref(), Some("Some(3)"));
        let borrowed = [1].iter();
        assert_eq!(shown(&borrowed), None);
    }
}
